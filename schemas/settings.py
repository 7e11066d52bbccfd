"""The settings: environment variables that begin with NEWSMILL_, each with a default that works on one machine.

They are read once, at the start; a wrong value stops the start with its name and what was expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, get_type_hints

from schemas.article import Party
from schemas.broker_urls import parse_rabbit_url, parse_redis_url, without_secrets
from schemas.callbacks import parse_networks, parse_secrets
from schemas.errors import SettingsError
from schemas.values import check_iri, check_language, check_line, check_moment

_SIZE = re.compile(r"([0-9]+)\s*(B|KB|MB|GB|TB|KIB|MIB|GIB|TIB)?", re.IGNORECASE)
_SIZES = {"": 1, "B": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("KMGT", 1)
    for suffix, base in (("B", 1000), ("IB", 1024))
}
_DURATION = re.compile(r"([0-9]+)\s*([smhdw]?)")
_DURATIONS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process; see SETTINGS for what each means."""

    redis_url: str | None
    broker_url: str | None
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
        return "***"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return without_secrets(str(value))


def _parse_size(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError("a size, such as 500MB or 1GiB")
    return int(match[1]) * int(_SIZES[(match[2] or "").upper()])


def _parse_duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError("a duration, such as 90s, 12h or 7d")
    return int(match[1]) * _DURATIONS[match[2]]


def _parse_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


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


def _parse_store(text: str) -> str:
    # A prefix of characters that stand for themselves in a URL, without a part that is . or ..
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)*/?", text):
        raise ValueError("a folder, or s3://bucket/prefix")
    return text


def _parse_yes(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("yes or no")
    return text.lower() == "yes"


def _parse_file(text: str) -> Path:
    if not Path(text).is_file():
        raise ValueError("the path of a file")
    return Path(text)


def _parse_checked(check: Callable[[str], str | None], what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if check(text):
            raise ValueError(what)
        return text

    return parse


def _parse_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("debug, info, warning or error")
    return text.upper()


# Variables with the same beginning that are no settings of the service: the client reads the first.
_ELSEWHERE: Final = frozenset({"NEWSMILL_SERVER", "NEWSMILL_API_KEY", "NEWSMILL_REFERENCE"})

_MOMENT = _parse_checked(check_moment, "a date-time with its zone, such as 2024-11-08T16:30:00Z")
_NAME = _parse_checked(check_line, "a name, in one line")
_URI = _parse_checked(check_iri, "an absolute URI, such as https://www.example.com/about")
_LANGUAGE = _parse_checked(check_language, "a language tag, such as en or pt-BR")

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
        parse=_parse_store,
        description="Where inputs and exported files lie: a folder, or s3://bucket/prefix, with the credentials, the"
        " region and the endpoint in the usual variables that begin with AWS_; `store` in NEWSMILL_DATA when not set",
    ),
    Setting(
        name="store_redirects",
        default="no",
        parse=_parse_yes,
        description="Whether a download is a redirect to the S3 of NEWSMILL_STORE, at AWS_ENDPOINT_URL, which clients"
        " have to be able to reach then: yes or no",
    ),
    Setting(
        name="seeds",
        default=str(Path(__file__).resolve().parent.parent / "seeds"),
        parse=Path,
        description="The folder of the seed articles",
    ),
    Setting(
        name="retention",
        default="7d",
        parse=_parse_duration,
        description="How long a job and its files are kept after it has ended",
    ),
    Setting(name="max_upload", default="1GiB", parse=_parse_size, description="The largest request, in all"),
    Setting(
        name="max_body",
        default="16MiB",
        parse=_parse_size,
        description="The largest JSON in a request; more articles than fit are uploaded as a file",
    ),
    Setting(
        name="max_unpacked",
        default="64GiB",
        parse=_parse_size,
        description="The largest that a compressed upload may be when it is unpacked",
    ),
    Setting(
        name="max_queued",
        default="10000",
        parse=_parse_number(1, 10**9 - 1),
        description="How many jobs may wait; past that a new one is refused for now",
    ),
    Setting(name="host", default="127.0.0.1", parse=str, description="The address that the service listens on"),
    Setting(name="port", default="8080", parse=_parse_number(0, 65535), description="Its port; 0 is any free one"),
    Setting(
        name="workers",
        default=str(min(os.cpu_count() or 1, 8)),
        parse=_parse_number(1, 512),
        description="How many processes convert articles",
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
        parse=_parse_file,
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
    Setting(name="log_level", default="warning", parse=_parse_level, description="What is logged"),
)

if {setting.name for setting in SETTINGS} != set(get_type_hints(Settings)):
    raise AssertionError("SETTINGS and Settings name different settings")
