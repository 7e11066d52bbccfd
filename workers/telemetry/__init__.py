"""What newsmill says of what it does: log lines, counts, spans."""
