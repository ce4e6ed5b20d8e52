"""Tells agencies what is due, what was missed and what happened: reminders, webhooks, inbox, events."""
