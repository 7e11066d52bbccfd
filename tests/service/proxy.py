"""A proxy before the real service, for what goes wrong on the way: connections that break, and busy servers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(slots=True)
class Proxy:
    """What is to happen to the next connections, each: how many bytes of its answers pass before it is cut, or what is
    answered in the server's place. With nothing left to happen, all passes."""

    to: tuple[str, int]
    listener: socket.socket
    happens: list[int | bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        what = self.happens.pop(0) if self.happens else None
        with client, suppress(OSError):
            if isinstance(what, bytes):
                self.asked.append(client.recv(65_536))
                client.sendall(what)
                return
            with socket.create_connection(self.to) as server:
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
                passed = 0
                while piece := server.recv(65_536):
                    passed += len(piece)
                    if what is not None and passed > what:
                        client.sendall(piece[: len(piece) - (passed - what)])
                        # Closed alone, it would stay open for as long as the other thread waits for its bytes.
                        client.shutdown(socket.SHUT_RDWR)
                        return
                    client.sendall(piece)

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while piece := client.recv(65_536):
                self.asked.append(piece)
                server.sendall(piece)
            server.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_before(base: str) -> Iterator[Proxy]:
    """A proxy before a server."""
    address = urlsplit(base)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy((address.hostname or "", address.port or 0), listener)
        threading.Thread(target=proxy.run, daemon=True).start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)
