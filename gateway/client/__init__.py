"""Clients: the computer systems that call on behalf of one agency, their secrets and their rights."""
