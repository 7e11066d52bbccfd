"""Connections to Redis. Knows nothing of news."""
