"""The body of a NITF document: what stands above the text, and the text."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from schemas.article import Byline, EdNote, Media, Party, Place, RoleText
from schemas.article.body import Block, Figure, plain_blocks
from schemas.article.bylines import name_in
from schemas.article.parts import Concept, PartyType
from schemas.article.values import make_line
from workers.formats.markup import read_blocks
from workers.formats.markup.reading.signatures import without_headline, without_signature
from workers.formats.markup.reading.text import local_name
from workers.formats.xml.account import Account
from workers.formats.xml.nitf.dates import take_date

_HEAD: Final = ("hedline", "headline", "note", "rights", "byline", "distributor", "dateline", "abstract", "series")
_NO_CONTENT: Final = ("body.head", "body.end", *_HEAD)
BESIDE: Final = "media-beside"
"""The class of the last `block` in a document of newsmill: it has the media beside the text."""
PRINTED: Final = "printed"
"""The class of a byline in a document of newsmill that is a byline as printed; any other one is one author."""
ORGANISATION: Final = "organisation"
"""The class of a byline in a document of newsmill that is an organisation."""
_LONGEST: Final = 1000
_ONE: Final = "the Article holds one"
# Words and signs that join the names of a byline.
_JOINING = re.compile(r"(?:by|and|with|von|und|par|et|por|y|,|;|&|/|\s)*", re.IGNORECASE)
_PARTS: Final = ("sublocation", "city", "state", "region", "country", "story.date")
_WIDER: Final = ("state", "region", "country")


def read_body(account: Account, nitf: etree._Element, stated: dict[str, Any], zone: str | None) -> None:
    """Read body.head and body.content. Some agencies leave the elements out, and have all in `body`."""
    blocks: list[Block] = []
    for body in account.all("body", nitf):
        for head in account.children(body, "body.head") or [body]:
            _read_head(account, head, stated, zone)
        contents = account.children(body, "body.content")
        for content in contents:
            last = content[-1] if account.verbatim and len(content) else None
            if last is not None and last.get("class") == BESIDE:
                # Read first, and by itself: the rest of the content is the text.
                stated["media"] = _media_beside(account, content, last)
            blocks += account.blocks(content)
        if not contents:
            loose = [one for one in account.children(body) if local_name(one.tag) not in _NO_CONTENT]
            blocks += account.loose_blocks(body, loose)
    found = tuple(blocks)
    if not account.verbatim:
        found = without_headline(found, stated.get("headline"), account.ledger)
        found = without_signature(found, account.ledger, "body/body.content/p")
    stated["blocks"] = found


def _media_beside(account: Account, content: etree._Element, block: etree._Element) -> tuple[Media, ...]:
    """Take the media beside the text out of the content of a document of newsmill."""
    path = account.path(block)
    content.remove(block)
    found = read_blocks(block, account.ledger, path, field="media", verbatim=True)
    return tuple(one.media for one in found if isinstance(one, Figure))


def _read_head(account: Account, head: etree._Element, stated: dict[str, Any], zone: str | None) -> None:
    headlines = stated.setdefault("headlines", [])
    # Some agencies write headline for hedline.
    for hedline in account.children(head, "hedline", "headline"):
        for element in account.children(hedline):
            line = account.line(element)
            if not line:
                continue
            if local_name(element.tag) == "hl1" and "headline" not in stated:
                account.keep_text(element, "headline")
                stated["headline"] = line
            else:
                account.keep_text(element, "headlines.text")
                role = account.keep(element, "class", "headlines.role") or local_name(element.tag)
                language = account.keep(element, "xml:lang", "headlines.language")
                headlines.append(RoleText(text=line, role=role, language=language))
    printed_lines: list[str] = []
    for byline in account.children(head, "byline"):
        _byline(account, byline, stated, printed_lines)
    if printed_lines:
        stated["byline"] = ", ".join(printed_lines)
    for dateline in account.children(head, "dateline"):
        _dateline(account, dateline, stated, zone)
    for distributor in account.children(head, "distributor"):
        _party(account, distributor, stated, "provider")
    abstracts: list[str] = []
    for abstract in account.children(head, "abstract"):
        if text := account.text(abstract):
            account.keep_text(abstract, "description")
            abstracts.append(text)
    if abstracts:
        stated["description"] = "\n\n".join(abstracts)
    for note in account.children(head, "note"):
        _note(account, note, stated)
    for rights in account.children(head, "rights"):
        _rights(account, rights, stated)


def _byline(account: Account, element: etree._Element, stated: dict[str, Any], printed_lines: list[str]) -> None:
    """Read the authors of a byline, and the byline as printed if it says more than their names."""
    printed = account.line(element)
    if not printed:
        return
    if account.verbatim:
        _own_byline(account, element, stated, printed_lines)
        return
    # A longer line is no byline, and to look for many names in it takes long.
    is_line = len(printed) <= _LONGEST
    persons = _lines(account, element, "person") if is_line else []
    titles = _lines(account, element, "byttl") if is_line else []
    job_title = titles[0] if len(titles) == 1 else None
    rest = printed
    for title in titles:
        # A title that follows a name without a blank is a word of its own.
        rest = rest.replace(title, " ")
    names = persons or ([name] if (name := name_in(make_line(rest).strip(" ,"))) else [])
    type_: PartyType | None = "person" if persons else None
    title_held = job_title if len(names) == 1 else None
    stated.setdefault("bylines", []).extend(Byline(name=one, type=type_, job_title=title_held) for one in names)
    for name in names:
        rest = rest.replace(name, " ")
    account.keep_text(element, "bylines")
    if not names or not _JOINING.fullmatch(make_line(rest)) or (titles and title_held is None):
        printed_lines.append(_spaced(element))


def _own_byline(account: Account, element: etree._Element, stated: dict[str, Any], printed_lines: list[str]) -> None:
    """Read a byline of a document of newsmill: as printed with its persons marked, or one author."""
    persons, titles = _lines(account, element, "person"), _lines(account, element, "byttl")
    kind = account.keep(element, "class", "bylines.type")
    type_: PartyType | None = "person" if persons else "organisation" if kind == ORGANISATION else None
    if kind == PRINTED:
        printed_lines.append(make_line("".join(map(str, element.itertext()))))
        bylines = [Byline(name=one, type=type_) for one in persons]
    else:
        name = persons[0] if persons else make_line(element.text or "")
        bylines = [Byline(name=name, type=type_, job_title=titles[0] if titles else None)]
    account.keep_text(element, "bylines")
    stated.setdefault("bylines", []).extend(bylines)


def _spaced(element: etree._Element) -> str:
    """Return the text of an inline element, with a blank where two elements meet."""
    return re.sub(r"\s+([,;.])", r"\1", " ".join(" ".join(map(str, element.itertext())).split()))


def _lines(account: Account, element: etree._Element, name: str) -> list[str]:
    return [line for one in element.iter(etree.Element) if local_name(one.tag) == name and (line := account.line(one))]


def _dateline(account: Account, element: etree._Element, stated: dict[str, Any], zone: str | None) -> None:
    """Read the dateline as printed, the place, and the date of the story for want of another."""
    line = account.line(element) if account.verbatim else _parted(account, element)
    dates = _lines(account, element, "story.date")
    if line and "dateline" not in stated and line not in dates:
        locations = [one for one in element.iter(etree.Element) if local_name(one.tag) == "location"]
        if len(locations) == 1 and (place := place_in(account, locations[0])):
            stated["located"] = place
        account.keep_text(element, "dateline")
        stated["dateline"] = line
    for one in element.iter(etree.Element):
        if local_name(one.tag) == "story.date" and (date := take_date(account, one, "norm", "published", zone)):
            stated.setdefault("story.date", date)


def _parted(account: Account, dateline: etree._Element) -> str:
    """Return the line of a dateline, with commas between the parts of a place that have elements of their own."""
    parts = [one for one in dateline.iter(etree.Element) if not len(one)]
    if len(parts) < 2 or not all(local_name(one.tag) in _PARTS for one in parts):
        return account.line(dateline)
    texts = (one.text or "" for one in parts)
    tails = (one.tail or "" for one in dateline.iter(etree.Element) if one is not dateline)
    if "".join(tails).strip():
        return account.line(dateline)
    return ", ".join(filter(None, map(make_line, texts)))


def place_in(account: Account, location: etree._Element) -> Place | None:
    """Return the place of a `location`: its city within its region and country, or its text."""
    city = next(iter(_lines(account, location, "city")), None)
    name = city or account.line(location)
    if not name:
        return None
    wider = [line for one in _WIDER for line in _lines(account, location, one)] if city else []
    return Place(name=name, broader=tuple(Concept(name=one) for one in wider))


def _party(account: Account, element: etree._Element, stated: dict[str, Any], field: str) -> None:
    line = account.line(element)
    if not line:
        return
    if field in stated:
        account.drop_text(element, _ONE)
        return
    account.keep_text(element, f"{field}.name")
    stated[field] = Party(name=line)


def _note(account: Account, note: etree._Element, stated: dict[str, Any]) -> None:
    role = account.get(note, "noteclass")
    inner = account.all("body.content", note)
    field = "copyright_notice" if role == "cpyrt" and "copyright_notice" not in stated else "ed_note"
    if inner:
        text = "\n\n".join(paragraph for one in inner for paragraph in plain_blocks(account.blocks(one, field)))
    else:
        text = account.text(note)
        account.keep_text(note, field)
    if not text:
        return
    if field == "copyright_notice":
        account.keep(note, "noteclass", field)
        stated[field] = text
    else:
        add_note(stated, text, role and account.keep(note, "noteclass", "ed_notes.role"))


def add_note(stated: dict[str, Any], text: str, role: str | None) -> None:
    """Add a note to editors: the first without a role is the main one."""
    if role is None and "ed_note" not in stated:
        stated["ed_note"] = text
    else:
        stated.setdefault("ed_notes", []).append(EdNote(text=text, role=role))


def _rights(account: Account, rights: etree._Element, stated: dict[str, Any]) -> None:
    """Read the statement of rights of a text: its owner, and all of it as the usage terms if it says more."""
    owners = ""
    for owner in account.children(rights, "rights.owner"):
        if line := account.line(owner):
            owners += line
            if stated.setdefault("copyright_holder", held := Party(name=line)) == held:
                account.keep_text(owner, "copyright_holder.name")
    text = account.text(rights, "\n")
    if "".join(text.split()) != "".join(owners.split()) and "usage_terms" not in stated:
        account.keep_text(rights, "usage_terms")
        stated["usage_terms"] = text
