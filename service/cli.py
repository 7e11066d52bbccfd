"""The command `newsmill`."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Final

import click

from schemas import __version__
from schemas.errors import FaultsError, NewsmillError, SettingsError

# Commands in modules of their own, imported when they are asked for: --help need not load every library.
_ELSEWHERE: Final = {
    "export": "service.cli_convert",
    "submit": "service.cli_convert",
    "validate": "service.cli_validate",
}

UNREACHABLE: Final = 3
"""The exit status when the server could not be reached."""


class _Commands(click.Group):
    """The commands of this module, and those that are elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(_ELSEWHERE[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsmill")
def cli() -> None:
    """Turn news articles into NewsML-G2, schema.org NewsArticle and CSV."""


@cli.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on; 0 is any free one.")
@click.option("--workers", type=int, help="How many processes convert articles.")
@click.option("--data", help="The folder for what the service keeps.")
def serve(host: str | None, port: int | None, workers: int | None, data: str | None) -> None:
    """Run the service: the API, the worker and, where NEWSMILL_REDIS_URL is not set, a broker."""
    from service.serve import serve as run

    given = {"HOST": host, "PORT": port, "WORKERS": workers, "DATA": data}
    sys.exit(run(os.environ | {f"NEWSMILL_{name}": str(value) for name, value in given.items() if value is not None}))


@cli.command()
def api() -> None:
    """Run the API alone, against the Redis that NEWSMILL_REDIS_URL names."""
    from schemas.settings import load_settings
    from service.http_server import run_http

    run_http(load_settings())


@cli.command()
@click.option("--only", type=click.Choice(["jobs", "chunks"]), help="Small jobs alone, or the chunks of large ones.")
def worker(only: str | None) -> None:
    """Run a worker alone, against the Redis that NEWSMILL_REDIS_URL names.

    It is two workers in one process tree: one for small jobs and one for the chunks of large jobs, so that the
    small never wait for the large.
    """
    # Whoever sends SIGTERM kills the worker some seconds later. Celery would wait for its job all that time; so a
    # job has a few seconds to end, and goes back to the queue if it does not. Read when Celery is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    from schemas.settings import load_settings
    from service.serve import run_workers
    from workers.celery_app import run_worker

    if only:
        run_worker(load_settings(), only)
    else:
        sys.exit(run_workers(os.environ))


@cli.command()
@click.argument("part", type=click.Choice(["api", "worker"]))
def healthcheck(part: str) -> None:
    """Look whether the API, or the worker, of this host is well: the exit status is 0, or 1 with the reason."""
    from schemas.settings import load_settings

    settings = load_settings()
    if part == "api":
        from service.healthcheck import check_api

        check_api(settings)
    else:
        from workers.jobs import JobStore, connect
        from workers.presence import check_worker

        check_worker(JobStore(connect(settings.redis_url or ""), settings))


@cli.command()
def formats() -> None:
    """List the output formats, their files and their options."""
    from schemas.formats import FORMATS

    for format_ in FORMATS:
        click.echo(f"{format_.id}: {format_.title}")
        click.echo(f"    files: {', '.join(format_.files)}")
        for name, field in format_.options.fields.items():
            click.echo(f"    --option {format_.id}.{name}=…  {field.metadata['description']}")


@cli.command()
def seeds() -> None:
    """List the seed articles."""
    from schemas.settings import load_settings
    from service.seeds import Seeds

    for seed in Seeds(load_settings().seeds).all():
        click.echo(f"{seed.name}  {seed.size:,} bytes")


@cli.command()
def settings() -> None:
    """List every setting, its value and where it comes from."""
    from schemas.settings import describe_settings

    for setting in describe_settings():
        click.echo(f"{setting.variable}={setting.value}  ({setting.source})")
        click.echo(f"    {setting.description}")


def main() -> None:
    """The entry point: an error of ours is a line on standard error, not a traceback."""
    try:
        cli(prog_name="newsmill")
    except NewsmillError as error:
        click.echo(f"newsmill: {error}", err=True)
        sys.exit(_status(error))


def _status(error: NewsmillError) -> int:
    """Wrong usage is 2, a server that cannot be reached 3, all else 1."""
    from service.client import ServerUnreachableError
    from service.sources import SourceError

    if isinstance(error, ServerUnreachableError):
        return UNREACHABLE
    return 2 if isinstance(error, SettingsError | FaultsError | SourceError) else 1


if __name__ == "__main__":
    main()
