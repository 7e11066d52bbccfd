"""The command `newsmill sweep`: what is left in the store without a job, and jobs without their files."""

from __future__ import annotations

import os

import click


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@click.option("--data", help="The data folder of a service with an embedded broker.")
def sweep(*, dry_run: bool, data: str | None) -> None:
    """Remove files that no job has any more. Run it where the service runs, with the same settings.

    The service does so by itself, once files have had no job for half an hour. They are left by an upload that broke
    off, or by a Redis that has lost its data. An upload whose process was killed counts as under way for ten minutes
    more. Jobs whose files are gone from the store are listed, and not changed.

    \b
        newsmill sweep --dry-run --data data
    """
    from schemas.errors import BrokerError, NewsmillError
    from schemas.settings import load_settings
    from service.runtime.embedded_valkey import embedded_url
    from workers.jobs.store import JobStore
    from workers.redis.connect import connect
    from workers.steps.sweeper import orphans, sweep_orphans, without_files
    from workers.storage.base import open_store

    settings = load_settings(os.environ | ({"NEWSMILL_DATA": data} if data else {}))
    url = settings.redis_url or embedded_url(settings.data)
    jobs, store = JobStore(connect(url), settings), open_store(settings.store)
    found = (job_id for batch in orphans(jobs, store) for job_id in batch)
    try:
        for job_id in found if dry_run else sweep_orphans(jobs, store, older_than=0):
            click.echo(f"{job_id}: files without a job{'' if dry_run else ', removed'}")
        for job_id, ago in sorted(jobs.arriving().items()) if dry_run else ():
            click.echo(f"{job_id}: an upload without a job yet, seen {ago:.0f} s ago")
        for job_id in sorted(without_files(jobs, store)):
            click.echo(f"{job_id}: a job without its files")
    except BrokerError as error:
        where = "NEWSMILL_REDIS_URL" if settings.redis_url else f"NEWSMILL_DATA={settings.data}"
        raise NewsmillError(f"no Redis answers at {where}: start the service ({error})") from None
