"""The inside doors of submissions: what other services may ask of the ledger. Never routed by the gateway."""
