"""Files that reporter and recipient put beside a submission as evidence."""
