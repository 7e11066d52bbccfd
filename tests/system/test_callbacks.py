"""Callbacks of the whole service: every end of a job is sent, despite killed processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.receivers import answer, receiving, talking
from tests.running import ROOT, Service, clean_environ, needs_proc, service_at, until
from tests.service.asking import REQUEST, problem, waiting_job
from tests.system.serving import is_replaced
from workers.callbacks.records import PER_HOST
from workers.celery.queues import DELIVERERS


def secret_of(service: Service) -> str:
    """The secret that the command shows."""
    run = subprocess.run(
        [sys.executable, "-m", "service.cli", "callback-secret", "--data", str(service.data)],
        cwd=ROOT,
        env=clean_environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def told(client: httpx.Client, url: str, **changed: Any) -> dict[str, Any]:
    body = REQUEST | {"callback": {"url": url}} | changed
    answered = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=60"})
    assert answered.status_code == 202, answered.text
    return dict(answered.json())


def test_callback_verifies_with_the_shown_secret(service: Service, client: httpx.Client) -> None:
    with receiving(answer(204)) as receiver:
        job = told(client, receiver.url())
        assert job["callback"]["url"] == receiver.url()
        assert until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["callback"]["status"] == "delivered")
    [one] = receiver.received
    said = Webhook(secret_of(service)).verify(one.body, one.headers)
    assert said["type"] == "job.succeeded"
    now = client.get(f"/v1/jobs/{job['id']}").json()
    assert said["data"] | {"callback": now["callback"]} == now
    assert now["callback"] == {"url": receiver.url(), "status": "delivered", "attempts": 1}


def test_an_upload_has_a_callback_too(client: httpx.Client) -> None:
    with receiving(answer(204)) as receiver:
        request = f'{{"formats": ["csv"], "callback": {{"url": "{receiver.url()}"}}}}'
        parts: Any = [("file", ("a.json", b'[{"paragraphs": ["One."]}, {}]')), ("request", (None, request.encode()))]
        assert client.post("/v1/jobs", files=parts).status_code == 202
        assert until(lambda: receiver.received)
    assert b'"type":"job.partial"' in receiver.received[0].body


def test_a_callback_has_the_headers_of_its_request_which_no_answer_shows(client: httpx.Client) -> None:
    with receiving(answer(500), answer(204)) as receiver:
        headers = {"Authorization": "Bearer of-the-receiver", "X-Desk": "sport"}
        job = told(client, receiver.url(), callback={"url": receiver.url(), "headers": headers})
        assert until(lambda: receiver.received)
        [one] = receiver.received
        assert (one.headers["Authorization"], one.headers["X-Desk"]) == ("Bearer of-the-receiver", "sport")
        assert "of-the-receiver" not in client.get(f"/v1/jobs/{job['id']}").text


def test_failed_job_has_a_callback(client: httpx.Client) -> None:
    with receiving(answer(204)) as receiver:
        request = f'{{"formats": ["csv"], "callback": {{"url": "{receiver.url()}"}}}}'
        parts: Any = [("file", ("a.json", b"[{}]")), ("request", (None, request.encode()))]
        assert client.post("/v1/jobs", files=parts).status_code == 202
        assert until(lambda: receiver.received)
    assert b'"type":"job.failed"' in receiver.received[0].body


def test_canceled_and_deleted_jobs_have_callbacks(service: Service, client: httpx.Client) -> None:
    with receiving(answer(204)) as receiver:
        first, second = (waiting_job(service.jobs(), callback=receiver.url()) for _ in range(2))
        assert client.post(f"/v1/jobs/{first.id}/cancel").json()["callback"]["status"] == "pending"
        assert client.delete(f"/v1/jobs/{second.id}").status_code == 204
        assert until(lambda: len(receiver.received) == 2)
    assert all(b'"type":"job.canceled"' in one.body for one in receiver.received)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://10.0.0.1/", "must have a public address"),
        ("http://1.1.1.1/", "must begin with https://"),
        ("https://me:pw@www.example.com/", "must not have a user"),
        ("https://2130706433/", "must have a host"),
    ],
)
def test_forbidden_callback_is_refused_with_its_place(client: httpx.Client, url: str, said: str) -> None:
    faults = problem(client.post("/v1/jobs", json=REQUEST | {"callback": {"url": url}}), 422, "invalid-request")
    assert set(faults) == {"/callback/url"}
    assert faults["/callback/url"].startswith(said)


def test_failed_callback_is_explained_in_the_job(service: Service, client: httpx.Client) -> None:
    job = told(client, "https://localhost:1024/")
    assert until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["callback"]["attempts"] == 1)
    state = client.get(f"/v1/jobs/{job['id']}").json()["callback"]
    assert state["status"] == "pending"
    assert state["last_error"].startswith("it")
    assert state["next_attempt"] > job["finished"]


def test_silent_host_delays_no_other(client: httpx.Client) -> None:
    waiting = threading.Semaphore(0)

    def say_nothing(connection: socket.socket, ended: threading.Event) -> None:
        waiting.release()
        ended.wait()

    with talking(say_nothing) as port, receiving(answer(204)) as receiver:
        # More than there are senders.
        for _ in range(DELIVERERS + 4):
            told(client, f"http://127.0.0.1:{port}/")
        assert all(waiting.acquire(timeout=90) for _ in range(PER_HOST))
        told(client, receiver.url())
        assert until(lambda: receiver.received)
        assert not waiting.acquire(blocking=False), "the silent host has more callbacks at a time"


@needs_proc
def test_killed_sender_repeats_its_callback(tmp_path: Path) -> None:
    arrived, killed = threading.Event(), threading.Event()

    def hold(_: BaseHTTPRequestHandler) -> None:
        arrived.set()
        killed.wait()

    with (
        receiving(hold, answer(204)) as receiver,
        service_at(tmp_path, NEWSMILL_CALLBACK_ALLOW="127.0.0.1") as service,
        service.client() as client,
    ):
        job = told(client, receiver.url())
        assert arrived.wait(90)
        sender = service.part("worker --only callbacks")
        os.kill(sender.pid, signal.SIGKILL)
        assert until(lambda: is_replaced(service, "worker --only callbacks", sender))
        killed.set()
        assert until(lambda: len(receiver.received) == 2)
        path = f"/v1/jobs/{job['id']}"
        assert until(lambda: client.get(path).json()["callback"]["status"] == "delivered")
        assert client.get(path).json()["callback"]["attempts"] == 2
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert len({one.body for one in receiver.received}) == 1
