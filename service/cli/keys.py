"""The commands `newsmill key` and `newsmill callback-secret`: keys of the API, and what verifies callbacks."""

from __future__ import annotations

import os

import click


@click.command()
@click.argument("name")
def key(name: str) -> None:
    """Make a key for a caller, and the entry that lets it in.

    NAME is the caller's name. Jobs belong to a name: a caller with an old key and a new one sees the same jobs.
    Standard output has two lines. The first is the key, which newsmill does not store. The second is the key's entry
    for the file that NEWSMILL_API_KEYS names; it holds a digest of the key.

    \b
        newsmill key newsroom
    """
    from schemas.settings.api_keys import hashed_entry, new_key

    made = new_key()
    try:
        entry = hashed_entry(name, made)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo("The key, which is not shown again (clients send it from NEWSMILL_API_KEY):", err=True)
    click.echo(made)
    click.echo("Its entry, for the file that NEWSMILL_API_KEYS names:", err=True)
    click.echo(entry)


@click.command(name="callback-secret")
@click.option("--caller", default="", help="The caller whose callbacks it signs. [default: no caller]")
@click.option("--data", help="The data folder of a service with an embedded broker.")
def callback_secret(caller: str, data: str | None) -> None:
    """Show the secret that signs callbacks. The receiver of a callback verifies the signature with it.

    The secret is NEWSMILL_CALLBACK_SECRET, or one that the service makes once and keeps in Redis.

    \b
        newsmill callback-secret --data data
    """
    from schemas.errors import BrokerError, NewsmillError
    from schemas.settings import load_settings
    from service.runtime.embedded_valkey import embedded_url
    from workers.callbacks.delivery import secrets_of
    from workers.callbacks.records import CallbackRecords
    from workers.redis.connect import connect

    settings = load_settings(os.environ | ({"NEWSMILL_DATA": data} if data else {}))
    url = settings.redis_url or embedded_url(settings.data)
    try:
        secrets = secrets_of(caller, settings, CallbackRecords(connect(url)))
    except BrokerError:
        where = "NEWSMILL_REDIS_URL" if settings.redis_url else f"NEWSMILL_DATA={settings.data}"
        raise NewsmillError(f"the secret is in Redis, and no Redis answers at {where}: start the service") from None
    for secret in secrets:
        click.echo(secret)
