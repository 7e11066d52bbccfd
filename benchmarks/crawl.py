"""A crawl becomes a corpus: pages a second and core, compared with datatrove and the same extractor in the same run.

The crawl is .warc.gz of the reference pages. Each copy of a page has hosts of its own, so that no article comes twice.
datatrove is no dependency. Install it where the benchmark finds it, with the release of trafilatura that newsmill has:

    python3 -m venv /tmp/datatrove
    /tmp/datatrove/bin/pip install "datatrove[io,processing]" lxml_html_clean
    /tmp/datatrove/bin/pip install --upgrade "$(.venv/bin/pip freeze | grep ^trafilatura==)"
    DATATROVE_PYTHON=/tmp/datatrove/bin/python .venv/bin/python -m benchmarks crawl
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.pages import pages
from benchmarks.report import Row
from benchmarks.sizes import Sizes

DATATROVE: Final = os.environ.get("DATATROVE_PYTHON", "")
"""The Python of an environment that has datatrove."""

# As in Common Crawl; datatrove does not read a page that it does not know as one.
_IDENTIFIED: Final = {"WARC-Identified-Payload-Type": "text/html"}
_HOST: Final = re.compile(rb"(https?:(?://|\\/\\/))(?=[\w.-])")
# Its reader, its extractor in the fast mode that newsmill has too, and its writer of Parquet.
_PIPELINE: Final = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import ParquetWriter

crawl, out, fast, workers = sys.argv[1], sys.argv[2], sys.argv[3] == "fast", int(sys.argv[4])
options = {"favour_precision": False, "deduplicate": False, "fast": True} if fast else {}
pipeline = [WarcReader(crawl), Trafilatura(timeout=60, **options), ParquetWriter(out)]
LocalPipelineExecutor(pipeline, tasks=workers, workers=workers, logging_dir=out + "/logs").run()
"""


class Run(NamedTuple):
    """What a conversion of a crawl took.

    Args:
        seconds: seconds from its start to its end.
        processor: seconds of processor time, of all its processes.
        peak: the most bytes that one process had resident.
    """

    seconds: float
    processor: float
    peak: int


@contextmanager
def crawl(number: int) -> Iterator[Path]:
    """Yield the folder of a crawl with a number of pages, in two files."""
    with tempfile.TemporaryDirectory(prefix="newsmill-crawl-") as folder:
        path = Path(folder) / "crawl"
        path.mkdir()
        write_crawl(path, number)
        yield path


def write_crawl(folder: Path, number: int) -> None:
    """Write the reference pages as two .warc.gz files, again and again under other hosts."""
    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415

    sources = [page.raw for page in pages()]
    with (folder / "a.warc.gz").open("wb") as first, (folder / "b.warc.gz").open("wb") as second:
        writers = [WARCWriter(stream, gzip=True) for stream in (first, second)]
        for at in range(number):
            copy, index = divmod(at, len(sources))
            raw = _HOST.sub(rb"\g<1>c%d." % copy, sources[index])
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer = writers[at % 2]
            address = f"https://c{copy}.example.com/{index}"
            record = writer.create_warc_record(
                address, "response", payload=BytesIO(raw), http_headers=headers, warc_headers_dict=_IDENTIFIED
            )
            writer.write_record(record)


def measure(sizes: Sizes) -> list[Row]:
    """Measure a crawl to Parquet: the rate of one core, the rate of two processes, and the memory."""
    with crawl(sizes.pages // 4) as few, crawl(sizes.pages) as path:
        small = _export(few, 1)
        one, two = _export(path, 1), _export(path, 2)
        rate = sizes.pages / one.processor
        rows = [
            Row(f"{sizes.pages:,} pages of a crawl to Parquet, newsmill", f"{rate:.1f} pages/s and core"),
            Row(
                "two processes beside one",
                f"{sizes.pages / two.seconds:.1f} pages/s",
                one.seconds / two.seconds,
                "≥ 1.85",
            ),
            Row(
                f"peak memory, compared with {sizes.pages // 4:,} pages",
                f"{one.peak / 2**20:.0f} MiB",
                one.peak / small.peak,
                "≤ 1.1",
            ),
        ]
        if not DATATROVE:
            return [*rows, Row("datatrove: not measured; set DATATROVE_PYTHON to a Python that has it", "")]
        for mode, name, bar in (("fast", "the same extractor", "≥ 0.9"), ("default", "its own settings", "")):
            theirs = sizes.pages / _datatrove(path, mode).processor
            rows.append(Row(f"the same, datatrove, {name}", f"{theirs:.1f} pages/s and core"))
            rows.append(Row(f"newsmill, compared with datatrove, {name}", "", rate / theirs, bar))
    return rows


def _export(path: Path, processes: int) -> Run:
    with tempfile.TemporaryDirectory(prefix="newsmill-corpus-") as out:
        command = [sys.executable, "-m", "service.cli", "export", str(path), "--to", "parquet", "--out", out]
        return _run([*command, "--jobs", str(processes)])


def _datatrove(path: Path, mode: str) -> Run:
    with tempfile.TemporaryDirectory(prefix="datatrove-corpus-") as out:
        return _run([DATATROVE, "-c", _PIPELINE, str(path), out, mode, "1"])


def _run(command: list[str]) -> Run:
    """Run a command. Its processor time and its memory are those of all processes that it waits for."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise RuntimeError(f"{command[:4]} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
