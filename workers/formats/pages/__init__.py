"""HTML pages, shared by the formats that read them. Imports schemas and the rooms markup, schema_org."""
