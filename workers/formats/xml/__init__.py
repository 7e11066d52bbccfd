"""Hardened XML parsing, shared by the formats. Imports schemas only."""
