"""Webhook endpoints: addresses of the agencies' own systems, and their secrets."""
