"""Spoiled documents through each reader: `make fuzz SECONDS=300`.

A reader may give articles, name one that it cannot read, or raise an `InputError`. Any other error, and a document
that takes too much time or memory, is a finding: the document is kept in a file, and printed.

Each reader runs in a process of its own, with a limit on its memory; another one watches the clock.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import re
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from schemas.article import Article
from schemas.conversion import Conversion, Document, UnreadArticle
from schemas.errors import InputError
from tests.hostile.corpus import documents, tokens
from tests.hostile.mutations import Mutator
from tests.sinks import Shelf
from tests.workers.formats.documents import found_by
from workers.archives.unpack import is_packed, unpack
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.pipeline.pipe import convert

LONGEST: Final = 20.0
"""The most seconds for one document, of half a megabyte at most."""

SLOWEST: Final = 100_000
"""The bytes of a document for which a second of processor time is allowed. A smaller one has a second too."""

_ARTICLE: Final = 1024
"""An article counts as so many bytes more than it has, as in the bound of files: a row of a table may have one."""

MOST_MEMORY: Final = 512
"""The most memory of a process, in MiB."""

MOST_ADDRESSES: Final = 1_500
"""The address space of a process, in MiB above what it has at its start. It ends a document that takes all memory."""

TARGETS: Final = (*FORMATS.readable.ids, "packed", "pipe")
"""The targets: each reader, compressed files and archives, and the whole way to checked files."""


@dataclass(slots=True)
class Tally:
    """The counts and findings of one target."""

    target: str
    seconds: float = 0.0
    inputs: int = 0
    refused: int = 0
    articles: int = 0
    unread: int = 0
    slowest: float = 0.0
    growth: int = 0
    findings: dict[str, str] = field(default_factory=dict)


def fuzz(target: str, seconds: float, seed: int, kept: Path) -> Tally:
    """Fuzz one target for some seconds, in separate processes."""
    tally = Tally(target)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        seed = _until_it_dies(tally, seed, ends, kept)
    tally.seconds = seconds
    return tally


def _until_it_dies(tally: Tally, seed: int, ends: float, kept: Path) -> int:
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    trying = kept / f"{tally.target}.trying"
    process = context.Process(target=_try_all, args=(tally.target, seed, ends, there, trying), daemon=True)
    process.start()
    there.close()
    alive = time.monotonic()
    try:
        while True:
            if here.poll(0.2):
                _count(tally, here.recv(), kept)
                alive = time.monotonic()
            elif not process.is_alive():
                _finding(tally, kept, f"its process ended with {process.exitcode}", trying.read_bytes())
                break
            # A process that no timer interrupts, such as a stuck regular expression in C.
            elif time.monotonic() - alive > 10 * LONGEST:
                _finding(tally, kept, f"it took more than {LONGEST:.0f} s", trying.read_bytes())
                break
    except EOFError:
        process.join(5)
        if process.exitcode:
            _finding(tally, kept, f"its process ended with {process.exitcode}", trying.read_bytes())
    finally:
        process.kill()
        process.join()
        here.close()
        trying.unlink(missing_ok=True)
    return seed + 1_000_003


def _count(tally: Tally, report: dict[str, Any], kept: Path) -> None:
    for name in ("inputs", "refused", "articles", "unread"):
        setattr(tally, name, getattr(tally, name) + report[name])
    if report["slowest"] > tally.slowest:
        tally.slowest = report["slowest"]
        (kept / f"{tally.target}.slowest").write_bytes(report["slow"])
    tally.growth = max(tally.growth, report["growth"])
    for said, document in report["findings"]:
        _finding(tally, kept, said, document)


def _finding(tally: Tally, kept: Path, said: str, document: bytes) -> None:
    if said not in tally.findings:
        path = kept / f"{tally.target}-{hashlib.sha256(document).hexdigest()[:12]}"
        path.write_bytes(document)
        tally.findings[said] = str(path)


def _try_all(target: str, seed: int, ends: float, there: Connection, trying: Path) -> None:
    """Damage and read documents until the time is over, and report the counts every second."""
    os.nice(10)
    import_module("dateparser")  # for dates in no usual form: no document of a pool has one
    try_one = trier(target)
    names = (*FORMATS.readable.ids, "packed") if target == "pipe" else (target,)
    pools = tuple(one for name in names for one in documents(name))
    mutator = Mutator(pools, tuple(one for name in names for one in tokens(name)), seed)
    for document in pools:
        trying.write_bytes(document)
        with suppress(InputError):
            try_one(document)  # what is loaded at the first use is no growth
    began_with = _peak()
    size = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_ADDRESSES * 2**20,) * 2)
    signal.signal(signal.SIGPROF, _too_long)
    while time.monotonic() < ends:
        report: dict[str, Any] = dict.fromkeys(("inputs", "refused", "articles", "unread"), 0)
        report |= {"slowest": 0.0, "slow": b"", "findings": []}
        tell = min(ends, time.monotonic() + 1)
        while time.monotonic() < tell:
            document = mutator.next()
            trying.write_bytes(document)
            # Count processor time: other processes may run on this machine.
            began = time.process_time()
            read = len(document)
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            try:
                articles, unread = try_one(document)
                read = len(document) + _ARTICLE * (articles + unread)
                report["articles"] += articles
                report["unread"] += unread
            except InputError:
                report["refused"] += 1
            except Exception as error:
                report["findings"].append((_where(error), document))
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            report["inputs"] += 1
            took = time.process_time() - began
            if took > 1:
                # What is loaded and compiled at the first use, such as the calendars of 200 languages, is no growth.
                took = min(took, _seconds(try_one, document))
            if took > report["slowest"]:
                report |= {"slowest": took, "slow": document}
            if took > max(1.0, read / SLOWEST):
                report["findings"].append(("it took more than 1 s, and 1 s for 100 kB", document))
            if _peak() > MOST_MEMORY:
                report["findings"].append((f"its process took more than {MOST_MEMORY} MiB", document))
                break
        there.send(report | {"growth": _peak() - began_with})
        if _peak() > MOST_MEMORY:
            return  # the peak of this process stays; another one goes on


def _seconds(try_one: Callable[[bytes], object], document: bytes) -> float:
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    with suppress(Exception):
        try_one(document)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - began


def _too_long(*_: object) -> None:
    raise TimeoutError(f"it took more than {LONGEST:.0f} s")


def _peak() -> int:
    """The peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _where(error: Exception) -> str:
    places = [place for place in traceback.extract_tb(error.__traceback__) if "/tests/" not in place.filename]
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "the test"
    ours = next(
        (f"{Path(one.filename).name}:{one.lineno}" for one in reversed(places) if "/lib/" not in one.filename), ""
    )
    said = re.sub(r"\d+", "N", str(error)[:160])
    return f"{type(error).__name__} in {where} ({ours}): {said}"


