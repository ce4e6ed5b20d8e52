"""What every process shares, and no word of the domain."""
