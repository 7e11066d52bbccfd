"""The commands that convert, as they are called: files, what is said, and the exit status."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.running import Service
from tests.service.command import newsmill
from tests.workers.archives.test_unpack import zipped

GOOD = [json.dumps({"id": f"tag:example.com,2024:{number}", "paragraphs": ["Text."]}) for number in range(5)]
BAD = json.dumps({"id": "tag:example.com,2024:bad", "paragraphs": []})


@pytest.fixture
def partly(tmp_path: Path) -> Path:
    """Five good articles and a bad one."""
    path = tmp_path / "partly.ndjson"
    path.write_text("\n".join([*GOOD, BAD]) + "\n")
    return path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_names_failed_articles_and_exits_with_1(partly: Path, tmp_path: Path, jobs: str) -> None:
    ran = newsmill("export", partly, "--to", "news-article", "--out", tmp_path / "out", "--jobs", jobs)
    assert ran.returncode == 1
    assert "articles.jsonld  5 articles" in ran.stdout
    assert "failed: partly.ndjson, line 6, tag:example.com,2024:bad: /paragraphs" in ran.stderr
    assert "5 converted, 1 failed" in ran.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_with_on_error_fail_writes_no_file(partly: Path, tmp_path: Path, jobs: str) -> None:
    out = tmp_path / "out"
    ran = newsmill("export", partly, "--to", "csv", "--out", out, "--jobs", jobs, "--on-error", "fail")
    assert ran.returncode == 1
    assert "0 converted, 1 failed" in ran.stderr
    assert not out.exists() or list(out.iterdir()) == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_splits_files(partly: Path, tmp_path: Path, jobs: str) -> None:
    newsmill("export", partly, "--to", "newsml-g2", "--out", tmp_path / "out", "--jobs", jobs, "--split", "2")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "articles-00001.newsml.xml",
        "articles-00002.newsml.xml",
        "articles-00003.newsml.xml",
    ]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_from_standard_input_to_standard_output(jobs: str) -> None:
    ran = newsmill("export", "-", "--to", "news-article", "--out", "-", "--jobs", jobs, stdin="\n".join(GOOD))
    assert ran.returncode == 0
    assert len(json.loads(ran.stdout)["@graph"]) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        ["--out", "-", "--split", "2"],
        ["--split", "0"],
        ["--jobs", "0"],
        ["--on-error", "explode"],
    ],
)
def test_wrong_usage_exits_with_2(partly: Path, wrong: list[str]) -> None:
    assert newsmill("export", partly, "--to", "csv", *wrong).returncode == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_unpacks_archives_and_names_what_is_not_read(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.zip").write_bytes(zipped({"a.ndjson": GOOD[0].encode(), "b.csv": b"title,text\nA,B\n"}))
    (tmp_path / "in" / "more.ndjson.gz").write_bytes(gzip.compress("\n".join(GOOD[1:3]).encode()))
    (tmp_path / "in" / "slides.pptx").write_bytes(zipped({"[Content_Types].xml": b"", "ppt/slide.xml": b""}))
    ran = newsmill("export", tmp_path / "in", "--to", "csv", "--out", tmp_path / "out", "--jobs", jobs)
    assert ran.returncode == 1
    assert "articles.csv  4 articles" in ran.stdout
    assert "failed: slides.pptx: it is a presentation (pptx), which is not read; save its text" in ran.stderr
    assert "4 converted, 1 failed" in ran.stderr


@pytest.fixture
def unmarked_table(tmp_path: Path) -> Path:
    """A table that nothing in it, and not its name, shows to be one."""
    path = tmp_path / "table.dat"
    path.write_bytes(b"Inhalt;Titel\nEs regnet.;Regen\n")
    return path


READ_IT = ["--from", "csv", "--read", "delimiter=;", "--set", "paragraphs=@Inhalt", "--set", "headline=@Titel"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_reads_a_table_as_it_is_told_to(unmarked_table: Path, tmp_path: Path, jobs: str) -> None:
    out = tmp_path / "out"
    ran = newsmill("export", unmarked_table, "--to", "news-article", "--out", out, "--jobs", jobs, *READ_IT)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((out / "articles.jsonld").read_bytes())["headline"] == "Regen"


def test_submit_reads_a_table_as_it_is_told_to(service: Service, unmarked_table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = newsmill("submit", unmarked_table, "--to", "news-article", "--server", service.base, "--out", out, *READ_IT)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((out / "articles.jsonld").read_bytes())["headline"] == "Regen"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--read", "zone=Paris"], "--read zone: 'Paris' is not a time zone, such as Europe/Vienna"),
        (["--read", "delimter=;"], "--read delimter: unknown field 'delimter'; did you mean 'delimiter'?"),
        (["--read", "zone"], "--read zone: write NAME=VALUE, such as delimiter=;"),
        (["--from", "cvs"], "'cvs' is not one of"),
    ],
)
@pytest.mark.parametrize("command", ["export", "submit"])
def test_wrong_reading_exits_with_2(partly: Path, command: str, wrong: list[str], said: str) -> None:
    ran = newsmill(command, partly, "--to", "csv", *wrong)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_submit_splits_files(service: Service, partly: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = newsmill("submit", partly, "--to", "newsml-g2", "--server", service.base, "--out", out, "--split", "3")
    assert ran.returncode == 1
    assert sorted(path.name for path in out.iterdir()) == ["articles-00001.newsml.xml", "articles-00002.newsml.xml"]


def test_submit_with_on_error_fail_fails_the_job(service: Service, partly: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = newsmill("submit", partly, "--to", "csv", "--server", service.base, "--out", out, "--on-error", "fail")
    assert ran.returncode == 1
    assert "on_error: fail" in ran.stderr
    assert not out.exists()


LEDGER = [("date", "kept"), ("paragraph[1]", "kept")]


def leaves_in(path: Path) -> list[tuple[str, str]]:
    """The path and the outcome of each line of a ledger."""
    return [(leaf["path"], leaf["outcome"]) for leaf in map(json.loads, path.read_text().splitlines())]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_writes_a_ledger(tmp_path: Path, jobs: str) -> None:
    story, ledger = tmp_path / "story.txt", tmp_path / "ledger.ndjson"
    story.write_text("date 2024-11-08 Text.")
    ran = newsmill("export", story, "--to", "csv", "--out", tmp_path / "out", "--jobs", jobs, "--ledger", ledger)
    assert (ran.returncode, leaves_in(ledger)) == (0, LEDGER)


def test_submit_fetches_the_ledger(service: Service, tmp_path: Path) -> None:
    story, ledger = tmp_path / "story.txt", tmp_path / "ledger.ndjson"
    story.write_text("date 2024-11-08 Text.")
    to = ("--to", "csv", "--out", tmp_path / "out", "--server", service.base, "--ledger", ledger)
    ran = newsmill("submit", story, *to)
    assert (ran.returncode, leaves_in(ledger)) == (0, LEDGER)


def test_ledger_of_a_job_that_is_not_waited_for_is_wrong_usage(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("Text.")
    ran = newsmill("submit", story, "--to", "csv", "--detach", "--ledger", tmp_path / "ledger.ndjson")
    assert ran.returncode == 2
    assert "--detach" in ran.stderr
