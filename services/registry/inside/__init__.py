"""What the other services read of agencies and tasks."""
