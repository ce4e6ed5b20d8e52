"""Deliveries: bringing each event to each endpoint that wants it."""
