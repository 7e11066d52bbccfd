"""The commands about jobs on a server: `newsmill status`, `list`, `cancel`, `delete` and `download`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from schemas.jobs.job import STATUSES, Job
from schemas.nearest import listed, nearest
from schemas.typed_json import to_json
from service.cli.output import (
    article_bar,
    byte_bar,
    count_duplicates,
    json_option,
    out_option,
    print_files,
    print_json,
    print_result,
    say,
    server_option,
)
from service.client.client import Client

_job = click.argument("job_id", metavar="JOB")


@click.command()
@_job
@server_option
@click.option("--wait", is_flag=True, help="Wait for the end of the job.")
@json_option
def status(job_id: str, server: str, wait: bool, as_json: bool) -> None:
    """Show the state of a job, its files, and each article that failed.

    The exit status is 1 if articles failed or the job has no files.

    \b
        newsmill status 9f86d081884c7d659a2feaa0c55ad015
        newsmill status --wait --json 9f86d081884c7d659a2feaa0c55ad015 | jq .files
    """
    with Client(server) as client:
        if wait:
            with article_bar("converting") as report:
                job = client.wait(job_id, lambda now: report(now.passed, now.total))
        else:
            job = client.job(job_id)
        kept = job.ended and job.status not in ("canceled", "expired")
        failed = list(client.errors(job_id)) if job.failed and kept else []
    if as_json:
        print_json(to_json(job))
    else:
        say(_line(job))
        print_files((f"  {file.name}", file.size, file.articles) for file in job.files)
    if job.error:
        say(f"newsmill: {job.error.title}. {job.error.detail}", err=True)
    if failed:
        print_result(job.done, failed, job.duplicates)
    sys.exit(1 if job.failed or job.status in ("failed", "canceled") else 0)


@click.command("list")
@server_option
@click.option(
    "--status", "statuses", type=click.Choice(STATUSES), multiple=True, help="Jobs in this state; repeatable."
)
@click.option("--tag", "tags", multiple=True, help="Jobs with this tag; repeatable.")
@click.option("--owner", help="For an operator: the jobs of this caller. Default: of all callers.")
@click.option("--files", is_flag=True, help="With --json: the files and warnings of each job too.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The largest number of jobs.")
@json_option
def list_jobs(
    server: str,
    statuses: tuple[str, ...],
    tags: tuple[str, ...],
    owner: str | None,
    files: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List your jobs, newest first. With the key of an operator: the jobs of all callers.

    \b
        newsmill list --status running --status queued
        newsmill list --limit 1000 --json | jq -r '.jobs[].id'
    """
    include: tuple[Literal["files", "warnings"], ...] = ("files", "warnings") if files else ()
    with Client(server) as client:
        found = client.jobs(statuses=statuses, tags=tags, owner=owner, include=include)
        jobs = [job for job, _ in zip(found, range(limit), strict=False)]
    if as_json:
        left_out = {"files", "warnings"} - set(include)
        shown = [{name: value for name, value in to_json(job).items() if name not in left_out} for job in jobs]
        print_json({"jobs": shown})
        return
    for job in jobs:
        say(_line(job))
    if not jobs:
        say("no jobs", err=True)


@click.command()
@_job
@server_option
@json_option
def cancel(job_id: str, server: str, as_json: bool) -> None:
    """Cancel a job. Its files are removed.

    \b
        newsmill cancel 9f86d081884c7d659a2feaa0c55ad015
    """
    with Client(server) as client:
        job = client.cancel(job_id)
    if as_json:
        print_json(to_json(job))
    else:
        say(_line(job))


@click.command()
@_job
@server_option
def delete(job_id: str, server: str) -> None:
    """Remove a job and its files from the server.

    \b
        newsmill delete 9f86d081884c7d659a2feaa0c55ad015
    """
    with Client(server) as client:
        client.delete(job_id)


@click.command()
@_job
@server_option
@out_option
@click.option("--file", "names", multiple=True, metavar="NAME", help="Download this file only; repeatable.")
@click.option("--zip", "zipped", is_flag=True, help="Download all files as one zip.")
@json_option
def download(job_id: str, server: str, out: str, names: tuple[str, ...], zipped: bool, as_json: bool) -> None:
    """Download the files of a job and check their digests.

    If a download breaks off, run the command again to resume it. Until then, the file ends in .part. Files that are
    there already are not fetched again.

    \b
        newsmill download 9f86d081884c7d659a2feaa0c55ad015 --out exported/
        newsmill download 9f86d081884c7d659a2feaa0c55ad015 --file articles.csv
        newsmill download 9f86d081884c7d659a2feaa0c55ad015 --zip
    """
    if names and zipped:
        raise click.UsageError("--zip has all files; leave out --file")
    with Client(server) as client:
        job = client.job(job_id)
        _check_names(job, names)
        with byte_bar("downloading") as progress:
            if zipped:
                paths = [client.download_zip(job, Path(out), progress=progress)]
            else:
                paths = list(client.download(job, Path(out), names=names, progress=progress))
    if as_json:
        print_json({"job": job.id, "files": [{"path": str(path), "size": path.stat().st_size} for path in paths]})
    else:
        for path in paths:
            say(f"{path}  {path.stat().st_size:,} bytes")
    if job.failed:
        say(f"warning: {job.failed} articles failed; newsmill status {job.id} names them", err=True)


def _check_names(job: Job, names: tuple[str, ...]) -> None:
    if not job.ended:
        raise click.ClickException(f"the job is {job.status}; newsmill status --wait {job.id} waits for its end")
    if not job.files:
        why = job.error.detail if job.error else "it has no files"
        raise click.ClickException(f"the job is {job.status}: {why}")
    known = tuple(file.name for file in job.files)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near}?" if near else f"its files: {listed(known)}"
            raise click.BadParameter(f"the job has no file {name}; {hint}", param_hint="--file")


def _line(job: Job) -> str:
    of = f" of {job.total:,}" if job.total is not None and not job.ended else ""
    counts = f"{job.passed:,}{of} articles"
    if job.failed:
        counts += f", {job.failed:,} failed"
    if job.duplicates:
        counts += f", {count_duplicates(job.duplicates)}"
    line = f"{job.id}  {job.status:9}  {counts}  {','.join(job.formats)}  {job.created}"
    said = (job.owner, job.name, " ".join(f"#{tag}" for tag in job.tags))
    return "  ".join([line, *(one for one in said if one)])
