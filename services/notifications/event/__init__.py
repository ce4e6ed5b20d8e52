"""The public event log: what is told, to whom, and how outside systems read it."""
