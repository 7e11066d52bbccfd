"""The dashboard and alerts in monitoring/ use existing metrics, and a real Prometheus accepts them."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from threading import Thread
from typing import Any, Final

import httpx
import promql_parser
import pytest
import yaml
from werkzeug.serving import make_server

from schemas.settings import load_settings
from service.app import create_app
from tests.running import ROOT, Service, Valkey, until
from tests.service.asking import post
from workers.telemetry.metrics import COUNTED, GAUGES

MONITORING: Final = ROOT / "monitoring"
DASHBOARD: Final = json.loads((MONITORING / "grafana" / "dashboards" / "newsmill.json").read_text())
ALERTS: Final = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
METRICS: Final = {metric.name: metric for metric in (*COUNTED, *GAUGES)}

# Labels that Prometheus adds.
TARGET_LABELS: Final = {"instance", "job", "pod"}
# The embedded Valkey has no memory limit.
ABSENT_HERE: Final = {"newsmill_redis_memory_max_bytes"}

EXPRESSIONS: Final = {
    **{f"panel {panel['title']}: {target['legendFormat']}": target["expr"]
       for panel in DASHBOARD["panels"] for target in panel.get("targets", ())},
    **{f"alert {rule['alert']}": rule["expr"] for rule in ALERTS},
}  # fmt: skip
every_expression = pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("promtool") is None,
    reason="needs prometheus and promtool: apt-get install prometheus",
)


def filled_in(expression: str) -> str:
    """Return a panel's expression as Grafana sends it."""
    return expression.replace("$__rate_interval", "1m")


def selected(expression: str) -> list[tuple[str, set[str]]]:
    """Return the names and the selected labels of the series in an expression."""
    found: list[tuple[str, set[str]]] = []

    def look(node: Any) -> Any:
        if isinstance(node, promql_parser.VectorSelector):
            found.append((node.name or "", {matcher.name for matcher in node.matchers.matchers}))
        return True

    promql_parser.walk(promql_parser.parse(filled_in(expression)), look)
    return found


def metric_of(series: str) -> str:
    """Return the metric of a series."""
    return series if series in METRICS else re.sub(r"_(bucket|sum|count)$", "", series)


@every_expression
def test_expression_uses_known_series_and_labels(expression: str) -> None:
    series = selected(expression)
    assert series
    for name, labels in series:
        if name == "up":
            continue
        metric = METRICS[metric_of(name)]
        assert (name != metric.name) == (metric.kind == "histogram"), f"{name} is no series of a {metric.kind}"
        known = {*metric.labels, *TARGET_LABELS, "le"}
        assert labels <= known
        for grouped in re.findall(r"\b(?:by|without) \(([\w, ]+)\)", expression):
            assert set(grouped.split(", ")) <= known


@every_expression
def test_expression_counts_several_api_processes_once(expression: str) -> None:
    """Each API process reports the whole service, so their sum would be too large."""
    within: list[Any] = []
    alone: list[str] = []

    def enter(node: Any) -> None:
        if isinstance(node, promql_parser.AggregateExpr):
            within.append(node)
        elif isinstance(node, promql_parser.VectorSelector) and not (within and str(within[-1].op) in ("max", "min")):
            alone.append(node.name or "")

    def leave(node: Any) -> None:
        if isinstance(node, promql_parser.AggregateExpr):
            within.pop()

    promql_parser.walk(promql_parser.parse(filled_in(expression)), enter, leave)
    assert set(alone) <= {"up", "newsmill_up"}  # which are about each process


def test_dashboard_has_every_metric_except_build_info() -> None:
    shown = {
        metric_of(name)
        for panel in DASHBOARD["panels"]
        for t in panel.get("targets", ())
        for name, _ in selected(t["expr"])
    }
    assert set(METRICS) - shown == {"newsmill_build_info"}


def test_panels_have_unique_names_and_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_composition_mounts_existing_files() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    started = {name: part for name, part in compose["services"].items() if part.get("profiles") == ["monitoring"]}
    assert set(started) == {"prometheus", "grafana"}
    mounts = dict(
        volume.removesuffix(":ro").split(":")
        for part in started.values()
        for volume in part["volumes"]
        if volume.startswith("./")
    )
    for path in mounts:
        assert (ROOT / path).exists()
    inside = {inside: ROOT / path for path, inside in mounts.items()}
    scraping = yaml.safe_load(inside["/etc/prometheus/prometheus.yml"].read_text())
    assert set(scraping["rule_files"]) <= set(inside)
    assert scraping["scrape_configs"][0]["static_configs"][0]["targets"] == ["api:8080"]
    [secret] = started["prometheus"]["secrets"]
    assert scraping["scrape_configs"][0]["authorization"]["credentials_file"] == f"/run/secrets/{secret}"
    provider = yaml.safe_load((inside["/etc/grafana/provisioning"] / "dashboards" / "newsmill.yml").read_text())
    assert provider["providers"][0]["options"]["path"] in inside
    source = yaml.safe_load((inside["/etc/grafana/provisioning"] / "datasources" / "prometheus.yml").read_text())
    assert source["datasources"][0]["url"] == "http://prometheus:9090"


