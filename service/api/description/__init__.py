"""The description of the API: its OpenAPI document, its examples, its problem types."""
