"""Reminders: which step of the ladder tells whom, and when."""
