"""docs/observing.md documents every metric, alert and event of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
import yaml

from tests.test_architecture import ROOT
from workers.telemetry.metrics import COUNTED, GAUGES, Metric

PAGE = (ROOT / "docs" / "observing.md").read_text()
ALERTS = yaml.safe_load((ROOT / "monitoring" / "alerts.yml").read_text())["groups"][0]["rules"]


def row(metric: Metric) -> str:
    """Return a metric's row of the table."""
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |\n"


@pytest.mark.parametrize("metric", [*COUNTED, *GAUGES], ids=lambda metric: metric.name)
def test_observing_page_has_a_row_for_every_metric(metric: Metric) -> None:
    assert row(metric) in PAGE


def test_observing_page_has_no_unknown_metric() -> None:
    assert set(re.findall(r"`(newsmill_\w+)`", PAGE)) == {metric.name for metric in (*COUNTED, *GAUGES)}


def test_observing_page_explains_every_alert() -> None:
    assert re.findall(r"^\| `(Newsmill\w+)` \|", PAGE, re.MULTILINE) == [rule["alert"] for rule in ALERTS]


def events() -> Iterator[str]:
    """Yield the events of the module, without their variable part."""
    tree = ast.parse((ROOT / "workers" / "telemetry" / "events.py").read_text())
    said = next(node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "_DONE")  # type: ignore[union-attr]
    assert said is not None
    yield from ast.literal_eval(said).values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("log.info", "log.warning", "log.debug"):
            yield str(ast.literal_eval(node.args[0])).partition(":")[0]


def test_observing_page_has_every_job_event() -> None:
    found = set(events())
    assert {"job ended", "chunk converted", "step retried"} <= found
    told = "\n".join(re.findall(r"^\| ([a-z ,]+) \| (?:info|debug|warning) \|", PAGE, re.MULTILINE))
    assert {event for event in found if event not in told} == set()
