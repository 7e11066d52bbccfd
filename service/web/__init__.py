"""The page at / and its assets, with no build step. Imports core, the registry of formats, and schemas."""
