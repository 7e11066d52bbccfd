"""The command `newsmill`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from typing import Final

import click

from schemas import __version__
from schemas.errors import FaultsError, NewsmillError, SettingsError
from service.cli.output import json_option, print_json, say

# Commands in other modules: the module, the name in it, and the first words of its help. They are imported on use, so
# that `newsmill --help` is quick.
_ELSEWHERE: Final = {
    "callback-secret": ("service.cli.keys", "callback_secret", "Show the secret that signs callbacks."),
    "cancel": ("service.cli.jobs", "cancel", "Cancel a job."),
    "convert": ("service.cli.beside", "convert", "Convert files, and write each beside its source."),
    "delete": ("service.cli.jobs", "delete", "Remove a job and its files from the server."),
    "download": ("service.cli.jobs", "download", "Download the files of a job and check their digests."),
    "export": ("service.cli.convert", "export", "Convert articles without a server."),
    "key": ("service.cli.keys", "key", "Make a key for a caller, and the entry that lets it in."),
    "list": ("service.cli.jobs", "list_jobs", "List your jobs, newest first."),
    "status": ("service.cli.jobs", "status", "Show the state of a job."),
    "sweep": ("service.cli.sweep", "sweep", "Remove files that no job has any more."),
    "submit": ("service.cli.convert", "submit", "Convert articles through a server."),
    "validate": ("service.cli.validate", "validate", "Check files of every format that newsmill writes."),
}

UNREACHABLE: Final = 3
"""The exit status if the server could not be reached."""


class _Commands(click.Group):
    """The commands of this module and of `_ELSEWHERE`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name, _ = _ELSEWHERE[cmd_name]
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = {name: command.get_short_help_str(61) for name, command in self.commands.items()}
        shown |= {name: short_help for name, (_, _, short_help) in _ELSEWHERE.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(shown.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsmill")
def cli() -> None:
    """Convert news articles. `newsmill formats` lists the formats.

    Exit status: 0 all articles converted; 1 some articles failed (each is named), or the server refused the request;
    2 wrong usage; 3 the server could not be reached; 130 interrupted. With --json, standard output is one JSON
    document. Errors go to standard error.
    """


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which a shell completes commands, options and values.

    \b
        newsmill completion bash >> ~/.bashrc
        newsmill completion zsh >> ~/.zshrc
        newsmill completion fish > ~/.config/fish/completions/newsmill.fish
    """
    from click.shell_completion import get_completion_class

    if completing := get_completion_class(shell):
        click.echo(completing(cli, {}, "newsmill", "_NEWSMILL_COMPLETE").source())


def _keep_files_private() -> None:
    """Let only this user read the files that this process and its children make: they have articles and secrets."""
    os.umask(0o077)


@contextmanager
def _imports() -> Iterator[None]:
    """Import without garbage collections, and leave what was imported out of later ones: it stays to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@cli.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on; 0 takes a free one.")
@click.option("--workers", type=int, help="The number of processes that convert articles.")
@click.option("--data", help="The folder for the data of the service.")
def serve(host: str | None, port: int | None, workers: int | None, data: str | None) -> None:
    """Run the service: API, workers and, if NEWSMILL_REDIS_URL is not set, an embedded broker.

    \b
        newsmill serve
        newsmill serve --port 9000 --workers 4 --data /var/lib/newsmill
    """
    _keep_files_private()
    from service.runtime.serve import serve as run

    given = {"HOST": host, "PORT": port, "WORKERS": workers, "DATA": data}
    sys.exit(run(os.environ | {f"NEWSMILL_{name}": str(value) for name, value in given.items() if value is not None}))


@cli.command()
def api() -> None:
    """Run the API only, with the Redis of NEWSMILL_REDIS_URL."""
    _keep_files_private()
    with _imports():
        from schemas.settings import load_settings
        from service.runtime.http_server import run_http

    run_http(load_settings())


@cli.command()
@click.option(
    "--only",
    type=click.Choice(["jobs", "chunks", "callbacks"]),
    help="Run small jobs only, or the chunks of large jobs, or callbacks and the sweep, which every service needs.",
)
def worker(only: str | None) -> None:
    """Run a worker alone, against the Redis that NEWSMILL_REDIS_URL names.

    It runs three workers: for small jobs, for the chunks of large jobs, and for callbacks. So a small job never waits
    for a large one, and no job waits for a callback.
    """
    _keep_files_private()
    from schemas.settings import load_settings

    if only:
        from workers.celery.queues import stand_back

        stand_back(only)
        with _imports():
            from workers.celery.app import run_worker

        run_worker(load_settings(), only)
    else:
        from service.runtime.serve import run_workers

        sys.exit(run_workers(os.environ))


@cli.command()
@click.argument("part", type=click.Choice(["api", "worker"]))
def healthcheck(part: str) -> None:
    """Check the API or the worker of this host. The exit status is 0 if it works, else 1 with the reason."""
    from schemas.settings import load_settings

    settings = load_settings()
    if part == "api":
        from service.runtime.healthcheck import check_api

        check_api(settings)
    else:
        from workers.celery.heartbeat import check_worker
        from workers.jobs.store import JobStore
        from workers.redis.connect import connect

        check_worker(JobStore(connect(settings.redis_url or ""), settings))


@cli.command()
@json_option
def formats(as_json: bool) -> None:
    """List the output formats, their files and their options.

    \b
        newsmill formats --json | jq -r '.formats[].id'
    """
    from workers.formats import FORMATS

    if as_json:
        print_json(
            {
                "formats": [
                    {
                        "id": format_.id,
                        "title": format_.title,
                        "media_types": format_.media_types,
                        "files": format_.files,
                        "options": {n: field.metadata["description"] for n, field in format_.schema.fields.items()},
                    }
                    for format_ in FORMATS.writable
                ]
            }
        )
        return
    for format_ in FORMATS.writable:
        click.echo(f"{format_.id}: {format_.title}")
        click.echo(f"    files: {', '.join(format_.files)}")
        for name, field in format_.schema.fields.items():
            click.echo(f"    --option {format_.id}.{name}=…  {field.metadata['description']}")


@cli.command()
@json_option
def seeds(as_json: bool) -> None:
    """List the seed articles."""
    from schemas.settings import load_settings
    from service.core.seeds import Seeds

    every = Seeds(load_settings().seeds).all()
    if as_json:
        print_json({"seeds": [{"name": seed.name, "size": seed.size} for seed in every]})
        return
    for seed in every:
        click.echo(f"{seed.name}  {seed.size:,} bytes")


@cli.command()
@json_option
def settings(as_json: bool) -> None:
    """List every setting with its value and source."""
    from schemas.settings import describe_settings

    every = describe_settings()
    if as_json:
        print_json({"settings": [asdict(setting) for setting in every]})
        return
    for setting in every:
        click.echo(f"{setting.variable}={setting.value}  ({setting.source})")
        click.echo(f"    {setting.description}")


def main() -> None:
    """Run the command. An expected error, or one of the machine, is a line on standard error, not a traceback."""
    # No process started from here imports from the working directory, which may have a `service` of its own.
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        cli(prog_name="newsmill")
    except NewsmillError as error:
        say(*f"newsmill: {error}".splitlines(), err=True)
        sys.exit(_status(error))
    except OSError as error:
        # A disk that fails in the middle of a file, say.
        where = f"{error.filename}: " if error.filename else ""
        say(f"newsmill: {where}{error.strerror or error}", err=True)
        sys.exit(1)


def _status(error: NewsmillError) -> int:
    """Wrong usage is 2, a server that cannot be reached 3, all else 1."""
    from service.client.connection import ServerUnreachableError
    from workers.pipeline.sources import SourceError

    if isinstance(error, ServerUnreachableError):
        return UNREACHABLE
    return 2 if isinstance(error, SettingsError | FaultsError | SourceError) else 1
