"""The way through: which service a path belongs to, what is taken off and put on, and how bytes flow both ways."""
