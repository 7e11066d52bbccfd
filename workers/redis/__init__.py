"""Connections to Redis. Imports schemas only."""
