"""Examples of requests and answers, as the API's description has them; a test holds each against its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

JOB_ID: Final = "9f86d081884c7d659a2feaa0c55ad015"

_FILE: Final[dict[str, Any]] = {
    "name": "articles.jsonld",
    "format": "news-article",
    "media_type": "application/ld+json",
    "size": 498,
    "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "articles": 1,
    "href": f"/v1/jobs/{JOB_ID}/files/articles.jsonld",
}
_QUEUED: Final[dict[str, Any]] = {
    "id": JOB_ID,
    "status": "queued",
    "progress": {"done": 0, "failed": 0, "total": 1},
    "formats": ["news-article"],
    "created": "2024-11-08T16:30:00.000Z",
    "files": [],
    "warnings": [],
}
_RUNNING: Final[dict[str, Any]] = _QUEUED | {
    "status": "running",
    "progress": {"done": 40_000, "failed": 2, "total": 100_000, "rate": 3_400.0, "seconds_left": 17.6},
    "started": "2024-11-08T16:30:00.012Z",
}
_SUCCEEDED: Final[dict[str, Any]] = _QUEUED | {
    "status": "succeeded",
    "progress": {"done": 1, "failed": 0, "total": 1},
    "started": "2024-11-08T16:30:00.012Z",
    "finished": "2024-11-08T16:30:00.020Z",
    "expires": "2024-11-15T16:30:00.020Z",
    "files": [_FILE],
    "warnings": [
        {"type": "no-language", "detail": "No language is stated; give it in `metadata.language`.", "articles": 1}
    ],
}

_UPLOAD: Final[dict[str, Any]] = {"formats": ["newsml-g2", "csv"], "split": 5000, "on_error": "skip"}

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ExportRequest": {
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
    },
    "UploadRequest": {"files of articles": _UPLOAD},
    "Job": {"queued": _QUEUED, "running": _RUNNING, "succeeded": _SUCCEEDED},
    "JobList": {"a page": {"jobs": [_SUCCEEDED]}, "no jobs": {"jobs": []}},
    "LinksRequest": {
        "one file, for a day": {"files": ["articles.csv"], "seconds": 86_400},
        "all files, for an hour": {},
    },
    "Links": {
        "a link": {
            "expires": "2024-11-09T16:30:00.000Z",
            "links": [
                {
                    "name": "articles.csv",
                    "href": f"/v1/jobs/{JOB_ID}/files/articles.csv?expires=1731169800&signature={'0' * 64}",
                }
            ],
        }
    },
    "SeedList": {"seeds": {"seeds": [{"name": "000_b852588d87c0f767.txt", "size": 2234}]}},
    "FormatList": {
        "formats": {
            "formats": [
                {
                    "id": "csv",
                    "title": "CSV, with its CSVW description",
                    "media_types": ["text/csv; charset=utf-8; header=present"],
                    "files": ["articles.csv", "paragraphs.csv", "csv-metadata.json"],
                    "unheld": [],
                    "options": {"type": "object", "properties": {}, "additionalProperties": False},
                }
            ]
        }
    },
    "Alive": {"alive": {"status": "alive"}},
    "Ready": {
        "ready": {"status": "ready", "checks": {"redis": "ok", "store": "ok", "workers": "ok"}},
        "not ready": {
            "status": "not ready",
            "checks": {"redis": "ok", "store": "ok", "workers": "no worker has been seen for some seconds"},
        },
    },
}
"""Of every schema that a body is of, by its name: examples by what they are of."""

UPLOAD_FORM: Final[Mapping[str, Any]] = {"file": ["{…}\n{…}\n"], "request": {"formats": ["newsml-g2", "csv"]}}
"""The parts of a multipart body."""

TEXTS: Final[Mapping[str, str]] = {
    "text/event-stream": f'id: succeeded-1-0\nevent: done\ndata: {{"id":"{JOB_ID}","status":"succeeded"}}\n\n',
    "application/x-ndjson": '{"document":"feed.ndjson","place":"line 2","id":"","reason":"/id: must be a URI"}\n',
}
"""Of bodies that are no JSON, by their media types."""

FAULTS: Final[Mapping[str, list[dict[str, str]]]] = {
    "invalid-request": [
        {"pointer": "/formats/0", "detail": "there is no format 'cvs'; did you mean 'csv'?"},
        {"pointer": "/sauce", "detail": "unknown field 'sauce'; did you mean 'source'?"},
    ],
    "malformed-request": [{"parameter": "limit", "detail": "'0' is not a number from 1 to 100"}],
}
"""What kinds of problems say of single values."""
