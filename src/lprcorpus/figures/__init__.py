"""Rows as figures."""
