"""The settings: environment variables that begin with NEWSMILL_, each with a default that works on one machine.

They are read once, at the start; a wrong value stops the start with its name and what was expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, get_type_hints

from schemas.article import Party
from schemas.article.languages import check_language
from schemas.article.values import check_iri, check_line, check_moment
from schemas.callbacks import parse_networks, parse_secrets
from schemas.errors import SettingsError
from schemas.settings.api_keys import ApiKeys, parse_api_keys
from schemas.settings.broker_urls import parse_rabbit_url, parse_redis_url
from schemas.settings.masking import STRUCK_OUT, masked
from schemas.settings.values import (
    parse_checked,
    parse_duration,
    parse_file,
    parse_level,
    parse_limit,
    parse_log_format,
    parse_number,
    parse_published,
    parse_size,
    parse_store,
    parse_yes_or_no,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process; see SETTINGS for what each means."""

    redis_url: str | None = field(repr=False)
    broker_url: str | None = field(repr=False)
    data: Path
    store: str
    store_redirects: bool
    seeds: Path
    retention: int
    max_upload: int
    max_body: int
    max_unpacked: int
    max_queued: int
    host: str
    port: int
    workers: int
    api_keys: ApiKeys | None = field(repr=False)
    open: bool
    published: str | None
    limit_requests: int
    limit_jobs: int
    limit_bytes: int
    limit_waiting: int
    hsts: int | None
    provider_name: str | None
    provider_uri: str | None
    language: str | None
    operator_name: str
    operator_uri: str | None
    clock: str | None
    newsml_xsd: Path | None
    callback_secret: tuple[str, ...] | None
    callback_allow: tuple[IPv4Network | IPv6Network, ...] | None
    log_level: str
    log_format: str

    @property
    def operator(self) -> Party:
        """Who runs the service."""
        return Party(name=self.operator_name, uri=self.operator_uri)

    @property
    def article_defaults(self) -> dict[str, Any]:
        """The Article fields that the operator has set for every article that does not state them."""
        stated: dict[str, Any] = {}
        if self.provider_name:
            stated["provider"] = Party(name=self.provider_name, uri=self.provider_uri)
        if self.language:
            stated["language"] = self.language
        return stated

    def now(self) -> str:
        """The time, to the second, in UTC; or what NEWSMILL_CLOCK has set it to."""
        return self.clock or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its field, its default as one would write it, how it is read, what it is for, who may see it."""

    name: str
    default: str
    parse: Callable[[str], Any]
    description: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"NEWSMILL_{self.name.upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingValue:
    """A setting as it is in force: its value, as text, and where it came from."""

    variable: str
    value: str
    source: str
    description: str


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that an environment makes.

    Raises:
        SettingsError: a value is wrong, or a variable that begins with NEWSMILL_ is not a setting.
    """
    known = {setting.variable for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith("NEWSMILL_") and name not in known | _ELSEWHERE)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting; `newsmill settings` lists them")
    values = {setting.name: _value(setting, environ) for setting in SETTINGS}
    if values["provider_uri"] and not values["provider_name"]:
        raise SettingsError("NEWSMILL_PROVIDER_URI is set without NEWSMILL_PROVIDER_NAME: a provider needs a name")
    values["broker_url"] = values["broker_url"] or values["redis_url"]
    values["store"] = values["store"] or str(values["data"] / "store")
    if values["store_redirects"] and "://" not in values["store"]:
        raise SettingsError("NEWSMILL_STORE_REDIRECTS=yes: NEWSMILL_STORE is a folder, and no URL leads to one")
    return Settings(**values)


def describe_settings(environ: Mapping[str, str] = os.environ) -> tuple[SettingValue, ...]:
    """Every setting with its value and its source, secrets and passwords in URLs struck out.

    Raises:
        SettingsError: as `load_settings` does.
    """
    loaded = load_settings(environ)
    return tuple(
        SettingValue(
            variable=setting.variable,
            value=_shown(getattr(loaded, setting.name), setting),
            source="environment" if environ.get(setting.variable) else "default",
            description=setting.description,
        )
        for setting in SETTINGS
    )


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    given = environ.get(setting.variable, "").strip() or setting.default
    if not given:
        return None
    try:
        return setting.parse(given)
    except ValueError as error:
        raise SettingsError(f"{setting.variable}={_shown(given, setting)!r}: expected {error}") from None


def _shown(value: Any, setting: Setting) -> str:
    if value is None:
        return ""
    if setting.secret:
        return str(value) if isinstance(value, ApiKeys) else STRUCK_OUT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return masked(str(value))


def _parse_redis_url(text: str) -> str:
    parse_redis_url(text)
    return text


def _parse_broker_url(text: str) -> str:
    if re.match(r"amqps?:", text):
        parse_rabbit_url(text)
        return text
    try:
        return _parse_redis_url(text)
    except ValueError as error:
        said = str(error)
        raise ValueError(f"{said}, or with amqp://" if said.startswith("a URL") else said) from None


# Variables with the same beginning that are no settings of the service: the client reads the first.
_ELSEWHERE: Final = frozenset({"NEWSMILL_SERVER", "NEWSMILL_API_KEY", "NEWSMILL_REFERENCE"})

_MOMENT = parse_checked(check_moment, "a date-time with its zone, such as 2024-11-08T16:30:00Z")
_NAME = parse_checked(check_line, "a name, in one line")
_URI = parse_checked(check_iri, "an absolute URI, such as https://www.example.com/about")
_LANGUAGE = parse_checked(check_language, "a registered language tag, such as en or pt-BR")

