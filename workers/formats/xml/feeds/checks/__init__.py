"""Check feeds: the rules that RSS and Atom share, and those that partners publish."""
