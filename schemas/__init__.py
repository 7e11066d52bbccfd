"""Data types shared by the API and the workers. No I/O."""

__version__ = "0.2.0"
