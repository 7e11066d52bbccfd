"""Examples of requests and responses in the OpenAPI document. A test validates each against its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from schemas.errors import Fault

JOB_ID: Final = "9f86d081884c7d659a2feaa0c55ad015"
DIGEST: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"


class Example(TypedDict):
    """An Example Object of OpenAPI."""

    value: Any


Examples = Mapping[str, Example]
"""Examples by title."""


def examples(values: Mapping[str, object]) -> Examples:
    """Return each value as an example, by the same title."""
    return {name: Example(value=value) for name, value in values.items()}


_QUEUED: Final[Mapping[str, object]] = {
    "id": JOB_ID,
    "status": "queued",
    "progress": {"done": 0, "failed": 0, "duplicates": 0, "total": 1},
    "formats": ["news-article"],
    "created": "2024-11-08T16:30:00.000Z",
    "tags": [],
    "file_count": 0,
    "file_bytes": 0,
    "files": [],
    "warnings": [],
}
_RUNNING: Final[Mapping[str, object]] = {
    **_QUEUED,
    "status": "running",
    "progress": {
        "done": 40_000,
        "failed": 2,
        "duplicates": 3,
        "total": 100_000,
        "rate": 3_400.0,
        "seconds_left": 17.6,
    },
    "started": "2024-11-08T16:30:00.012Z",
}
_SUCCEEDED: Final[Mapping[str, object]] = {
    **_QUEUED,
    "status": "succeeded",
    "progress": {"done": 1, "failed": 0, "duplicates": 0, "total": 1},
    "started": "2024-11-08T16:30:00.012Z",
    "finished": "2024-11-08T16:30:00.020Z",
    "expires": "2024-11-15T16:30:00.020Z",
    "file_count": 1,
    "file_bytes": 498,
    "files": [
        {
            "name": "articles.jsonld",
            "format": "news-article",
            "media_type": "application/ld+json",
            "size": 498,
            "sha256": DIGEST,
            "articles": 1,
            "href": f"/v1/jobs/{JOB_ID}/files/articles.jsonld",
        }
    ],
    "warnings": [
        {"type": "no-language", "detail": "No language is stated; give it in `metadata.language`.", "articles": 1}
    ],
}

EXPORT_REQUEST: Final = examples(
    {
        "a text": {
            "source": {"text": "The bank kept its rate.\n\nIt was expected."},
            "formats": ["news-article"],
            "metadata": {"headline": "Bank keeps its rate", "language": "en"},
        },
        "articles": {
            "source": {"articles": [{"headline": "Bank keeps its rate", "paragraphs": ["The bank kept its rate."]}]},
            "formats": ["newsml-g2", "news-article", "csv"],
            "options": {"csv": {"profile": "excel"}},
        },
        "every seed": {"source": {"seeds": "*"}, "formats": ["newsml-g2"]},
    }
)
UPLOAD: Final = examples(
    {
        "a file of articles": {
            "file": ["{…}\n{…}\n"],
            "request": {"formats": ["newsml-g2", "csv"], "on_error": "skip"},
        },
        "a table": {
            "file": ["Titel;Inhalt\n…;…\n"],
            "request": {
                "formats": ["newsml-g2"],
                "metadata": {"headline": "@Titel", "paragraphs": "@Inhalt"},
                "read": {"format": "csv", "options": {"delimiter": ";", "zone": "Europe/Paris"}},
            },
        },
    }
)
JOB: Final = examples({"queued": _QUEUED, "running": _RUNNING, "succeeded": _SUCCEEDED})
JOB_LIST: Final = examples({"a page": {"jobs": [_SUCCEEDED]}, "no jobs": {"jobs": []}})
EVENTS: Final = examples(
    {"the end": f'id: succeeded-1-0\nevent: done\ndata: {{"id":"{JOB_ID}","status":"succeeded"}}\n\n'}
)
FAILED_ARTICLES: Final = examples(
    {"one article": '{"document":"a.ndjson","place":"line 2","id":null,"kind":"invalid","reason":"/id: no URI"}\n'}
)
LEDGER: Final = examples(
    {
        "two leaves": '{"article":1,"document":"feed.xml","place":"article 1","path":"contentMeta/headline",'
        '"outcome":"kept","value":"Bank keeps its rate","field":"headline","places":{"csv":["headline"]}}\n'
        '{"article":1,"document":"feed.xml","place":"article 1","path":"contentMeta/subject[2]/@qcode",'
        '"outcome":"not-held","value":"subj:4011000","reason":"a subject code has eight digits","places":{}}\n'
    }
)
LINKS_REQUEST: Final = examples(
    {"one file, for a day": {"files": ["articles.csv"], "seconds": 86_400}, "all files, for an hour": {}}
)
LINKS: Final = examples(
    {
        "a link": {
            "expires": "2024-11-09T16:30:00.000Z",
            "links": [
                {
                    "name": "articles.csv",
                    "href": f"/v1/jobs/{JOB_ID}/files/articles.csv?expires=1731169800&signature={'0' * 64}",
                }
            ],
        }
    }
)
PREVIEW: Final = examples(
    {
        "the first of three": {
            "article": {"headline": "Bank keeps its rate", "paragraphs": ["The bank kept its rate."]},
            "number": 1,
            "total": 3,
            "document": "feed.ndjson",
            "place": "article 1",
            "fields": [
                {
                    "field": "headline",
                    "value": ["Bank keeps its rate"],
                    "places": {"csv": [{"place": "headline", "values": ["Bank keeps its rate"]}]},
                    "no_place_in": [],
                }
            ],
            "ledger": [
                {
                    "path": "headline",
                    "outcome": "kept",
                    "value": "Bank keeps its rate",
                    "field": "headline",
                    "places": {"csv": ["headline"]},
                }
            ],
        }
    }
)
SEED_LIST: Final = examples({"seeds": {"seeds": [{"name": "000_b852588d87c0f767.txt", "size": 2234}]}})
SEED: Final = examples({"a seed": "date 2024-11-08 The bank kept its rate.\n"})
FORMAT_LIST: Final = examples(
    {
        "formats": {
            "formats": [
                {
                    "id": "csv",
                    "name": "CSV",
                    "title": "CSV, with its CSVW description",
                    "media_types": ["text/csv; charset=utf-8; header=present"],
                    "files": ["articles.csv", "paragraphs.csv", "media.csv", "csv-metadata.json"],
                    "unheld": [],
                    "options": {"type": "object", "properties": {}, "additionalProperties": False},
                }
            ]
        }
    }
)
ALIVE: Final = examples({"alive": {"status": "alive"}})
READY: Final = examples({"ready": {"status": "ready", "checks": {"redis": "ok", "store": "ok", "workers": "ok"}}})
NOT_READY: Final = examples(
    {
        "not ready": {
            "status": "not ready",
            "checks": {"redis": "ok", "store": "ok", "workers": "no worker has sent a heartbeat; start one"},
        }
    }
)
METRICS: Final = examples({"two lines": "# TYPE newsmill_up gauge\nnewsmill_up 1.0\n"})
OPENMETRICS: Final = examples({"two lines": "# TYPE newsmill_up gauge\nnewsmill_up 1.0\n# EOF\n"})

REQUEST_FAULTS: Final = (
    Fault("/formats/0", "there is no format 'cvs'; did you mean 'csv'?"),
    Fault("/sauce", "unknown field 'sauce'; did you mean 'source'?"),
)
PARAMETER_FAULTS: Final = {"limit": "'0' is not a number from 1 to 100"}
INSPECTION: Final = examples(
    {
        "A table": {
            "format": "csv",
            "name": "CSV",
            "archive": False,
            "table": {
                "name": "archive.csv",
                "keys": False,
                "encoding": "cp1252",
                "guessed": True,
                "delimiter": ";",
                "columns": [
                    {"name": "Titel", "values": ["Fähre"], "field": "headline", "known_for": ["headline"]},
                    {"name": "Foo", "values": ["1"], "known_for": []},
                ],
            },
        },
        "A photo": {
            "archive": False,
            "detail": "it is a picture, which is not read; give the article that it belongs to",
        },
    }
)
