"""Callbacks to real receivers: signed, bounded and retried, and never to a forbidden address."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

import orjson
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from schemas.jobs.record import JobEnd
from schemas.settings import Settings, load_settings
from tests.receivers import answer, receiving, talking
from tests.running import ROOT, Valkey, start_job
from tests.workers.callbacks.test_records import SPEC, later, take
from workers.callbacks import delivery as callbacks
from workers.callbacks.delivery import GIVE_UP_AFTER, Answer, deliver_next, next_state, send
from workers.callbacks.records import Callback, CallbackRecords
from workers.jobs.store import JobStore, new_job_id
from workers.jobs.view import job_json
from workers.redis.due import Lease
from workers.redis.keys import CALLBACKS_QUEUE

SECRET = "whsec_" + "A" * 40
OTHER = "whsec_" + "B" * 40
LEASE = Lease(queue=CALLBACKS_QUEUE, lane="|", entry="msg_1", tries=1)
LOOPBACK = (ip_network("127.0.0.1/32"),)


def callback(url: str, **given: Any) -> Callback:
    body = orjson.dumps({"type": "job.succeeded", "data": {"id": "ü"}})
    made = Callback(lease=LEASE, job_id="1", owner="", url=url, body=body, attempts=1, age=0)
    return replace(made, **given)


def sent(url: str, networks: Any = LOOPBACK, **given: Any) -> Answer:
    return send(callback(url, **given), (SECRET,), networks)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt takes a second at most."""
    monkeypatch.setattr(callbacks, "LONGEST", 1.0)


