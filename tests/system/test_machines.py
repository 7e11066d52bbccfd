"""Several machines, each a network namespace; some fail while a job runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cluster import Cluster, cluster, why_not
from benchmarks.corpus import write_corpus
from benchmarks.failures import CLOCK, THREE, fail_two_of_three, run
from schemas.conversion import Conversion, Defaults
from schemas.settings import load_settings
from tests.exports import NEWS_FORMATS
from tests.running import FAST_TIMINGS
from workers.formats import FORMATS
from workers.pipeline.pipe import convert
from workers.storage.local_store import LocalStore

ARTICLES = 4_000


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if reason := why_not():
        pytest.skip(f"no machines can be made here: {reason}")
    folder = tmp_path_factory.mktemp("machines")
    with cluster(folder, apis=2, workers=THREE, bucket=True, NEWSMILL_CLOCK=CLOCK, **FAST_TIMINGS) as running:
        yield running


def test_job_survives_failed_machines_and_a_return(machines: Cluster, tmp_path: Path) -> None:
    archive = tmp_path / "archive.ndjson"
    write_corpus(archive, ARTICLES)
    convert(
        [("articles-json", Defaults().document(archive.name, lambda: archive.open("rb")))],
        options=FORMATS.load_options({}, NEWS_FORMATS),
        conversion=Conversion(at=CLOCK, operator=load_settings({}).operator),
        sink=LocalStore(tmp_path / "alone"),
    )
    alone = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "alone").iterdir()}

    taken = run(machines, archive, ARTICLES, fail_two_of_three)

    assert taken.digests == alone
    # Only the machine that was cut off remains.
    machines.workers[2].stop()
    few = tmp_path / "few.ndjson"
    write_corpus(few, 1_000)
    run(machines, few, 1_000, lambda _: None)
