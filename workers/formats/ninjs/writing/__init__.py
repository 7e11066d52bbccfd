"""Writing the parts of a ninjs item. Imports schemas and the shared rooms."""
