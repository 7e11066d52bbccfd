"""Options of NewsML-G2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from marshmallow import ValidationError, fields, validate

from schemas.article.newscodes import schemes as iptc_schemes
from schemas.article.values import check_iri
from schemas.options import option

# In Python, $ also matches before a last line feed, which the lookahead excludes; in OpenAPI it does not.
_ALIAS = r"^[A-Za-z][A-Za-z0-9_-]*(?!\n)$"


def _check_schemes(value: Mapping[str, str]) -> None:
    for alias, uri in value.items():
        if detail := check_iri(uri):
            raise ValidationError({alias: [detail]})
        if (iptc := iptc_schemes().get(alias, uri)) != uri:
            raise ValidationError({alias: [f"is the IPTC's alias for {iptc}; choose another alias"]})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsmlG2Options:
    """Options of NewsML-G2."""

    body: Literal["xhtml", "nitf"] = option(
        "xhtml", "The vocabulary of the text: XHTML or NITF", title="Markup of the body"
    )
    schemes: Mapping[str, str] = option(
        {},
        "The scheme URI of each QCode alias that is not the IPTC's, for the inline catalog",
        title="Code schemes",
        field=fields.Dict,
        keys=fields.String(
            validate=validate.Regexp(_ALIAS, error="is no alias: letters, digits, - and _, a letter first")
        ),
        values=fields.String(),
        validate=_check_schemes,
    )
