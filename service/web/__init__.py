"""The page at / and its assets, with no build step. Imports core and the registry of formats and schemas."""
