"""Rows as figures: which record is on which page, how full pages are, how long records are."""