def trier(target: str) -> Callable[[bytes], tuple[int, int]]:
    """A function that reads a document, and returns the numbers of read and unread articles or entries."""
    return {"packed": _unpack, "pipe": _convert}.get(target) or partial(_read, target)


def _read(reader: str, content: bytes) -> tuple[int, int]:
    """The articles and unread articles of a document."""
    articles = unread = 0
    for found in found_by(FORMATS.reader(reader), Document(name="doc", open=lambda: BytesIO(content))):
        if isinstance(found, Article):
            articles += 1
        elif isinstance(found, UnreadArticle) and found.reason:
            unread += 1
            if found.cause:
                raise found.cause
        else:
            raise TypeError(f"a reader gave {found!r}")
    return articles, unread


def _unpack(content: bytes) -> tuple[int, int]:
    if not is_packed(content):
        return 0, 0
    entries = broken = 0
    for name, stream in unpack(BytesIO(content), "doc", size=len(content), limit=2**30):
        if not name or "/" in name:
            raise ValueError(f"an entry is named {name!r}")
        try:
            while stream.read(2**16):
                ...
            entries += 1
        except InputError:
            broken += 1
    return entries, broken


def _convert(content: bytes) -> tuple[int, int]:
    """Convert any bytes to every format, with checks: every article of a reader can be written, and is valid."""
    reader = detect(content[:HEAD], None)
    outcome = convert(
        [(reader, Document(name="doc", open=lambda: BytesIO(content)))],
        options=FORMATS.load_options({}, FORMATS.writable.ids),
        conversion=Conversion(at="2024-11-09T08:00:00Z"),
        sink=Shelf(),
    )
    if faults := [one.reason for one in outcome.failed if one.kind == "internal"]:
        raise AssertionError(faults[0])
    return outcome.done, len(outcome.failed)


def report(tallies: Sequence[Tally]) -> Table:
    """The results as a table."""
    table = Table(
        *("target", "seconds", "inputs", "refused", "articles", "unread", "slowest ms", "MiB more", "findings")
    )
    for one in tallies:
        counts = (one.inputs, one.refused, one.articles, one.unread)
        spent = (f"{one.slowest * 1000:,.0f}", str(one.growth), str(len(one.findings)))
        table.add_row(one.target, f"{one.seconds:.0f}", *(f"{count:,}" for count in counts), *spent)
    return table


def main() -> int:
    """The exit status is 0 where nothing was found."""
    arguments = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    arguments.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all of them when none is named")
    arguments.add_argument("--seconds", type=float, default=300, help="for each target")
    arguments.add_argument("--seed", type=int, default=int(time.time()))
    arguments.add_argument("--kept", type=Path, default=Path("fuzz-findings"), help="where findings go")
    given = arguments.parse_args()
    given.kept.mkdir(exist_ok=True)
    console = Console(width=120)
    console.print(f"seed {given.seed}")
    tallies = [fuzz(target, given.seconds, given.seed, given.kept) for target in given.targets or TARGETS]
    console.print(report(tallies))
    for one in tallies:
        for said, path in one.findings.items():
            console.print(f"{one.target}: {said}\n    {path}", markup=False)
    return 1 if any(one.findings for one in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
