"""Body markup to text, shared by the formats. Imports schemas only."""
