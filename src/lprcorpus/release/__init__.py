"""Editions: packing one as a release that stands alone, and comparing two."""
