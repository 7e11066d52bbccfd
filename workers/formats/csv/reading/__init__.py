"""Reading tables: their rows, their columns, their values."""
