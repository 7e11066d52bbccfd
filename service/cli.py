"""The command `newsmill`."""

from __future__ import annotations

import os
import sys

import click

from schemas.errors import NewsmillError, SettingsError
from schemas.settings import describe_settings, load_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    from service.http_server import run_http

    run_http(load_settings())


@cli.command()
@click.option("--take-over", is_flag=True, help="Take up at once what earlier workers left; no other may run.")
def worker(*, take_over: bool) -> None:
    """Run a worker alone, against the Redis that NEWSMILL_REDIS_URL names."""
    # SIGTERM gives a task some seconds to end, then gives its message back; Celery's own would wait for the task
    # as long as it takes. It is read when Celery is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    from workers.celery_app import run_worker

    run_worker(load_settings(), take_over=take_over)


@cli.command()
def settings() -> None:
    """List every setting, its value and where it comes from."""
    for setting in describe_settings():
        click.echo(f"{setting.variable}={setting.value}  ({setting.source})")
        click.echo(f"    {setting.description}")


def main() -> None:
    """The entry point: an error of ours is a line on standard error, not a traceback."""
    try:
        cli(prog_name="newsmill")
    except SettingsError as error:
        click.echo(f"newsmill: {error}", err=True)
        sys.exit(2)
    except NewsmillError as error:
        click.echo(f"newsmill: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
