"""The checks of tables: of the rows of an export, and of whole files with their CSVW description."""
