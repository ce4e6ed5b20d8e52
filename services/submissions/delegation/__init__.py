"""Reviewers whom a recipient names for a time: another agency decides on what is owed to it."""