SETTINGS: Final = (
    Setting(
        name="redis_url",
        default="",
        parse=_parse_redis_url,
        description="The Redis or Valkey that holds the jobs, by redis://, rediss:// (TLS) or sentinel://; "
        "without it `newsmill serve` starts one of its own",
    ),
    Setting(
        name="broker_url",
        default="",
        parse=_parse_broker_url,
        description="The broker of the workers: amqp:// or amqps:// for RabbitMQ; NEWSMILL_REDIS_URL when not set",
    ),
    Setting(name="data", default="data", parse=Path, description="The folder for what the service keeps"),
    Setting(
        name="store",
        default="",
        parse=parse_store,
        description="Where inputs and exported files lie: a folder, or s3://bucket/prefix, with the credentials, the"
        " region and the endpoint in the usual variables that begin with AWS_; `store` in NEWSMILL_DATA when not set",
    ),
    Setting(
        name="store_redirects",
        default="no",
        parse=parse_yes_or_no,
        description="Whether a download is a redirect to the S3 of NEWSMILL_STORE, at AWS_ENDPOINT_URL, which clients"
        " have to be able to reach then: yes or no",
    ),
    Setting(
        name="seeds",
        default=str(Path(__file__).resolve().parents[2] / "seeds"),
        parse=Path,
        description="The folder of the seed articles",
    ),
    Setting(
        name="retention",
        default="7d",
        parse=parse_duration,
        description="How long a job and its files are kept after it has ended",
    ),
    Setting(name="max_upload", default="1GiB", parse=parse_size, description="The largest request, in all"),
    Setting(
        name="max_body",
        default="16MiB",
        parse=parse_size,
        description="The largest JSON in a request; more articles than fit are uploaded as a file",
    ),
    Setting(
        name="max_unpacked",
        default="64GiB",
        parse=parse_size,
        description="The largest that a compressed upload may be when it is unpacked",
    ),
    Setting(
        name="max_queued",
        default="10000",
        parse=parse_number(1, 10**9 - 1),
        description="How many jobs may wait; past that a new one is refused for now",
    ),
    Setting(name="host", default="127.0.0.1", parse=str, description="The address that the service listens on"),
    Setting(name="port", default="8080", parse=parse_number(0, 65535), description="Its port; 0 is any free one"),
    Setting(
        name="workers",
        default=str(min(os.cpu_count() or 1, 8)),
        parse=parse_number(1, 512),
        description="How many processes convert articles",
    ),
    Setting(
        name="api_keys",
        default="",
        parse=parse_api_keys,
        secret=True,
        description="Who may ask: keys, or better a file with keys, which is read again when it changes; "
        "`newsmill key NAME` makes one. Without keys the service is for this machine alone",
    ),
    Setting(
        name="open",
        default="no",
        parse=parse_yes_or_no,
        description="`yes`: without keys, whoever reaches the port may do everything, from any machine",
    ),
    Setting(
        name="published",
        default="",
        parse=parse_published,
        description="The address at which a container's port is published, which is where its callers come from",
    ),
    Setting(
        name="limit_requests",
        default="0",
        parse=parse_number(0, 10**6),
        description="How many requests a caller may make in a minute; 0 is any number",
    ),
    Setting(
        name="limit_jobs",
        default="0",
        parse=parse_number(0, 10**6),
        description="How many jobs of a caller may wait or run at a time; 0 is any number",
    ),
    Setting(
        name="limit_bytes",
        default="0",
        parse=parse_limit,
        description="How much may be stored for a caller, inputs and files, such as 10GiB; 0 is any amount",
    ),
    Setting(
        name="limit_waiting",
        default="0",
        parse=parse_number(0, 10**6),
        description="How many requests of a caller may wait for jobs, or follow them, at a time; 0 is any number",
    ),
    Setting(
        name="hsts",
        default="",
        parse=parse_duration,
        description="How long browsers are to ask by HTTPS alone (Strict-Transport-Security), where TLS is in front",
    ),
    Setting(
        name="provider_name",
        default="",
        parse=_NAME,
        description="The provider of every article for which neither the source nor the request states one",
    ),
    Setting(name="provider_uri", default="", parse=_URI, description="The provider's URI"),
    Setting(
        name="language",
        default="",
        parse=_LANGUAGE,
        description="The language of every article for which neither the source nor the request states one",
    ),
    Setting(
        name="operator_name",
        default="newsmill",
        parse=_NAME,
        description="Who runs the service, as exports name them (sdPublisher, generator)",
    ),
    Setting(name="operator_uri", default="", parse=_URI, description="The operator's URI"),
    Setting(
        name="clock",
        default="",
        parse=_MOMENT,
        description="A fixed time of conversion, so that the same input gives the same bytes",
    ),
    Setting(
        name="newsml_xsd",
        default="",
        parse=parse_file,
        description="The IPTC's XML Schema of NewsML-G2; `newsmill validate` checks against it too, where it is set",
    ),
    Setting(
        name="callback_secret",
        default="",
        parse=parse_secrets,
        description="What signs callbacks, as Standard Webhooks has it (whsec_…; while it is changed, the new one and "
        "the old one); one is made and kept in Redis when not set, and `newsmill callback-secret` shows it",
        secret=True,
    ),
    Setting(
        name="callback_allow",
        default="",
        parse=parse_networks,
        description="Networks that callbacks may go to though they are not public, and over http too: 10.1.0.0/16 …",
    ),
    Setting(
        name="log_level",
        default="info",
        parse=parse_level,
        description="The least that is logged: debug, info (a line for each request and each step of a job), "
        "warning or error",
    ),
    Setting(
        name="log_format",
        default="auto",
        parse=parse_log_format,
        description="How it is logged: json, text, or auto, which is text on a terminal and JSON elsewhere",
    ),
)

if {setting.name for setting in SETTINGS} != set(get_type_hints(Settings)):
    raise AssertionError("SETTINGS and Settings name different settings")
