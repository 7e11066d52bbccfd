"""Plain text: read."""
