"""The pages /, /help and /docs and their assets, with no build step. Imports core, the registry of formats, schemas."""
