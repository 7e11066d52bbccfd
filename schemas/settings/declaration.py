"""The settings: environment variables that begin with NEWSMILL_, each with a default that works on one machine.

A process reads them once, at its start. A wrong value stops the start with its name and what was expected.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.article.languages import check_language
from schemas.article.values import check_iri, check_line, check_moment
from schemas.article.zones import check_zone
from schemas.errors import SettingsError
from schemas.jobs.callbacks import parse_networks, parse_secrets
from schemas.settings.api_keys import ApiKeys, parse_api_keys
from schemas.settings.broker_urls import check_redis_url
from schemas.settings.values import (
    DEFAULT_TIMINGS,
    Timings,
    checked,
    choice,
    parse_base_path,
    parse_duration,
    parse_limit,
    parse_origins,
    parse_published,
    parse_size,
    parse_store,
    parse_timings,
    parse_yes_or_no,
    whole_number,
)

if TYPE_CHECKING:
    from schemas.article.parts import Party

_STRUCK_OUT: Final = "***"
_NAME: Final = checked(check_line, "a name, in one line")
_URI: Final = checked(check_iri, "an absolute URI, such as https://www.example.com/about")

# Up to the last @ before another URL: a password may have an @ or a / that should have been escaped.
_PASSWORD: Final = re.compile(r"(://[^:/@\s]*:)(?:(?!://)\S)*@")
_PARAMETER: Final = re.compile(r"([?&][a-z_]*password=)[^&;\s]*")

# Variables with the same prefix that the client and the tests read.
_NO_SETTINGS: Final = frozenset({"NEWSMILL_SERVER", "NEWSMILL_API_KEY", "NEWSMILL_REFERENCE"})


def _setting(default: str, parse: Callable[[str], Any], description: str, *, secret: bool = False) -> Any:
    """Return a field of `Settings`: its default as text ("" for none), its parser and its documentation."""
    stated = {"default": default, "parse": parse, "description": description, "secret": secret}
    return field(metadata=stated, repr=not (secret or parse is check_redis_url))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process. This is their only declaration: `NEWSMILL_` and the field's name is the variable."""

    redis_url: str | None = _setting(
        "",
        check_redis_url,
        "The Redis or Valkey that holds the jobs, by redis://, rediss:// (TLS) or sentinel://. Without it,"
        " `newsmill serve` starts one of its own",
    )
    broker_url: str | None = _setting(
        "",
        check_redis_url,
        "Has no effect any more: Celery's messages go through NEWSMILL_REDIS_URL",
    )
    data: Path = _setting("data", Path, "The folder for the data of the service")
    store: str = _setting(
        "",
        parse_store,
        "Where inputs and exported files are kept: a folder, or s3://bucket/prefix, with the credentials, the region"
        " and the endpoint in the usual variables that begin with AWS_. Default: `store` in NEWSMILL_DATA",
    )
    store_redirects: bool = _setting(
        "no", parse_yes_or_no, "`yes`: a download is a redirect to the S3 of NEWSMILL_STORE, which clients must reach"
    )
    seeds: Path = _setting(str(Path(__file__).resolve().parents[2] / "seeds"), Path, "The folder of the seed articles")
    retention: int = _setting("7d", parse_duration, "How long a job and its files are kept after its end")
    max_upload: int = _setting("1GiB", parse_size, "The largest request")
    max_body: int = _setting("16MiB", parse_size, "The largest JSON in a request. Upload more articles as a file")
    max_record: int = _setting(
        "4KiB", parse_size, "The largest request of a job that Redis keeps. A larger one is kept in NEWSMILL_STORE"
    )
    max_unpacked: int = _setting("64GiB", parse_size, "The largest size of a compressed upload when it is unpacked")
    article_time: int = _setting(
        "60s",
        parse_duration,
        "The time limit for reading or writing one article. An article that takes longer fails, and its job goes on",
    )
    max_output: int = _setting("64GiB", parse_size, "The largest size of the files of a job")
    max_queued: int = _setting(
        "10000", whole_number(1, 10**9 - 1), "The number of jobs that may wait. The service refuses more for now"
    )
    host: str = _setting("127.0.0.1", str, "The address that the service listens on")
    port: int = _setting("8080", whole_number(0, 65535), "The port that the service listens on; 0 means any free port")
    workers: int = _setting(
        str(min(os.cpu_count() or 1, 8)), whole_number(1, 512), "The number of processes that convert articles"
    )
    api_keys: ApiKeys | None = _setting(
        "",
        parse_api_keys,
        "The keys of the callers, or better a file with keys, which is read again when it changes. `newsmill key NAME`"
        " makes a key. Without keys, the service is for this machine only",
        secret=True,
    )
    operator_keys: ApiKeys | None = _setting(
        "",
        parse_api_keys,
        "The keys of the operators, in the same form. With one of them, requests list, read, cancel and delete the jobs"
        " of all callers",
        secret=True,
    )
    open: bool = _setting(
        "no", parse_yes_or_no, "`yes`: without keys, every client that reaches the port may do everything"
    )
    published: str | None = _setting(
        "", parse_published, "The address at which a container's port is published, from which its callers come"
    )
    limit_requests: int = _setting(
        "0", whole_number(0, 10**6), "The number of requests that a caller may make in a minute. 0 is any number"
    )
    limit_jobs: int = _setting(
        "0", whole_number(0, 10**6), "The number of jobs of a caller that may wait or run at a time. 0 is any number"
    )
    limit_bytes: int = _setting(
        "0", parse_limit, "The size of the inputs and files stored for a caller, such as 10GiB. 0 is any size"
    )
    limit_waiting: int = _setting(
        "0", whole_number(0, 10**6), "The number of requests of a caller that may wait for jobs at a time. 0 is any"
    )
    stop_grace: int = _setting(
        "10s", parse_duration, "How long downloads and uploads under way may go on after the API gets a signal to stop"
    )
    base_path: str | None = _setting(
        "", parse_base_path, "The path under which a reverse proxy publishes the service, such as /newsmill"
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] | None = _setting(
        "",
        parse_networks,
        "The addresses and networks of the reverse proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are"
        " believed, such as 127.0.0.1 10.0.0.0/8",
    )
    cors_origins: tuple[str, ...] | None = _setting(
        "",
        parse_origins,
        "The origins whose pages may call the API from a browser (CORS), such as https://news.example.com; with keys, *"
        " is every origin",
    )
    hsts: int | None = _setting(
        "", parse_duration, "How long browsers must use HTTPS (Strict-Transport-Security), where TLS is in front"
    )
    provider_name: str | None = _setting("", _NAME, "The provider of articles for which no other is stated")
    provider_uri: str | None = _setting("", _URI, "The URI of NEWSMILL_PROVIDER_NAME")
    language: str | None = _setting(
        "",
        checked(check_language, "a registered language tag, such as en or pt-BR"),
        "The language of articles for which no other is stated",
    )
    zone: str | None = _setting(
        "",
        checked(check_zone, "a time zone, such as Europe/Paris, UTC or +01:00"),
        "The time zone of dates that state none. Default: such a date keeps its day and time, and a warning names it",
    )
    operator_name: str = _setting("newsmill", _NAME, "The operator of the service (sdPublisher, generator in exports)")
    operator_uri: str | None = _setting("", _URI, "The operator's URI")
    clock: str | None = _setting(
        "",
        checked(check_moment, "a date-time with its zone, such as 2024-11-08T16:30:00Z"),
        "A fixed time of conversion, so that the same input gives the same bytes",
    )
    callback_secret: tuple[str, ...] | None = _setting(
        "",
        parse_secrets,
        "The secret that signs callbacks, in the form of Standard Webhooks (whsec_…); during a change, the new one and"
        " the old one. Default: the service makes one and keeps it in Redis; `newsmill callback-secret` shows it",
        secret=True,
    )
    callback_allow: tuple[IPv4Network | IPv6Network, ...] | None = _setting(
        "", parse_networks, "Private networks that callbacks may go to, over http too, such as 10.1.0.0/16"
    )
    log_level: str = _setting(
        "info",
        choice("debug", "info", "warning", "error", form=str.upper),
        "The lowest level that is logged: debug, info (requests and the steps of jobs), warning or error",
    )
    timings: Timings = _setting(
        str(DEFAULT_TIMINGS), parse_timings, "Internal: the intervals of the workers, in seconds. Tests shorten them"
    )
    log_format: str = _setting(
        "auto",
        choice("auto", "json", "text"),
        "The form of the log: json, text, or auto (text on a terminal, else JSON)",
    )

    @property
    def most_output(self) -> int:
        """The largest size of the files of a job: the setting, or what its owner may have stored at all."""
        return min(self.max_output, self.limit_bytes) if self.limit_bytes else self.max_output

    @property
    def operator(self) -> Party:
        """The operator of the service."""
        # A process that only passes jobs on needs no part of an Article.
        from schemas.article.parts import Party  # noqa: PLC0415

        return Party(name=self.operator_name, uri=self.operator_uri)

    @property
    def article_defaults(self) -> dict[str, Any]:
        """The Article fields that the operator has set for each article that does not state them."""
        from schemas.article.parts import Party  # noqa: PLC0415 - as in `operator`

        stated: dict[str, Any] = {}
        if self.provider_name:
            stated["provider"] = Party(name=self.provider_name, uri=self.provider_uri)
        if self.language:
            stated["language"] = self.language
        return stated

    def without_secrets(self) -> Settings:
        """Return the settings without keys, secrets and the URLs that have passwords, for a process without network."""
        secret: dict[str, Any] = {one.name: None for one in fields(self) if not one.repr}
        return replace(self, **secret)

    def now(self) -> str:
        """Return the time in UTC, to the second, or NEWSMILL_CLOCK."""
        return self.clock or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting as `Settings` declares it; `default` is as an operator writes it, "" for none."""

    name: str
    default: str
    parse: Callable[[str], Any]
    description: str
    secret: bool

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"NEWSMILL_{self.name.upper()}"

    def value(self, environ: Mapping[str, str]) -> Any:
        """Return the value in an environment; None if neither the environment nor the default states one.

        Raises:
            SettingsError: the value is wrong.
        """
        given = environ.get(self.variable, "").strip() or self.default
        if not given:
            return None
        try:
            return self.parse(given)
        except ValueError as error:
            raise SettingsError(f"{self.variable}={self.shown(given)!r}: expected {error}") from None

    def shown(self, value: Any) -> str:
        """Return a value as text, with secrets masked."""
        if value is None:
            return ""
        if self.secret:
            return str(value) if isinstance(value, ApiKeys) else _STRUCK_OUT
        if isinstance(value, bool):
            return "yes" if value else "no"
        return " ".join(map(str, value)) if isinstance(value, tuple) else masked(str(value))


SETTINGS: Final = tuple(Setting(name=one.name, **one.metadata) for one in fields(Settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingValue:
    """A setting in force: its value as text, and its source."""

    variable: str
    value: str
    source: str
    description: str


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment.

    Raises:
        SettingsError: a value is wrong, or a variable that begins with NEWSMILL_ is not a setting.
    """
    known = {setting.variable for setting in SETTINGS} | _NO_SETTINGS
    if unknown := sorted(name for name in environ if name.startswith("NEWSMILL_") and name not in known):
        raise SettingsError(f"{', '.join(unknown)}: no such setting; `newsmill settings` lists them")
    values = {setting.name: setting.value(environ) for setting in SETTINGS}
    if values["provider_uri"] and not values["provider_name"]:
        raise SettingsError("NEWSMILL_PROVIDER_URI is set without NEWSMILL_PROVIDER_NAME: a provider needs a name")
    if "*" in (values["cors_origins"] or ()) and not values["api_keys"]:
        raise SettingsError(
            "NEWSMILL_CORS_ORIGINS=*: without keys, each page that a user opens could read all jobs; name the origins,"
            " or set NEWSMILL_API_KEYS"
        )
    values["store"] = values["store"] or str(values["data"] / "store")
    if values["store_redirects"] and "://" not in values["store"]:
        raise SettingsError("NEWSMILL_STORE_REDIRECTS=yes: NEWSMILL_STORE is a folder, which has no URL; name a bucket")
    return Settings(**values)


def describe_settings(environ: Mapping[str, str] = os.environ) -> tuple[SettingValue, ...]:
    """Return every setting with its value and source, secrets and passwords in URLs struck out.

    Raises:
        SettingsError: as in `load_settings`.
    """
    loaded = load_settings(environ)
    return tuple(
        SettingValue(
            variable=setting.variable,
            value=setting.shown(getattr(loaded, setting.name)),
            source="environment" if environ.get(setting.variable) else "default",
            description=setting.description,
        )
        for setting in SETTINGS
    )


def masked(text: str) -> str:
    """Return a text with the password of each URL in it struck out."""
    if "://" not in text:
        return text
    return _PARAMETER.sub(rf"\1{_STRUCK_OUT}", _PASSWORD.sub(rf"\1{_STRUCK_OUT}@", text))
