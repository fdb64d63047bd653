"""Rows as figures: which record is on which page, how full each page is, how long each record is."""
