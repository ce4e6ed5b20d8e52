"""What does not fit together in the registry: checks over the whole of it, and what they find on a day."""
