"""What a value of a setting may be, where it is neither a size nor a time nor a number."""

from __future__ import annotations

import re

_PUBLISHED = re.compile(r"(?:(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):)?[0-9]{1,5}")


def parse_yes_or_no(text: str) -> bool:
    """A choice.

    Raises:
        ValueError: it is neither yes nor no.
    """
    if text.lower() not in ("yes", "no"):
        raise ValueError("yes or no")
    return text.lower() == "yes"


def parse_published(text: str) -> str:
    """The address of what Docker calls a published port; a port alone is published at every address.

    Raises:
        ValueError: it is none.
    """
    match = _PUBLISHED.fullmatch(text)
    if match is None:
        raise ValueError("an address and a port, such as 127.0.0.1:8080, or a port alone, which is of every address")
    return (match[1] or "0.0.0.0").strip("[]")  # noqa: S104 - what a port alone means
