"""Strict and streamed JSON parsing, shared by the formats. Imports schemas only."""
