"""What crosses a border in newsmill: the shapes, and nothing that acts."""

__version__ = "0.1.0"
