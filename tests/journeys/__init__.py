"""What agencies live through, on a real stack."""
