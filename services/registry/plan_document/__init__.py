"""Official documents on their way into the registry: uploaded, read, corrected by a person, published."""
