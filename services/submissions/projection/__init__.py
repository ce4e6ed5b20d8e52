"""What submissions knows of registry: agencies, obligations and tasks, kept up by registry's feed."""
