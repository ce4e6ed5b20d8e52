"""Access tokens: issuing, checking, remembering and revoking them."""
