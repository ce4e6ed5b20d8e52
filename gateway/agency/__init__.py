"""The agencies that a client can belong to: a copy of what the registry says, kept by following its feed."""
