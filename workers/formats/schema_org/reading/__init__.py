"""The reading of one article of schema.org into the fields of an Article."""
