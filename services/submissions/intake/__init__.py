"""Large reports: taken in while they come, checked by the worker, asked about as jobs."""
