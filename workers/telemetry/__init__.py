"""Log lines, counts and spans. Imports redis and schemas."""
