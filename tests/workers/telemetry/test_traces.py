"""Traces of jobs, as an OpenTelemetry receiver gets them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from tests.running import ROOT, Service, clean_environ, start_service, until
from tests.service.asking import REQUEST
from workers.pipeline.stage_times import Times
from workers.telemetry.traces import asked_for

trace_service_pb2 = pytest.importorskip(
    "opentelemetry.proto.collector.trace.v1.trace_service_pb2", reason="pip install 'newsmill[otel]' brings it"
)
pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="pip install 'newsmill[otel]' brings it")

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER_SPAN = "00f067aa0ba902b7"
MANY = 1_500


@dataclass(frozen=True)
class Seen:
    """A received span."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    seconds: float
    failed: bool
    says: dict[str, Any] = field(default_factory=dict)
    resource: dict[str, Any] = field(default_factory=dict)


def value_of(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


class Receiver(BaseHTTPRequestHandler):
    """OTLP over HTTP."""

    spans: ClassVar[list[Seen]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        sent = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        for of_resource in sent.resource_spans:
            resource = {one.key: value_of(one.value) for one in of_resource.resource.attributes}
            for span in (span for scope in of_resource.scope_spans for span in scope.spans):
                self.spans.append(
                    Seen(
                        name=span.name,
                        trace=span.trace_id.hex(),
                        id=span.span_id.hex(),
                        parent=span.parent_span_id.hex(),
                        kind=span.kind,
                        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
                        failed=span.status.code == 2,
                        says={one.key: value_of(one.value) for one in span.attributes},
                        resource=resource,
                    )
                )
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that sends its traces to the receiver of this module."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
    }
    with (tmp_path_factory.mktemp("log") / "log").open("w") as log:
        with start_service(tmp_path_factory.mktemp("traced"), environ=environ, log=log) as running:
            assert running.base
            yield running
    server.shutdown()
    server.server_close()


def spans(trace: str, name: str) -> list[Seen]:
    return [span for span in Receiver.spans if (span.trace, span.name) == (trace, name)]


def test_a_small_job_is_a_trace_from_its_request_to_its_end(traced: Service) -> None:
    context = {"traceparent": f"00-{TRACE}-{CALLER_SPAN}-01", "X-Request-Id": "traced-1", "Prefer": "wait=60"}
    with traced.client() as client:
        job = client.post("/v1/jobs", json=REQUEST, headers=context).json()
    assert until(lambda: spans(TRACE, "convert") and spans(TRACE, "POST /v1/jobs"))
    [posted], [waited], [converted] = (spans(TRACE, name) for name in ("POST /v1/jobs", "wait", "convert"))
    assert posted.parent == CALLER_SPAN
    assert waited.parent == converted.parent == posted.id
    assert [span.kind for span in (posted, waited, converted)] == [2, 1, 5]
    assert posted.says["http.response.status_code"] == 202
    assert posted.says["http.route"] == "/v1/jobs"
    assert {span.says["newsmill.request_id"] for span in (posted, waited, converted)} == {"traced-1"}
    assert converted.says["newsmill.job_id"] == job["id"]
    assert (converted.says["newsmill.done"], converted.says["newsmill.try"]) == (1, 1)
    spent = [converted.says[f"newsmill.{work}_seconds"] for work in ("read", "write", "check")]
    assert min(spent) > 0
    assert sum(spent) <= converted.seconds
    assert converted.resource["service.name"] == "newsmill"
    assert converted.resource["deployment.environment"] == "test"


def test_every_step_of_a_large_job_is_in_its_trace(traced: Service) -> None:
    lines = b"".join(b'{"paragraphs": ["%s %d"]}\n' % (b"A paragraph." * 20, number) for number in range(MANY))
    with traced.client() as client:
        answer = client.post(
            "/v1/jobs",
            files={"file": ("many.ndjson", lines)},
            data={"request": json.dumps({"formats": ["csv"]})},
            headers={"Prefer": "wait=60"},
        )
    assert answer.json()["status"] == "succeeded"
    job_id = answer.json()["id"]

    def of_the_job() -> list[Seen]:
        return [span for span in Receiver.spans if span.says.get("newsmill.job_id") == job_id]

    assert until(lambda: {"join", "chunk", "cut"} <= {span.name for span in of_the_job()})
    found = of_the_job()
    [trace] = {span.trace for span in found}
    [posted] = until(lambda: spans(trace, "POST /v1/jobs"))
    assert {span.parent for span in found} == {posted.id}
    chunks = [span for span in found if span.name == "chunk"]
    assert sorted(span.says["newsmill.chunk"] for span in chunks) == [0, 1]
    assert sum(span.says["newsmill.done"] for span in chunks) == MANY
    assert all(span.says["newsmill.read_seconds"] > 0 for span in chunks)


def test_failed_span_is_marked(traced: Service) -> None:
    request = {"formats": ["csv"], "on_error": "fail"}
    with traced.client() as client:
        job = client.post(
            "/v1/jobs",
            files={"file": ("some.ndjson", b'{"paragraphs": ["Fine."]}\n{not json\n')},
            data={"request": json.dumps(request)},
            headers={"Prefer": "wait=60"},
        ).json()
    assert job["status"] == "failed"

    def step() -> list[Seen]:
        found = [span for span in Receiver.spans if span.says.get("newsmill.job_id") == job["id"]]
        return [span for span in found if span.name == "convert"]

    assert until(step)
    assert step()[0].failed


def test_probes_are_in_no_trace(traced: Service) -> None:
    with traced.client() as client:
        client.get("/healthz")
        client.get("/v1/seeds")
    assert until(lambda: any(span.name == "GET /v1/seeds" for span in Receiver.spans))
    assert not [span for span in Receiver.spans if "healthz" in span.name or "readyz" in span.name]


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_otel_variables_turn_traces_on(environ: dict[str, str], asked: bool) -> None:
    assert asked_for(environ) is asked


def run(program: str, **environ: str) -> str:
    """Return the combined output of a Python program."""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=clean_environ() | environ,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return ran.stdout


def test_opentelemetry_is_not_imported_by_default() -> None:
    program = """
import sys
import service.app, workers.celery.tasks
from workers.telemetry import traces
assert traces.begin("it", kind="internal", within={}) is None
# redis-py imports the metrics of OpenTelemetry if they are installed.
ours = ("workers.telemetry.otel", "opentelemetry.sdk.trace", "opentelemetry.exporter")
print([name for name in sys.modules if name.startswith(ours)])
"""
    assert run(program) == "[]\n"


def test_missing_opentelemetry_is_logged_once() -> None:
    program = """
import sys
sys.modules["opentelemetry"] = None
from workers.telemetry import traces
for _ in range(2):
    assert traces.begin("it", kind="internal", within={}) is None
traces.flush()
"""
    said = run(program, OTEL_EXPORTER_OTLP_ENDPOINT="http://localhost:4318")
    assert said.count("pip install 'newsmill[otel]'") == 1


def test_times_are_of_the_work_alone() -> None:
    times = Times()
    double = times.timed("write", lambda number: 2 * number)
    assert [double(item) for item in times.reading(range(3))] == [0, 2, 4]
    assert times.read > 0
    assert times.write > 0
    assert times.check == 0


def test_error_of_a_function_is_raised_and_timed() -> None:
    times = Times()

    def broken() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        times.timed("check", broken)()
    assert times.check > 0
