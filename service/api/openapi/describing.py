"""How the resources describe themselves in the OpenAPI document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from flask_smorest import Blueprint

from schemas.job import ProblemSchema
from service.core.problems import KINDS, MEDIA_TYPE

# What may be the answer to any request under /v1, before a view is asked; and to one that changes something.
_ANY: Final = ("unauthorized", "misdirected", "too-many-requests")
_CHANGING: Final = ("cross-site",)


TEXT: Final = {"type": "string"}
"""The schema of an answer that is a text."""

LINK_PROBLEMS: Final = ("link-refused", "link-expired")
"""The kinds of problems that a download by a link can have besides."""

LINK_PARAMETERS: Final = [
    {
        "in": "query",
        "name": "expires",
        "schema": {"type": "integer"},
        "description": "When a link ends that needs no key, in seconds of the Unix epoch",
    },
    {"in": "query", "name": "signature", "schema": {"type": "string"}, "description": "The signature of such a link"},
]
"""What makes the address of a download a link (see `service.auth.links`)."""


class Resource(Blueprint):  # type: ignore[misc]
    """A blueprint whose views are described by their docstrings, and summed up by `summary`.

    Those under /v1 need a key where there are keys, and say so.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._describe)

    def _describe(self, doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
        # smorest takes the first paragraph of a docstring for the summary, and `summary` in its place.
        doc["description"] = doc_info["docstring"]["summary"]
        if not (self.url_prefix or "").startswith("/v1/"):
            doc["security"] = []
            return doc
        said = doc.setdefault("responses", {})
        for status, answer in problem_answers(*_ANY, *(() if method.lower() == "get" else _CHANGING)).items():
            known = said.setdefault(status, {})
            if isinstance(known, dict):
                described = [known["description"]] if "description" in known else []
                known |= {**answer, "description": "; or: ".join([*described, answer["description"]])}
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
