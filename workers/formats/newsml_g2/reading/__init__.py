"""The parts of the NewsML-G2 reader: one module for each group of properties."""
