"""How the resources describe themselves in the OpenAPI document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask_smorest import Blueprint

from schemas.job import ProblemSchema
from service.problems import KINDS, MEDIA_TYPE


class Resource(Blueprint):  # type: ignore[misc]
    """A blueprint whose views are described by their docstrings, and summed up by `summary`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_describe)


def _describe(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    # smorest takes the first paragraph of a docstring for the summary, and `summary` in its place.
    doc["description"] = doc_info["docstring"]["summary"]
    return doc


def problem_answers(*kinds: str) -> dict[str, Any]:
    """The answers that these kinds of problems are, by their statuses."""
    titles: dict[int, list[str]] = defaultdict(list)
    for kind in kinds:
        titles[KINDS[kind].status].append(f"{KINDS[kind].title} (`/problems/{kind}`)")
    return {
        str(status): {"description": "; or: ".join(said), "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}
        for status, said in titles.items()
    }
