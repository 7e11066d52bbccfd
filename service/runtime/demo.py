"""`make demo`: start the whole service, export every seed in every format, check the files, stop the service."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from schemas.errors import NewsmillError
from schemas.jobs.job import Job
from service.client.client import Client
from workers.formats import FORMATS
from workers.formats.detection import check_file

_READY = "newsmill is ready at "


def main() -> int:
    """Run the demonstration; the exit status is 0 if every step succeeds."""
    console = Console()
    out = Path("out")
    began = time.monotonic()
    try:
        with _service() as address, Client(address) as client:
            console.print(f"The service is ready at {address} after {time.monotonic() - began:.1f} s.")
            posted = time.monotonic()
            job = client.submit_seeds("*", formats=FORMATS.writable.ids)
            console.print(f"Job {job.id} exports every seed to {', '.join(FORMATS.writable.ids)}.")
            job = client.wait(job.id, lambda now: _show(console, now))
            _expect_success(job)
            paths = client.download(job, out)
            took = time.monotonic() - posted
        _expect_valid(paths)
    except NewsmillError as error:
        console.print(f"The demonstration failed: {error}")
        return 1
    console.print(_table(job, out))
    for warning in job.warnings:
        console.print(f"warning: {warning.detail}")
    console.print("Every digest matches the job's, and every file is valid.")
    console.print(f"From the request to the last byte: {took * 1000:.0f} ms. The files are in {out}/.")
    return 0


@contextmanager
def _service() -> Iterator[str]:
    """Start a service on a free port with a temporary data folder; yield its address."""
    with tempfile.TemporaryDirectory(prefix="newsmill-demo-") as data:
        ignored = ("NEWSMILL_REDIS_URL", "NEWSMILL_API_KEYS")
        environ = {"NEWSMILL_LOG_LEVEL": "warning"} | {
            name: value for name, value in os.environ.items() if name not in ignored
        }
        command = [sys.executable, "-P", "-m", "service.cli", "serve", "--port", "0", "--data", data]
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(_READY):
                raise NewsmillError("the service did not start; its messages are above")
            yield line.removeprefix(_READY).strip()
        finally:
            process.terminate()
            process.wait()


def _show(console: Console, job: Job) -> None:
    console.print(f"  {job.status}: {job.passed} of {job.total} articles")


def _expect_success(job: Job) -> None:
    if job.status != "succeeded":
        reason = job.error.detail if job.error else f"{job.failed} articles failed"
        raise NewsmillError(f"the job is {job.status}: {reason}")


def _expect_valid(paths: Iterable[Path]) -> None:
    with tempfile.TemporaryDirectory(prefix="newsmill-demo-") as folder:
        checked = [one for path in paths for one in _files_in(path, Path(folder))]
        errors = [fault for path in checked for fault in check_file(path) if fault.severity == "error"]
    if errors:
        raise NewsmillError("; ".join(map(str, errors)))


def _files_in(path: Path, folder: Path) -> Iterator[Path]:
    """Yield a file; in place of a zip, the files in it but for the list of links, which is no article."""
    if path.suffix != ".zip":
        yield path
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name != "index.html":
                yield Path(archive.extract(name, folder))


def _table(job: Job, out: Path) -> Table:
    table = Table("file", "format", "articles", "bytes", "SHA-256")
    for file in job.files:
        table.add_row(str(out / file.name), file.format, str(file.articles), f"{file.size:,}", file.sha256[:16] + "…")
    return table


if __name__ == "__main__":
    sys.exit(main())