@needs_prometheus
def test_alerts_pass_their_rule_tests() -> None:
    tests = yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]
    for test in tests:
        assert [rule["alertname"] for rule in test["alert_rule_test"]] == [rule["alert"] for rule in ALERTS]
    ran = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"], cwd=MONITORING, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


class Prometheus:
    """A running Prometheus."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address)

    def ready(self) -> bool:
        try:
            return self._client.get("/-/ready").status_code == 200
        except httpx.TransportError:
            return False

    def query(self, expression: str) -> list[dict[str, Any]]:
        answer = self._client.get("/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        return list(answer["data"]["result"])

    def firing(self) -> set[tuple[str, str]]:
        alerts = self._client.get("/api/v1/alerts").json()["data"]["alerts"]
        return {(one["labels"]["alertname"], one["labels"]["job"]) for one in alerts if one["state"] == "firing"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def without_workers(valkey: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an API without workers."""
    store = tmp_path_factory.mktemp("store")
    server = make_server(
        "127.0.0.1",
        0,
        create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(store)})),
        threaded=True,
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def prometheus(
    service: Service, without_workers: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A real Prometheus with the files of monitoring/, short intervals and the addresses of this test."""
    folder = tmp_path_factory.mktemp("prometheus")
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = ["alerts.yml"]
    scraped = config["scrape_configs"][0]
    scraped["authorization"]["credentials_file"] = "/dev/null"  # as the composition has it where there are no keys
    targets = {
        "newsmill": service.base.removeprefix("http://"),
        "alone": without_workers,
        "gone": f"127.0.0.1:{free_port()}",
    }
    config["scrape_configs"] = [
        {**scraped, "job_name": name, "static_configs": [{"targets": [address]}]} for name, address in targets.items()
    ]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    (folder / "alerts.yml").write_text(re.sub(r"for: \w+", "for: 0s", (MONITORING / "alerts.yml").read_text()))
    subprocess.run(["promtool", "check", "config", folder / "prometheus.yml"], check=True, capture_output=True)
    port = free_port()
    command = ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            running = Prometheus(f"http://127.0.0.1:{port}")
            assert until(running.ready), (folder / "log").read_text()
            yield running
        finally:
            process.terminate()
            process.wait(90)


@pytest.fixture(scope="module")
def watched(service: Service, prometheus: Prometheus) -> Prometheus:
    """A Prometheus that has scraped before and after a small and a large job."""
    assert until(lambda: prometheus.query('newsmill_jobs_total{job="newsmill"}'))
    with service.client() as client:
        post(client)
        lines = b"".join(b'{"paragraphs": ["%d %s"]}\n' % (number, b"A word." * 60) for number in range(1_200))
        client.post(
            "/v1/jobs",
            files={"file": ("some.ndjson", lines)},
            data={"request": '{"formats": ["csv"]}'},
            headers={"Prefer": "wait=60"},
        )
        ended = client.get("/metrics").text
    count = next(line for line in ended.splitlines() if line.startswith('newsmill_jobs_total{status="succeeded"'))
    want = float(count.split()[1])

    def seen() -> bool:
        found = prometheus.query('newsmill_jobs_total{job="newsmill", status="succeeded"}')
        return bool(found) and float(found[0]["value"][1]) >= want

    assert until(seen)
    return prometheus


@needs_prometheus
@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS.values() if metric.name not in ABSENT_HERE], ids=lambda m: m.name
)
def test_prometheus_has_every_metric(watched: Prometheus, metric: Any) -> None:
    series = f"{metric.name}_count" if metric.kind == "histogram" else metric.name
    [*found] = watched.query(f'{series}{{job="newsmill"}}')
    assert found
    for one in found:
        assert set(one["metric"]) == {"__name__", *TARGET_LABELS - {"pod"}, *metric.labels}


PANELS: Final = {
    name: expression
    for name, expression in EXPRESSIONS.items()
    if name.startswith("panel") and not any(absent in expression for absent in ABSENT_HERE)
}


@needs_prometheus
@pytest.mark.parametrize("expression", PANELS.values(), ids=PANELS)
def test_every_panel_has_something_to_show(watched: Prometheus, expression: str) -> None:
    assert until(lambda: watched.query(filled_in(expression)))


@needs_prometheus
def test_alert_fires_only_for_service_without_worker(watched: Prometheus) -> None:
    assert until(lambda: ("NewsmillNoWorker", "alone") in watched.firing())
    assert ("NewsmillNoWorker", "newsmill") not in watched.firing()
    assert ("NewsmillDown", "newsmill") not in watched.firing()
