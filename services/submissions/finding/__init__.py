"""What checking found in stored reports, and how each finding is settled."""
