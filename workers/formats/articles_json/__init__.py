"""Articles in JSON, in the form of `schemas.article.json_form`: read."""
