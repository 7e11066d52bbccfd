"""The formats, one folder each. Imports schemas only."""
