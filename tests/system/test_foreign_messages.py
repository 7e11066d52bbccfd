"""Messages that are not newsmill's in the queues of its workers."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import orjson

from tests.running import Service, needs_proc, until
from tests.service.asking import REQUEST, post
from workers.celery.tasks import WORK
from workers.redis.connect import connect
from workers.redis.keys import CALLBACKS_QUEUE, CHUNKS_QUEUE, JOBS_QUEUE

pytestmark = needs_proc


def message(body: bytes, headers: dict[str, Any], media_type: str = "application/json") -> bytes:
    """A message as kombu writes it."""
    delivery = {"delivery_info": {"routing_key": JOBS_QUEUE, "exchange": ""}, "delivery_tag": "1"}
    return orjson.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-type": media_type,
            "content-encoding": "utf-8",
            "headers": headers,
            "properties": delivery | {"body_encoding": "base64"},
        }
    )


OURS = {"task": WORK, "id": "1"}
FOREIGN = (
    *(b"not JSON", b"\xff\xfe\x00", b"", b"[]", b"1", b"null", b"{}", b'"x"', b'{"body": "x"}'),
    orjson.dumps({"body": "x", "headers": {}, "properties": {}}),
    message(b"[[], {}, {}]", {"task": "another.task", "id": "1"}),
    message(b"cos\nsystem\n(S'id'\ntR.", OURS, "application/x-python-serialize"),
    *(message(body, OURS) for body in (b"7", b"!", b"[[], {}, {}]", b'[[{"a": 1}], {}, {}]', b'[["none"], {}, {}]')),
    message(b'[["newsmill"], {}, {}]', OURS | {"eta": "nonsense", "expires": [1], "timelimit": "x"}),
)


def test_foreign_messages_end_no_worker_and_stay_in_no_queue(service: Service, client: httpx.Client) -> None:
    def workers() -> set[tuple[int, int]]:
        return {(one.pid, one.start) for one in service.all() if "worker --only" in one.command}

    redis: Any = connect(service.redis_url())
    before = workers()
    assert before
    queues = (JOBS_QUEUE, CHUNKS_QUEUE, CALLBACKS_QUEUE)
    for queue in queues:
        redis.lpush(queue, *FOREIGN)
    assert until(lambda: not any(redis.llen(queue) for queue in queues))
    assert post(client, REQUEST)["status"] == "succeeded"
    lines = b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % number for number in range(6_000))
    parts: Any = [("file", ("many.ndjson", lines)), ("request", (None, b'{"formats": ["csv"]}'))]
    job = client.post("/v1/jobs", files=parts, headers={"Prefer": "wait=60"}).json()
    assert (job["status"], job["progress"]["done"]) == ("succeeded", 6_000)
    assert before <= workers()
