"""The command `newsmill callback-secret`."""

from __future__ import annotations

import os

import click


@click.command(name="callback-secret")
@click.option("--caller", default="", help="The caller whose jobs they tell of; without it, of jobs of nobody's.")
@click.option("--data", help="The folder of the service, where it has a broker of its own.")
def callback_secret(caller: str, data: str | None) -> None:
    """Show the secret that callbacks are signed with; whoever receives them verifies them with it.

    It is the one of NEWSMILL_CALLBACK_SECRET, or one that is made once and kept in Redis.
    """
    from schemas.errors import BrokerError, NewsmillError
    from schemas.settings import load_settings
    from service.runtime.embedded_valkey import embedded_broker
    from workers.callbacks.delivery import secrets_of
    from workers.callbacks.records import CallbackRecords
    from workers.redis.connect import connect

    settings = load_settings(os.environ | ({"NEWSMILL_DATA": data} if data else {}))
    url = settings.redis_url or (embedded_broker(settings.data).url if settings.data.is_dir() else "")
    try:
        secrets = secrets_of(caller, settings, CallbackRecords(connect(url or "unix:///none")))
    except BrokerError:
        where = "NEWSMILL_REDIS_URL" if settings.redis_url else f"NEWSMILL_DATA={settings.data}"
        raise NewsmillError(f"the secret is kept in Redis, and none answers at {where}: start the service") from None
    for secret in secrets:
        click.echo(secret)
