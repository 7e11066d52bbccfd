"""The command `newsmill validate`: checks exported files, newsmill's or anybody's."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from schemas.settings import load_settings
from service.cli.options import json_option, print_json
from workers.formats.detection import check_file


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Print errors alone, no advice.")
@json_option
def validate(files: tuple[Path, ...], quiet: bool, as_json: bool) -> None:
    """Check NewsML-G2, NewsArticle and CSV files, and print each fault with its file, line and rule.

    The exit status is 0 when no rule of a standard is broken. Advice, on what is good practice, fails nothing. With
    NEWSMILL_NEWSML_XSD naming the IPTC's XML Schema, NewsML-G2 is checked against it too.

    \b
        newsmill validate out/*
        newsmill validate --quiet --json feed.xml | jq '.faults[] | {line, rule}'
    """
    xsd = load_settings().newsml_xsd
    counts: Counter[str] = Counter()
    faults = []
    for file in files:
        for fault in check_file(file, xsd=xsd):
            counts[fault.severity] += 1
            if not quiet or fault.severity == "error":
                if as_json:
                    faults.append(asdict(fault))
                else:
                    click.echo(str(fault))
    errors = counts["error"]
    if as_json:
        print_json({"checked": len(files), "errors": errors, "advice": counts["advice"], "faults": faults})
    click.echo(f"{len(files)} checked: {errors} errors, {counts['advice']} pieces of advice", err=True)
    sys.exit(1 if errors else 0)
