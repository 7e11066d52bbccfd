"""A TCP proxy that simulates a bad network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 1 << 16


class Proxy:
    """Forward bytes in both directions; with `stall`, stop after so many bytes from clients."""

    def __init__(self, address: tuple[str, int] | str) -> None:
        self._address = address
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._frozen: set[socket.socket] = set()
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._ended = False
        self.stall_after: int | None = None
        self.sent = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        self._ended = True
        self._goes_on.set()
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut(self) -> None:
        """Break every connection; new ones work."""
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Drop all further bytes of existing connections without closing them; new ones work."""
        self._frozen.update(self._open)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = _connected(self._address)
                self._open += [client, server]
                threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, outward: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if outward:
                    self.sent += len(piece)
                if self.stall_after is not None and self.sent > self.stall_after:
                    self._goes_on.clear()
                self._goes_on.wait()
                if self._ended:
                    return
                if source not in self._frozen:
                    sink.sendall(piece)
            if source not in self._frozen:
                sink.shutdown(socket.SHUT_WR)


def _connected(address: tuple[str, int] | str) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address)
    server = socket.socket(socket.AF_UNIX)
    server.connect(address)
    return server


@contextmanager
def proxy_to(endpoint: str) -> Iterator[Proxy]:
    """Run a proxy to the server at a URL, which may be that of a Unix socket."""
    where = urlsplit(endpoint)
    proxy = Proxy((where.hostname, where.port or 80) if where.hostname else where.path)
    try:
        yield proxy
    finally:
        proxy.close()
