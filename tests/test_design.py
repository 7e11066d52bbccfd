"""docs/design.md names what there is: every setting of Celery's, every state."""

from __future__ import annotations

import ast
import re

import pytest

from schemas.job import STATUSES
from tests.test_architecture import ROOT
from workers.redis.connect import broker_settings

PAGE = (ROOT / "docs" / "design.md").read_text()
NAMED = set(re.findall(r"`([\w.]+)`", PAGE))


def test_it_says_what_every_setting_of_celery_mends() -> None:
    source = (ROOT / "workers" / "celery" / "app.py").read_text()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    [update] = [call for call in calls if ast.unparse(call.func) == "app.conf.update"]
    given = {keyword.arg: keyword.value for keyword in update.keywords}
    settings = {*given} - {None}
    for url in ("redis://one", "amqp://one"):
        made = broker_settings(url, longest_task=1)
        settings |= {*made, *made["broker_transport_options"]} - {"broker_url", "broker_transport_options"}
    assert len(settings) > 30
    assert settings - NAMED == set()


@pytest.mark.parametrize("status", STATUSES)
def test_it_shows_every_state_of_a_job(status: str) -> None:
    assert re.search(rf"\b{status}\b", PAGE)
