"""Office files, shared by their formats: the parts in their zip, and their properties. Imports schemas only."""
