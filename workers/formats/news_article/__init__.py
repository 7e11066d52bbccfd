"""schema.org NewsArticle in JSON-LD: read, written, checked."""
