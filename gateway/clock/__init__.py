"""The sandbox's business clock: moved forward here, followed by every service. Not there outside sandbox mode."""
