"""Legal documents, what they stand on, and what amends them."""