def test_standard_library_verifies_the_callback() -> None:
    with receiving(answer(204)) as receiver:
        assert sent(receiver.url("/hook?a=b")) == Answer(status=204)
    [one] = receiver.received
    assert one.path == "/hook?a=b"
    assert Webhook(SECRET).verify(one.body, one.headers) == {"type": "job.succeeded", "data": {"id": "ü"}}
    assert one.headers["webhook-id"] == "msg_1"
    assert abs(int(one.headers["webhook-timestamp"]) - time.time()) < 60
    assert one.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert one.headers["Content-Type"] == "application/json"
    assert one.headers["User-Agent"].startswith("newsmill/")
    for wrong in (one.body + b" ", one.body.replace(b"1", b"2"), b""):
        if wrong != one.body:
            with pytest.raises(WebhookVerificationError):
                Webhook(SECRET).verify(wrong, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(one.body, one.headers)


def test_with_two_secrets_either_verifies_it() -> None:
    with receiving(answer(200)) as receiver:
        send(callback(receiver.url()), (SECRET, OTHER), LOOPBACK)
    [one] = receiver.received
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(one.body, one.headers)


def test_receiver_of_the_documentation_works() -> None:
    page = (ROOT / "docs" / "callbacks.md").read_text()
    [example] = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(example.replace("whsec_…", SECRET), names)
    with receiving(answer(204)) as receiver:
        sent(receiver.url())
    [one] = receiver.received
    assert names["receive"](one.headers, one.body) == 204
    assert names["receive"](one.headers, one.body + b" ") == 401


@pytest.mark.parametrize("status", [200, 201, 204, 299, 301, 400, 401, 404, 410, 418, 429, 500, 503])
def test_the_status_of_the_answer_is_what_counts(status: int) -> None:
    with receiving(answer(status, body=b"" if status == 204 else b"said")) as receiver:
        assert sent(receiver.url()) == Answer(status=status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with receiving(answer(200)) as elsewhere, receiving(answer(status, Location=elsewhere.url())) as receiver:
        assert sent(receiver.url()).status == status
        assert elsewhere.received == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(answer(200)) as proxy, receiving(answer(204)) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        assert sent(receiver.url()) == Answer(status=204)
        assert proxy.received == []


def test_a_huge_answer_is_heard_in_part() -> None:
    written: list[int] = []

    def huge(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(10**12))
        request.end_headers()
        try:
            while True:
                written.append(request.wfile.write(b"x" * 65_536))
        except OSError:
            return

    with receiving(huge) as receiver:
        assert sent(receiver.url()) == Answer(status=200)
    assert sum(written) < 50_000_000  # what the sockets hold


def test_headers_without_end_are_not_heard() -> None:
    def talk(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not ended.is_set():
            connection.sendall(b"X-More: " + b"x" * 8_000 + b"\r\n")

    with talking(talk) as port:
        assert sent(f"http://127.0.0.1:{port}/") == Answer(error="it sent no HTTP response")


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n", b"H"])
def test_slow_response_ends_at_the_deadline(brief: None, said: bytes) -> None:
    def talk(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(said)
        while not ended.wait(0.05):
            # Something comes all the time, so that no single wait is a long one.
            connection.sendall(
                b"HTTP/1.1 100 Continue\r\n\r\n" if said.endswith(b"\r\n\r\n") else b"x" if said else b""
            )

    with talking(talk) as port:
        heard = sent(f"http://127.0.0.1:{port}/")
        assert heard.error in ("it did not answer within 1 seconds", "it sent no HTTP response")


def test_an_answer_whose_body_never_ends_is_an_answer(brief: None) -> None:
    def talk(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n")
        while not ended.wait(0.05):
            connection.sendall(b"x")

    with talking(talk) as port:
        assert sent(f"http://127.0.0.1:{port}/") == Answer(status=202)


def test_receiver_that_reads_nothing_ends_at_the_deadline(brief: None) -> None:
    def talk(connection: socket.socket, ended: threading.Event) -> None:
        while not ended.wait(0.05):
            connection.recv(1)

    with talking(talk) as port:
        assert sent(f"http://127.0.0.1:{port}/", body=b"x" * 50_000_000).error == "it did not answer within 1 seconds"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"220 mail.example ESMTP\r\n", "it sent no HTTP response"),
        (b"-ERR unknown command 'POST'\r\n", "it sent no HTTP response"),
        (b"HTTP/1.1 banana\r\n\r\n", "it sent no HTTP response"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "it sent no HTTP response"),
        (b"", "it sent no HTTP response"),  # the connection is closed
    ],
)
def test_receiver_without_http_is_recognized(said: bytes, expected: str) -> None:
    def talk(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):  # to close with bytes unread would reset the connection
            pass

    with talking(talk) as port:
        assert sent(f"http://127.0.0.1:{port}/") == Answer(error=expected)


def test_absent_receiver_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert sent(f"http://127.0.0.1:{port}/") == Answer(error="it cannot be reached: Connection refused")


def test_a_name_that_is_none_cannot_be_reached() -> None:
    heard = sent("https://hooks.invalid/")
    assert heard.status is None
    assert heard.error.startswith("it cannot be reached: ")


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Iterator[list[str]]:
    """A resolver that gives these addresses for any name, one answer after another; and what it is asked for."""
    really, asked = socket.getaddrinfo, []

    def look_up(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        if host.replace(".", "").isdigit() or ":" in host:
            return really(host, port, *rest, **named)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [entry for address in found for entry in really(address, port, *rest, **named)]

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_up)
        yield asked


@pytest.mark.parametrize("private", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.2", "0.0.0.0"])
def test_a_name_of_an_address_that_is_not_allowed_is_refused(monkeypatch: pytest.MonkeyPatch, private: str) -> None:
    with names(monkeypatch, [private]):
        heard = sent("https://hooks.example/")
    assert heard.error == "its host has no public address, and the operator does not allow its address"
    assert private not in heard.error


def test_changing_host_name_is_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with receiving(answer(204)) as receiver:
        with names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"]) as asked:
            assert sent(f"http://hooks.example:{receiver.port}/") == Answer(status=204)
        assert asked == ["hooks.example"]
        assert receiver.received[0].headers["Host"] == f"hooks.example:{receiver.port}"
        with names(monkeypatch, ["127.0.0.2"], ["127.0.0.1"]):
            assert sent(f"http://hooks.example:{receiver.port}/").error.startswith("its host has no public address")
        assert len(receiver.received) == 1


def test_only_allowed_addresses_of_a_host_are_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(answer(204)) as receiver, names(monkeypatch, ["127.0.0.2", "10.0.0.1", "127.0.0.1"]):
        assert sent(f"http://hooks.example:{receiver.port}/") == Answer(status=204)


def test_next_address_is_tried_after_a_silent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = (ip_network("127.0.0.0/8"),)
    with receiving(answer(204)) as receiver, names(monkeypatch, ["127.0.0.3", "127.0.0.1"]):
        assert sent(f"http://hooks.example:{receiver.port}/", networks) == Answer(status=204)


def test_http_goes_to_allowed_networks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with names(monkeypatch, ["1.1.1.1"]):
        assert sent("http://hooks.example/").error.startswith("its host has no public address")


@contextmanager
def authority(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> Iterator[ssl.SSLContext]:
    """A certificate for these hosts, of an authority that is trusted; gives the context of a server that has it."""
    made = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    made.issue_cert(*hosts).configure_cert(server)
    made.configure_trust(client)
    with monkeypatch.context() as patched:
        patched.setattr(callbacks, "_tls", lambda: client)
        yield server


@pytest.mark.parametrize("host", ["hooks.example", "127.0.0.1"])
def test_the_certificate_is_checked_for_the_host_of_the_url(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with authority(monkeypatch, host) as tls, receiving(answer(204), tls=tls) as receiver:
        with names(monkeypatch, ["127.0.0.1"]):
            assert sent(f"https://{host}:{receiver.port}/") == Answer(status=204)
            wrong = sent(f"https://other.example:{receiver.port}/")
        assert wrong.error.startswith("it cannot be reached: its certificate is not valid: Hostname mismatch")
        assert len(receiver.received) == 1


def test_untrusted_authority_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(server)
    with receiving(answer(204), tls=server) as receiver:
        heard = sent(f"https://127.0.0.1:{receiver.port}/")
        assert heard.error.startswith("it cannot be reached: its certificate is not valid: ")
        assert receiver.received == []


def test_receiver_without_tls_is_reported() -> None:
    with receiving(answer(204)) as receiver:
        assert sent(f"https://127.0.0.1:{receiver.port}/").error.startswith("it cannot be reached: TLS fails: ")


def test_stalled_tls_handshake_ends_at_the_deadline(brief: None) -> None:
    def talk(connection: socket.socket, ended: threading.Event) -> None:
        while not ended.wait(0.05):
            connection.sendall(b"\x16\x03\x03\x3f\xff" if not ended.is_set() else b"")

    with talking(talk) as port:
        assert sent(f"https://127.0.0.1:{port}/").status is None


def test_a_mistake_of_ours_is_an_attempt_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(callbacks, "_headers", broken)
    assert sent("https://127.0.0.1/") == Answer(error="internal error of newsmill; see its log")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_2xx_is_the_end_of_it(status: int) -> None:
    state, again = next_state(callback("https://x.example/", attempts=3), Answer(status=status))
    assert (state.status, state.attempts, state.last_error, again) == ("delivered", 3, None, None)


def test_410_is_the_end_of_it_and_a_failure() -> None:
    state, again = next_state(callback("https://x.example/"), Answer(status=410))
    assert (state.status, state.last_error, again) == (
        "failed",
        "it answered 410: the receiver refuses further callbacks",
        None,
    )


@given(st.sampled_from([100, 199, 300, 302, 400, 404, 408, 429, 500, 503, 599, None]), st.integers(1, 10_000))
def test_anything_else_is_tried_again(status: int | None, attempts: int) -> None:
    heard = Answer(status=status, error="" if status else "it cannot be reached")
    state, again = next_state(callback("https://x.example/", attempts=attempts), heard)
    assert (state.status, state.attempts) == ("pending", attempts)
    assert state.last_error is not None
    assert state.next_attempt is not None
    assert again is not None
    assert 7.5 <= again <= 5 * 3_600


def test_attempts_last_a_day_at_growing_intervals() -> None:
    age = 0.0
    pauses: list[float] = []
    while True:
        one = callback("https://x.example/", attempts=len(pauses) + 1, age=int(age))
        state, again = next_state(one, Answer(status=503))
        if again is None:
            break
        pauses.append(again)
        age += again
    assert (state.status, state.last_error) == ("failed", "it answered 503")
    assert 12 <= len(pauses) <= 20
    assert GIVE_UP_AFTER - 5 * 3_600 < age <= GIVE_UP_AFTER
    assert all(earlier * 1.1 < later for earlier, later in pairwise(pauses[:9]))


# From here on with records in a real Valkey.


@pytest.fixture
def settings() -> Settings:
    return load_settings({"NEWSMILL_CALLBACK_SECRET": SECRET, "NEWSMILL_CALLBACK_ALLOW": "127.0.0.1"})


def told(jobs: JobStore, url: str, owner: str = "") -> str:
    """The id of a job that has ended, and tells of it at a URL."""
    job = jobs.create(new_job_id(), replace(SPEC, callback=url, owner=owner), total=1)
    start_job(jobs, job.id)
    jobs.finish(job.id, JobEnd(status="succeeded", done=1))
    return job.id


def test_a_receiver_that_fails_twice_has_it_the_third_time(valkey: Valkey, jobs: JobStore, settings: Settings) -> None:
    records = CallbackRecords(valkey.client())
    with receiving(answer(500), answer(429), answer(204)) as receiver:
        job_id = told(jobs, receiver.url())
        assert deliver_next(records, settings)
        first = job_json(jobs.get(job_id))["callback"]
        assert (first["status"], first["attempts"], first["last_error"]) == ("pending", 1, "it answered 500")
        assert first["next_attempt"] > jobs.get(job_id).finished
        assert not deliver_next(records, settings)
        for _ in range(2):
            later(valkey, 60)
            assert deliver_next(records, settings)
        done = job_json(jobs.get(job_id))["callback"]
        assert done == {"url": receiver.url(), "status": "delivered", "attempts": 3}
        later(valkey, 10**6)
        assert not deliver_next(records, settings)
    ids = {one.headers["webhook-id"] for one in receiver.received}
    bodies = {one.body for one in receiver.received}
    assert (len(receiver.received), len(ids), len(bodies)) == (3, 1, 1)
    for one in receiver.received:
        Webhook(SECRET).verify(one.body, one.headers)


def test_a_receiver_that_wants_no_more_is_sent_no_more(valkey: Valkey, jobs: JobStore, settings: Settings) -> None:
    records = CallbackRecords(valkey.client())
    with receiving(answer(410)) as receiver:
        job_id = told(jobs, receiver.url())
        assert deliver_next(records, settings)
        later(valkey, 10**6)
        assert not deliver_next(records, settings)
        assert len(receiver.received) == 1
    assert job_json(jobs.get(job_id))["callback"]["status"] == "failed"


def test_callback_that_kills_its_sender_is_given_up_after_a_day(
    valkey: Valkey, jobs: JobStore, settings: Settings
) -> None:
    records = CallbackRecords(valkey.client())
    with receiving(answer(204)) as receiver:
        job_id = told(jobs, receiver.url())
        assert take(records) is not None  # and then it is killed
        later(valkey, GIVE_UP_AFTER + 1)
        assert deliver_next(records, settings)
        assert receiver.received == []
    state = job_json(jobs.get(job_id))["callback"]
    assert (state["status"], state["attempts"]) == ("failed", 2)
    assert records.due.load(CALLBACKS_QUEUE).due == 0


def test_callback_unsent_for_a_day_is_sent_once(valkey: Valkey, jobs: JobStore, settings: Settings) -> None:
    records = CallbackRecords(valkey.client())
    with receiving(answer(503)) as receiver:
        job_id = told(jobs, receiver.url())
        later(valkey, GIVE_UP_AFTER + 1)
        assert deliver_next(records, settings)
        assert len(receiver.received) == 1
    assert job_json(jobs.get(job_id))["callback"]["status"] == "failed"


def test_no_log_has_the_path_or_the_secret(
    valkey: Valkey,
    jobs: JobStore,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = CallbackRecords(valkey.client())
    with caplog.at_level("DEBUG"), receiving(answer(410)) as receiver:
        job_id = told(jobs, receiver.url("/token-in-the-path?token-in-the-query"))
        deliver_next(records, settings)
    said = capsys.readouterr().err
    assert "callback sent" in said
    assert f"job_id='{job_id}' to='127.0.0.1:{receiver.port}' outcome='failed'" in said
    for log in (said, caplog.text):
        assert "token-in" not in log
        assert SECRET.removeprefix("whsec_") not in log


def test_callbacks_of_a_caller_have_the_secret_of_the_caller(
    valkey: Valkey, jobs: JobStore, settings: Settings
) -> None:
    records = CallbackRecords(valkey.client())
    with receiving(answer(204)) as receiver:
        told(jobs, receiver.url(), owner="desk")
        deliver_next(records, settings)
    [one] = receiver.received
    [secret] = callbacks.secrets_of("desk", settings, records)
    Webhook(secret).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(one.body, one.headers)
