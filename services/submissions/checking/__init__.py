"""Reading and checking of what agencies report: from bytes to columns, findings and a content hash."""
