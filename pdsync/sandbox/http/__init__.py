"""What every request goes through, whatever it asks for: HTTP, TLS, tokens, limits, pagination, errors."""
