"""The messages that scripts send for Celery, and what a worker does with one."""

from __future__ import annotations

import os
from typing import Any

import orjson

from schemas.jobs.record import LARGE
from schemas.settings import load_settings
from tests.running import Valkey, descendants, needs_proc
from workers.celery.app import make_celery, message_of
from workers.celery.steps import StepTaker
from workers.celery.tasks import WORK
from workers.jobs.quotas import Quotas
from workers.redis.due import DueWork
from workers.redis.keys import CHUNKS_QUEUE, MESSAGE_ID


def without_ids(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without the ids in it, of which there are four."""
    for name in ("id", "root_id"):
        del message["headers"][name]
    for name in ("correlation_id", "delivery_tag"):
        del message["properties"][name]
    return message


def test_a_message_of_a_script_is_one_of_celery(valkey: Valkey) -> None:
    app = make_celery(load_settings({"NEWSMILL_REDIS_URL": valkey.url}))
    app.send_task(WORK, args=[CHUNKS_QUEUE], queue=CHUNKS_QUEUE, declare=())
    [sent] = valkey.client().lrange(CHUNKS_QUEUE, 0, -1)
    made = message_of(app, CHUNKS_QUEUE)
    assert made.count(MESSAGE_ID) == 4
    assert without_ids(orjson.loads(made)) == without_ids(orjson.loads(sent))
    assert message_of(app, CHUNKS_QUEUE) == made


def test_an_upload_wakes_a_worker_for_large_jobs_once_it_is_large(valkey: Valkey) -> None:
    client = valkey.client()
    client.delete(CHUNKS_QUEUE)
    DueWork(client).wake(CHUNKS_QUEUE, "a message")
    with Quotas(client, load_settings({})).upload("alice", "one") as arrived:
        arrived(LARGE)
        assert client.lpop(CHUNKS_QUEUE) is None
        arrived(1)
        assert client.lpop(CHUNKS_QUEUE) == b"a message"
        arrived(LARGE)
        assert client.lpop(CHUNKS_QUEUE) is None


@needs_proc
def test_a_worker_that_is_woken_before_there_is_work_starts_the_nursery(valkey: Valkey) -> None:
    take = StepTaker(valkey.client(), load_settings({"NEWSMILL_REDIS_URL": valkey.url}))
    before = {one.pid for one in descendants(os.getpid())}
    assert not take(CHUNKS_QUEUE)
    [started] = [one for one in descendants(os.getpid()) if one.pid not in before]
    assert "workers.isolation.nursery" in started.command
    take.close()
