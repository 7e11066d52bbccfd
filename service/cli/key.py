"""The command `newsmill key`: makes a key of the API."""

from __future__ import annotations

import click

from schemas.settings.api_keys import hashed_entry, new_key


@click.command()
@click.argument("name")
def key(name: str) -> None:
    """Make a key for a caller, and the entry that lets it in.

    NAME is whose it is: jobs belong to a name, so that a caller who has an old key and a new one sees the same jobs.
    Standard output has two lines: the key, which is kept nowhere; and its entry, which does not tell the key, for
    the file that NEWSMILL_API_KEYS names.

    \b
        newsmill key newsroom
    """
    made = new_key()
    try:
        entry = hashed_entry(name, made)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo("The key, which is not shown again (clients send it from NEWSMILL_API_KEY):", err=True)
    click.echo(made)
    click.echo("Its entry, for the file that NEWSMILL_API_KEYS names:", err=True)
    click.echo(entry)
