"""Secrets struck out of what people, logs and error messages are shown."""

from __future__ import annotations

import re
from typing import Final

STRUCK_OUT: Final = "***"

# Up to the last @ before another URL: a password may have an @ or a / that should have been escaped.
_PASSWORD = re.compile(r"(://[^:/@\s]*:)(?:(?!://)\S)*@")
_PARAMETER = re.compile(r"([?&][a-z_]*password=)[^&;\s]*")


def masked(text: str) -> str:
    """A text with the password of every URL in it struck out, whatever else the URL is."""
    if "://" not in text:
        return text
    return _PARAMETER.sub(rf"\1{STRUCK_OUT}", _PASSWORD.sub(rf"\1{STRUCK_OUT}@", text))
