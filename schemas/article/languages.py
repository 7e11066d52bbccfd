"""BCP 47: language tags that are well-formed and registered with the IANA."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from language_tags import tags

from schemas.article.values import check_language

REGISTERED: Final = "a language tag that is registered (BCP 47), such as en or pt-BR"

# RFC 5646, section 2.2.7: x and what follows is private use; of primary languages, qaa to qtz are.
_PRIVATE = re.compile(r"(?:^|-)x(?:-[a-z0-9]{1,8})+$", re.IGNORECASE)
_PRIVATE_LANGUAGE = re.compile(r"q[a-t][a-z](?=-|$)", re.IGNORECASE)

# Error codes of language-tags: a tag or a subtag that the registry keeps and advises against.
_DEPRECATED = {1, 11}


@lru_cache(maxsize=4096)
def find_language_fault(tag: str) -> tuple[str, bool] | None:
    """What is wrong with a language tag, and whether it is an error (else it is advice)."""
    if check_language(tag):
        return "not the form of a language tag", True
    public = _PRIVATE.sub("", tag)
    if not public:
        return None
    faults = tags.tag(_PRIVATE_LANGUAGE.sub("und", public)).errors
    for fault in faults:
        if fault.code not in _DEPRECATED:
            return str(fault.message), True
    return (str(faults[0].message), False) if faults else None
