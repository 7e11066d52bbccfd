"""The hostile caller of a soak, as a process of its own: python -m tests.soak.attacker PORT KEY

It attacks from one line on its standard input to the next one. Then it prints how it was answered, in JSON. It makes
what it sends once, before its first line of output, since it runs on the machine of the service.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import httpx
import orjson
import zstandard

Attack = Callable[[], str]
"""It sends something, and returns how it was answered."""

_JSON: Final = {"Content-Type": "application/json"}
_HELD: Final = 100


class Attacks:
    """The attacks on a service.

    Args:
        port: the port of the service.
        key: the key of the hostile caller.
    """

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._clients = threading.local()
        self.all: tuple[Attack, ...] = (
            # A line of 60 MB in some kilobytes.
            self._upload("bomb.ndjson.zst", zstandard.compress(b'{"paragraphs":["' + b"x " * 30_000_000 + b'"]}\n', 1)),
            self._upload("links.html", b"<article>" + b'<p>A <a href="http://a.example/b">b</a> c.</p>' * 3_000),
            self._json(
                {
                    "source": {"articles": [{"paragraphs": ["P"], "keywords": [f"k{one}" for one in range(15_000)]}]},
                    "formats": ["newsml-g2", "rss"],
                }
            ),
            self._upload(
                "many.ndjson", b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % one for one in range(20_000))
            ),
            self._json({"source": {"text": "T"}, "formats": [1] * 700_000}),
            self._upload("many.ndjson", b'{"paragraphs": ["P"]}\n' * 3_000, metadata={"description": "x " * 50_000}),
            self._names,
            self._list,
            self._connections,
        )

    @property
    def _client(self) -> httpx.Client:
        if not hasattr(self._clients, "one"):
            headers = {"Authorization": f"Bearer {self._key}"}
            self._clients.one = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", headers=headers, timeout=120)
        return self._clients.one  # type: ignore[no-any-return]

    def _post(self, path: str, content: bytes, headers: dict[str, str]) -> str:
        return str(self._client.post(path, content=content, headers=headers).status_code)

    def _json(self, body: Any, path: str = "/v1/jobs") -> Attack:
        content = orjson.dumps(body)
        return lambda: self._post(path, content, _JSON)

    def _upload(self, name: str, document: bytes, **request: Any) -> Attack:
        stated = {"formats": ["newsml-g2", "news-article", "csv"]} | request
        fields: Any = {"file": (name, document), "request": (None, orjson.dumps(stated))}
        whole = httpx.Request("POST", "http://localhost", files=fields)
        content, headers = whole.read(), {"Content-Type": whole.headers["Content-Type"]}
        return lambda: self._post("/v1/jobs", content, headers)

    def _names(self) -> str:
        """Name unknown files of a job."""
        jobs = self._client.get("/v1/jobs").json().get("jobs") or [{"id": "0" * 32}]
        names = orjson.dumps({"files": [f"no-{number}" for number in range(3_500)]})
        return self._post(f"/v1/jobs/{jobs[0]['id']}/links", names, _JSON)

    def _list(self) -> str:
        return str(self._client.get("/v1/jobs", params={"limit": 100}).status_code)

    def _connections(self) -> str:
        """Hold connections with the beginning of a request."""
        held = [socket.create_connection(("127.0.0.1", self._port), timeout=5) for _ in range(_HELD)]
        for one in held:
            one.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{")
        time.sleep(2)
        for one in held:
            one.close()
        return "closed"


def main() -> None:
    attacks = Attacks(int(sys.argv[1]), sys.argv[2]).all
    print("ready", flush=True)
    while sys.stdin.readline():
        answers: Counter[str] = Counter()
        over = threading.Event()
        threads = [threading.Thread(target=_repeat, args=(one, over, answers), daemon=True) for one in attacks]
        for thread in threads:
            thread.start()
        sys.stdin.readline()
        over.set()
        for thread in threads:
            thread.join(30)
        print(orjson.dumps(answers).decode(), flush=True)


def _repeat(attack: Attack, over: threading.Event, answers: Counter[str]) -> None:
    while not over.wait(0.05):
        with suppress(httpx.TransportError, OSError):
            answers[attack()] += 1


if __name__ == "__main__":
    main()
