"""No secret is in a log, a response, the list of settings or an error."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import redis

from schemas.settings import load_settings
from schemas.settings.api_keys import digest_of, new_key
from service.auth.links import LinkSecret
from service.runtime.embedded_valkey import embedded_broker
from service.runtime.serve import _free_port
from tests.running import READY, ROOT, clean_environ, until
from tests.service.asking import REQUEST

PASSWORD = f"password-{secrets.token_hex(8)}"
PASSWORDS = (PASSWORD, "another-password")
KEY, WRONG_KEY = new_key(), new_key()
CALLBACK_SECRET = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
SENT = re.compile(r"signature=(\w+)")


@contextmanager
def valkey_with_password(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    broker = embedded_broker(data)
    command = [*broker.command, "--requirepass", PASSWORD, "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def newsmill(*arguments: str, **environ: str) -> str:
    """The output of a command, of both streams."""
    ran = subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env=clean_environ() | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.stdout + ran.stderr


def test_no_secret_is_in_a_log_or_a_response(tmp_path: Path) -> None:
    port = _free_port(load_settings({"NEWSMILL_PORT": "0"}))
    environ = {
        "NEWSMILL_API_KEYS": f"alice:{KEY}",
        "NEWSMILL_REDIS_URL": f"redis://:{PASSWORD}@127.0.0.1:{port}/0",
        "NEWSMILL_DATA": str(tmp_path / "data"),
        "NEWSMILL_LOG_LEVEL": "debug",
        "NEWSMILL_CALLBACK_SECRET": CALLBACK_SECRET,
        "NEWSMILL_LIMIT_BYTES": "1MB",
        "NEWSMILL_PORT": str(_free_port(load_settings({"NEWSMILL_PORT": "0"}))),
        "NEWSMILL_WORKERS": "1",
    }
    output = tmp_path / "output"
    with valkey_with_password(tmp_path / "valkey", port) as valkey, output.open("wb") as written:
        client = redis.Redis.from_url(environ["NEWSMILL_REDIS_URL"])
        assert until(lambda: _answers(client))
        service = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve"],
            cwd=ROOT,
            env=clean_environ() | environ,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            assert until(lambda: READY in output.read_text()), output.read_text()
            answered, to_links = _ask_for_everything(f"http://127.0.0.1:{environ['NEWSMILL_PORT']}", client, valkey)
        finally:
            service.terminate()
            service.wait(90)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "valkey").rglob("*.aof"))
    said = {
        "the log of Redis": next((tmp_path / "valkey").rglob("valkey.log")).read_text(),
        "the output": output.read_text(),
        "the answers": answered,
        "settings": newsmill("settings", **environ),
        "healthcheck": newsmill("healthcheck", "worker", **environ),
        "a wrong key": newsmill("settings", NEWSMILL_API_KEYS=f"al ice:{KEY},{KEY[:9]}"),
        "a wrong URL": newsmill("settings", NEWSMILL_REDIS_URL=f"radish://:{PASSWORD}@127.0.0.1"),
    }
    assert "Traceback" in said["the output"], "something has gone wrong with all its details, as it was meant to"
    assert "***" in said["settings"]
    for where, text in said.items():
        assert text, where
        for what in (
            PASSWORD,
            "another-password",
            KEY,
            WRONG_KEY,
            KEY[:12],
            CALLBACK_SECRET,
            digest_of(KEY),
            to_links.secret,
        ):
            assert what not in text, f"{where} tells a secret"
    # A signed link is a secret too: with it, a reader of the log could download the file.
    assert len(to_links.signatures) == to_links.files + 1, "each file has a link, and the zip"
    assert not [signature for signature in to_links.signatures if signature in said["the output"]]
    assert to_links.secret.encode() in kept
    assert not [key for key in (KEY, WRONG_KEY, KEY[:12], PASSWORD) if key.encode() in kept], "keys are hashed at rest"


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@dataclass(frozen=True, slots=True)
class Links:
    """The signatures of the links, their signing key, and the number of files that the job has."""

    signatures: list[str]
    secret: str
    files: int


def _ask_for_everything(base: str, broker: redis.Redis, valkey: subprocess.Popen[bytes]) -> tuple[str, Links]:
    """The responses to valid and invalid requests, and the links made."""
    key = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=base, timeout=90) as client:
        ended = client.post("/v1/jobs", json=REQUEST, headers=key | {"Prefer": "wait=60"})
        job = ended.json()
        assert job["status"] == "succeeded"
        linked = client.post(f"/v1/jobs/{job['id']}/links", headers=key)
        links = Links(SENT.findall(linked.text), LinkSecret(broker).get().decode(), len(job["files"]))
        hrefs = [link["href"] for link in linked.json()["links"]]
        broker.hset("newsmill:metrics", "jobs", "not a number")
        answers = [
            ended,
            client.get("/metrics", headers=key),
            client.get("/v1/jobs/none", headers=key),
            client.post("/v1/jobs", content=b"{", headers=key),
            client.post("/v1/jobs", files={"file": b"x" * 2_000_000}, headers=key),
            client.get("/v1/formats", headers={"Authorization": f"Bearer {WRONG_KEY}"}),
            client.get("/v1/formats"),
            *(client.get(href) for href in hrefs),
            client.get(hrefs[0] + "0"),
            client.get("/readyz"),
        ]
        statuses = [answer.status_code for answer in answers]
        assert statuses[:9] == [202, 500, 404, 415, 429, 401, 401, 200, 200]
        broker.config_set("requirepass", "another-password")
        broker.connection_pool.disconnect()
        broker = redis.Redis.from_url(f"redis://:another-password@127.0.0.1:{broker.get_connection_kwargs()['port']}")
        broker.client_kill_filter(_type="normal", skipme=True)
        answers += [client.post("/v1/jobs", json=REQUEST, headers=key), client.get("/readyz"), client.get(hrefs[0])]
        valkey.kill()
        answers += [client.post("/v1/jobs", json=REQUEST, headers=key), client.get("/readyz")]
        assert [answer.status_code for answer in answers[-5:]] == [503] * 5
    return "\n".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers), links
