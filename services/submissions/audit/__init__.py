"""What happened in this service, and the proof that nothing was changed since."""
