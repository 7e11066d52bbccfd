"""The delivery of callbacks: a signed POST at the end of a job, retried for a day (Standard Webhooks).

A callback is delivered at least once. If it comes twice, both have the same `webhook-id`.
"""

from __future__ import annotations

import hmac
import random
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

import httpcore
from standardwebhooks import Webhook

from schemas import __version__
from schemas.jobs.callbacks import CallbackUrl, parse_callback_url, secret_bytes, write_secret
from schemas.jobs.job import CallbackState
from schemas.jobs.record import moment
from schemas.settings import Settings
from workers.callbacks.addresses import Network
from workers.callbacks.connections import CheckedNetwork, RefusedAddressError
from workers.callbacks.records import Callback, CallbackRecords
from workers.telemetry import events
from workers.telemetry.logs import get_logger

LONGEST: Final = 15.0
"""The longest time of one attempt, from the connection to the response, in seconds."""

GIVE_UP_AFTER: Final = 86_400
"""Seconds from a job's end until its callback is given up."""

_FIRST_PAUSE: Final = 10.0
_LONGEST_PAUSE: Final = 4 * 3_600.0
_MOST_READ: Final = 64 * 1024
_GONE: Final = 410

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of an attempt: the HTTP status, or why there is none."""

    status: int | None = None
    error: str = ""


def deliver_next(records: CallbackRecords, settings: Settings) -> bool:
    """Send one due callback; return False if none is due.

    Raises:
        BrokerError: the records cannot be reached; a taken callback is due again when its lease has lapsed.
    """
    with records.take() as callback:
        if callback is None:
            return False
        again = None
        if callback.attempts > 1 and callback.age > GIVE_UP_AFTER:
            # No attempt has recorded a result in a day: the callback kills its sender.
            error = "each attempt was interrupted"
            state = CallbackState(status="failed", attempts=callback.attempts, last_error=error)
        else:
            signed_by = secrets_of(callback.owner, settings, records)
            state, again = next_state(callback, send(callback, signed_by, settings.callback_allow or ()))
        records.settle(callback, state, again=again)
    # Only host and port are logged: the path and the query of the URL may be a secret.
    to = parse_callback_url(callback.url).authority
    events.called_back(callback.job_id, to, state.status, attempts=state.attempts, error=state.last_error)
    return True


def secrets_of(owner: str, settings: Settings, records: CallbackRecords) -> tuple[str, ...]:
    """Return the secrets that sign a caller's callbacks: the operator's, or those derived for a caller with a key.

    Each caller has its own secrets, so that no caller can forge the callbacks of another.
    """
    given = settings.callback_secret or (records.secret(),)
    if not owner:
        return given
    return tuple(write_secret(hmac.digest(secret_bytes(one), f"caller {owner}".encode(), "sha256")) for one in given)


def send(callback: Callback, secrets: Sequence[str], networks: Sequence[Network]) -> Answer:
    """Send a callback once."""
    url = parse_callback_url(callback.url)
    network = CheckedNetwork(url, networks, time.monotonic() + LONGEST)
    there = httpcore.URL(scheme=url.scheme.encode(), host=url.host.encode(), port=url.port, target=url.target.encode())
    try:
        with httpcore.ConnectionPool(ssl_context=_tls(), network_backend=network) as connections:
            request = connections.stream("POST", there, headers=_headers(callback, url, secrets), content=callback.body)
            with request as response:
                _drain(response)
                return Answer(status=response.status)
    except RefusedAddressError as error:
        log.warning(
            "the address of a callback is not allowed", to=url.authority, address=str(error), job_id=callback.job_id
        )
        return Answer(error="its host has no public address, and the operator does not allow its address")
    except httpcore.TimeoutException:
        return Answer(error=f"it did not answer within {LONGEST:.0f} seconds")
    except httpcore.ProtocolError:
        return Answer(error="it sent no HTTP response")
    except (httpcore.NetworkError, ssl.SSLError) as error:
        return Answer(error=f"it cannot be reached: {_reason(error)}")
    except Exception:
        log.exception("internal error", job_id=callback.job_id)
        return Answer(error="internal error of newsmill; see its log")


def next_state(callback: Callback, answer: Answer) -> tuple[CallbackState, float | None]:
    """Return the state of a callback after an attempt, and the seconds until the next attempt, if there is one."""
    attempts = callback.attempts
    if answer.status is not None and 200 <= answer.status < 300:
        return CallbackState(status="delivered", attempts=attempts), None
    error = answer.error or f"it answered {answer.status}"
    if answer.status is not None and 300 <= answer.status < 400:
        error += ": redirects are not followed"
    if answer.status == _GONE:
        error += ": the receiver refuses further callbacks"
    pause = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE) * random.uniform(0.75, 1.25)  # noqa: S311
    if answer.status == _GONE or callback.age + pause > GIVE_UP_AFTER:
        return CallbackState(status="failed", attempts=attempts, last_error=error), None
    again = moment(time.time() + pause)
    return CallbackState(status="pending", attempts=attempts, last_error=error, next_attempt=again), pause


def _headers(callback: Callback, url: CallbackUrl, secrets: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Return the signed headers (Standard Webhooks 1.0), with a signature for each secret."""
    now = datetime.now(UTC)
    text = callback.body.decode()
    own = {
        "Host": url.authority,
        "User-Agent": f"newsmill/{__version__}",
        "Content-Type": "application/json",
        "Content-Length": str(len(callback.body)),
        "Connection": "close",
        "webhook-id": callback.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(callback.id, now, text) for secret in secrets),
    }
    return [*callback.headers.items(), *own.items()]


def _drain(response: httpcore.Response) -> None:
    """Read the body of the response up to a limit. Only its status matters."""
    received = 0
    try:
        for part in response.iter_stream():
            received += len(part)
            if received > _MOST_READ:
                return
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return


def _reason(error: Exception) -> str:
    """Return why a connection failed, in the words of the operating system, without addresses."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS fails: {cause.reason or 'the connection was closed'}"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) or "the connection was closed"


@cache
def _tls() -> ssl.SSLContext:
    """TLS with the trusted authorities of the system (or SSL_CERT_FILE) and of Mozilla."""
    return httpcore.default_ssl_context()
