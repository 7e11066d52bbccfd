"""A service with keys, and clients of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from schemas.settings import load_settings
from schemas.settings.api_keys import hashed_entry, new_key
from service.app import create_app
from tests.running import NO_TLS, Service, service_at

ALICE, BOB, BOB_TOO = new_key(), new_key(), new_key()


@contextmanager
def keyed_service(data: Path, **environ: str) -> Iterator[Service]:
    """The whole service, with a key of Alice's and two of Bob's in a file."""
    file = data / "keys"
    data.mkdir(exist_ok=True)
    file.write_text("".join(f"{hashed_entry(*one)}\n" for one in (("alice", ALICE), ("bob", BOB), ("bob", BOB_TOO))))
    with service_at(data, NEWSMILL_API_KEYS=str(file), **environ) as running:
        yield running


def asking(service: Service, key: str | None) -> httpx.Client:
    """A client with a key, or with none."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=service.base, headers=headers, timeout=90, verify=NO_TLS)


def routes() -> list[tuple[str, str]]:
    """Every method and path that there is, a variable part as {its name}."""
    rules = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"})).url_map.iter_rules()
    return sorted(
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"OPTIONS"}
    )


def filled(path: str, job_id: str = "0" * 32) -> str:
    """A path with the id of a job, and the name of a file of it."""
    return re.sub(r"\{\w+\}", "articles.csv", path.replace("{job_id}", job_id))
