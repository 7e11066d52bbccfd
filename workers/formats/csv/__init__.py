"""CSV with its CSVW description: read, written, checked."""
