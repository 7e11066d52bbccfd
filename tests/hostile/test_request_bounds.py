"""Requests that ask for more than their share: refused, while the process of the API stays within its bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest

from schemas.errors import MOST_FAULTS
from service.core.bodies import MEMORY
from tests.hostile.memory import growth
from tests.running import NO_TLS, Service, needs_proc, service_at

BOUND = 100
"""MiB that the API may grow by for any one request."""

LARGEST_ANSWER = 100_000
"""Bytes of the answer to a refused request."""

FILES = 1_000

pytestmark = needs_proc


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the limits that it has by default."""
    with service_at(tmp_path_factory.mktemp("bounded")) as running:
        yield running


def body(sent: bytes, *, repeated: bytes = b"", times: int = 0, end: bytes = b"]}") -> bytes:
    return b'{"formats": ["csv"], ' + sent + b",".join([repeated] * times) + end


def numbered(form: str, times: int) -> bytes:
    return ",".join(form % number for number in range(times)).encode()


ATTACKS: Final[dict[str, Callable[[], bytes]]] = {
    "numbers for formats": lambda: b'{"source": {"seeds": "*"}, "formats": [' + b"1," * 900_000 + b"1]}",
    "unknown formats": lambda: b'{"source": {"seeds": "*"}, "formats": [' + numbered('"cvs%d"', 200_000) + b"]}",
    "a name without end": lambda: b'{"source": {"seeds": "*"}, "formats": ["' + b"cvs" * 600_000 + b'"]}',
    "metadata of empty objects": lambda: body(b'"metadata": {"subjects": [', repeated=b"{}", times=600_000, end=b"]}}"),
    "metadata of wrong objects": lambda: body(
        b'"metadata": {"subjects": [', repeated=b'{"a": 1}', times=200_000, end=b"]}}"
    ),
    "unknown fields": lambda: body(numbered('"formatz%d": 1', 100_000), end=b"}"),
    "unknown fields of the source": lambda: body(b'"source": {' + numbered('"sead%d": 1', 100_000), end=b"}}"),
    "unknown options": lambda: body(b'"options": {' + numbered('"cvs%d": {}', 100_000), end=b"}}"),
    "unknown columns": lambda: body(b'"metadata": {' + numbered('"headlin%d": "@a"', 100_000), end=b"}}"),
    "unknown seeds": lambda: body(b'"source": {"seeds": [' + numbered('"000_%d"', 9_000), end=b"]}}"),
    "too many seeds": lambda: body(b'"source": {"seeds": [' + numbered('"000_%d"', 100_000), end=b"]}}"),
    "empty articles": lambda: body(b'"source": {"articles": [', repeated=b"{}", times=400_000, end=b"]}}"),
    "an article of wrong parts": lambda: body(
        b'"source": {"articles": [{"paragraphs": ["A."], "subjects": [',
        repeated=b'{"qcode": "x"}',
        times=100_000,
        end=b"]}]}}",
    ),
    "lists in lists, 16 MB": lambda: body(b'"source": {"articles": [', repeated=b"[]", times=5_500_000, end=b"]}}"),
    "objects of one member, 16 MB": lambda: body(
        b'"source": {"articles": [', repeated=b'{"":1}', times=2_300_000, end=b"]}}"
    ),
}


def post(service: Service, content: bytes, path: str = "/v1/jobs") -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return httpx.post(f"{service.base}{path}", content=content, headers=headers, timeout=120, verify=NO_TLS)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_request_that_asks_for_too_much_is_refused_within_bounds(bounded: Service, name: str) -> None:
    answers, content = [], ATTACKS[name]()
    grown = growth(lambda: answers.append(post(bounded, content)), pid=bounded.part("api").pid)
    assert answers[0].status_code in (413, 422)
    assert len(answers[0].content) < LARGEST_ANSWER
    assert len(answers[0].json().get("errors", ())) <= MOST_FAULTS
    assert grown < BOUND


def test_many_large_bodies_at_a_time_share_one_bound(bounded: Service) -> None:
    large = body(b'"source": {"text": "' + b"A word. " * 2_000_000, end=b'"}}')
    with ThreadPoolExecutor(12) as threads:

        def act() -> None:
            statuses = {answer.status_code for answer in threads.map(lambda _: post(bounded, large), range(12))}
            assert 202 in statuses
            assert statuses <= {202, 503}

        grown = growth(act, pid=bounded.part("api").pid)
    assert grown < MEMORY // 2**20 + BOUND
    assert post(bounded, large).status_code == 202


def test_unknown_names_of_files_list_only_some_of_a_job_with_many(bounded: Service) -> None:
    lines = b"".join(b'{"paragraphs": ["Text %d."]}\n' % number for number in range(2 * FILES))
    parameters: dict[str, Any] = {"to": "articles-json", "split": "2"}
    headers = {"Prefer": "wait=60"}
    job = httpx.post(f"{bounded.base}/v1/jobs", params=parameters, content=lines, headers=headers, timeout=90).json()
    assert job["status"] == "succeeded"
    names = json.dumps({"files": [f"x{number}" for number in range(3_000)]}).encode()
    answers = []
    grown = growth(
        lambda: answers.append(post(bounded, names, f"/v1/jobs/{job['id']}/links")), pid=bounded.part("api").pid
    )
    assert len(answers[0].json()["errors"]) == MOST_FAULTS
    assert f"and {FILES - 9:,} more" in answers[0].json()["errors"][0]["detail"]
    assert grown < BOUND
    missing = httpx.get(f"{bounded.base}/v1/jobs/{job['id']}/files/nothing")
    assert (missing.status_code, len(missing.content) < 1_000) == (404, True)
