"""Keys, signed links, request limits and the bind check. Imports core, workers and schemas."""
