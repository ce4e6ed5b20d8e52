"""What anyone may see without a token: one OpenAPI document, the page to read it, how each service is doing."""
