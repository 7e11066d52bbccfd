"""The command `newsmill validate`: check files of any origin."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from schemas.errors import FileFault, Severity, UnknownNameError
from service.cli.output import json_option, print_json, say
from workers.formats import FORMATS
from workers.formats.detection import check_file

_FIRST_PLACES: Final = 3


@dataclass(slots=True)
class _FaultKind:
    """The faults of one rule and one severity: their count, and the places to show."""

    rule: str
    severity: Severity
    count: int = 0
    places: list[FileFault] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        rule = FORMATS.rule(self.rule)
        stated = {"description": rule.sentence, "reference": rule.reference} if rule else {}
        places = [{"file": one.file, "line": one.line, "detail": one.detail} for one in self.places]
        return {"rule": self.rule, "severity": self.severity, **stated, "count": self.count, "places": places}

    def lines(self) -> list[str]:
        more = self.count - len(self.places)
        rule = FORMATS.rule(self.rule)
        return [
            f"{self.severity}: {self.rule}"
            + (f": {rule.sentence}" if rule else "")
            + f" ({_counted(self.count, 'place')})",
            *([f"    see {rule.reference}"] if rule else []),
            *(f"    {one.place}: {one.detail_in_short}" for one in self.places),
            *([f"    and {more:,} more; --all lists them"] if more else []),
        ]


def _known_schema(_context: click.Context, _option: click.Parameter, schema: str | None) -> str | None:
    try:
        if schema is not None:
            FORMATS.schema_checker(schema)
    except UnknownNameError as error:
        raise click.BadParameter(str(error)) from None
    return schema


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "every_place", is_flag=True, help="List every place, not only the first of each kind of fault.")
@click.option(
    "--schema",
    metavar="ID",
    callback=_known_schema,
    help="Check against only one official schema, such as newsml-g2-2.28.",
)
@click.option("--quiet", is_flag=True, help="Print errors only, no advice.")
@json_option
def validate(files: tuple[Path, ...], schema: str | None, every_place: bool, quiet: bool, as_json: bool) -> None:
    """Check files of every format that newsmill writes. Print each kind of fault with its count and first places.

    The format of a file is detected from its content. An error breaks a rule of the standard: the exit status is 1.
    Advice names good practice and does not change the exit status.

    \b
        newsmill validate out/*
        newsmill validate --all feed.xml
        newsmill validate --schema newsml-g2-2.28 feed.xml
        newsmill validate --quiet --json feed.xml | jq '.faults[] | {rule, count}'
    """
    kinds: dict[tuple[str, str], _FaultKind] = {}
    for file in files:
        for fault in check_file(file, schema):
            kind = kinds.setdefault((fault.severity, fault.rule), _FaultKind(fault.rule, fault.severity))
            kind.count += 1
            if every_place and not as_json:
                if not quiet or fault.severity == "error":
                    say(str(fault))  # printed at once: there may be millions
            elif every_place or len(kind.places) < _FIRST_PLACES:
                kind.places.append(fault)
    errors, advice = ([kind for kind in kinds.values() if kind.severity == of] for of in ("error", "advice"))
    shown = errors if quiet else [*errors, *advice]
    if as_json:
        counts = {"errors": _places(errors), "advice": _places(advice)}
        print_json({"checked": len(files), **counts, "faults": [kind.as_json() for kind in shown]})
    elif not every_place:
        for kind in shown:
            say(*kind.lines())
    summed = f"{_summed(errors, 'error')}, {_summed(advice, 'advice')}"
    say(f"{_counted(len(files), 'file')} checked: {summed}", err=True)
    sys.exit(1 if errors else 0)


def _places(kinds: list[_FaultKind]) -> int:
    return sum(kind.count for kind in kinds)


def _summed(kinds: list[_FaultKind], severity: str) -> str:
    if not kinds:
        return f"no {severity}"
    return (
        f"{_counted(len(kinds), f'kind of {severity}', f'kinds of {severity}')} in {_counted(_places(kinds), 'place')}"
    )


def _counted(count: int, singular: str, plural: str = "") -> str:
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
