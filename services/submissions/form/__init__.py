"""The forms: versioned definitions of what is reported, kept as data."""
