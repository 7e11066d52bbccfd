"""The text of an article of a page: found by an extractor, aligned with the markup, without the notices of its site."""
