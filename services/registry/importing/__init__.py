"""Agencies and contacts from a spreadsheet: read, previewed row by row, applied as a whole."""
