"""The messages that scripts send for Celery, beside those that Celery sends itself."""

from __future__ import annotations

from typing import Any

import orjson

from schemas.settings import load_settings
from tests.running import Valkey
from workers.celery.app import make_celery, message_of
from workers.celery.tasks import WORK
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
