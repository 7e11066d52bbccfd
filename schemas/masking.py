"""Secrets struck out of what people, logs and error messages are shown."""

from __future__ import annotations

import re
from typing import Final

STRUCK_OUT: Final = "***"

# Up to the last @ of the part: a password may have one that is not escaped.
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^/\s]*@")


def masked(text: str) -> str:
    """A text with the password of every URL in it struck out, whatever else the URL is."""
    return _PASSWORD.sub(rf"\1{STRUCK_OUT}@", text) if "://" in text else text
