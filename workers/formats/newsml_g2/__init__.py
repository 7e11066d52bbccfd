"""NewsML-G2: read, written, checked."""
