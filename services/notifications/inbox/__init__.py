"""The inbox: what an agency was told, in sentences for people."""
