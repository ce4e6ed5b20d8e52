"""Using the figures: queries over what was accepted, in every format, with deltas."""
