from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.settings import load_settings
from tests.running import valkey_at
from workers.celery.app import make_celery, send_task


def test_message_is_released_when_its_acknowledgement_fails(tmp_path: Path) -> None:
    taken: list[Any] = []
    with valkey_at(tmp_path) as valkey:
        app = make_celery(load_settings({"NEWSMILL_REDIS_URL": valkey.url}))
        for number in range(2):
            send_task(app, "newsmill.convert", str(number))
        with app.connection_for_read() as connection:
            channel: Any = connection.channel()
            channel.basic_qos(0, 1, False)
            consumer = app.amqp.TaskConsumer(channel, queues=[app.amqp.queues["newsmill"]])
            consumer.register_callback(lambda _, message: taken.append(message))
            with consumer:
                connection.drain_events(timeout=5)
                assert len(taken) == 1
                assert not channel.qos.can_consume()

                valkey.kill()
                with pytest.raises(connection.connection_errors):
                    taken[0].ack()

                assert channel.qos.can_consume()
                valkey.start()
