"""The columns of tables: which fields they state, by their names or by their values. No input or output."""
