"""A short form of `make fuzz`: the same hundreds of damaged documents through each reader every time."""

from __future__ import annotations

from contextlib import suppress

import pytest

from schemas.errors import InputError
from tests.hostile.corpus import documents, tokens
from tests.hostile.fuzz import TARGETS, trier
from tests.hostile.mutations import Mutator
from workers.formats import FORMATS


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "pipe"])
def test_a_spoiled_document_is_read_or_refused(target: str) -> None:
    try_one = trier(target)
    mutator = Mutator(documents(target), tokens(target), seed=1)
    # To read a Word document takes twenty times as long as any other.
    for _ in range(50 if target == "docx" else 150):
        with suppress(InputError):
            try_one(mutator.next())


def test_articles_of_damaged_documents_can_be_written() -> None:
    try_one = trier("pipe")
    mutator = Mutator(
        [one for name in (*FORMATS.readable.ids, "packed") for one in documents(name)], tokens("articles-json"), seed=1
    )
    for _ in range(60):
        with suppress(InputError):
            try_one(mutator.next())
