"""Work that takes longer than a request: kept, taken by the worker, asked about by its caller."""
