"""Options of feeds: what a feed says of itself, and the partner that it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from marshmallow import ValidationError, fields

from schemas.article.languages import check_language
from schemas.article.values import check_iri, check_line
from schemas.options import option


def _check_address(value: str | None) -> None:
    if value and (detail := check_iri(value)):
        raise ValidationError(detail)


def _check_line(value: str | None) -> None:
    if value and (detail := check_line(value)):
        raise ValidationError(detail)


def _check_language(value: str | None) -> None:
    if value and (detail := check_language(value)):
        raise ValidationError(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """Options of a feed."""

    profile: Literal["default", "msn", "flipboard", "smartnews"] = option(
        "default",
        "The partner whose published rules `newsmill validate` holds the feed against: msn, flipboard, smartnews",
    )
    title: str | None = option(
        None, "The name of the feed; by default that of the operator", field=fields.String, validate=_check_line
    )
    link: str | None = option(
        None, "The address of the site that the feed is of", field=fields.String, validate=_check_address
    )
    description: str | None = option(
        None, "What the feed is about, in a line", field=fields.String, validate=_check_line
    )
    language: str | None = option(None, "The language of the feed", field=fields.String, validate=_check_language)
    address: str | None = option(
        None, "The address that the feed will have", field=fields.String, validate=_check_address
    )
