"""Names of people as pages print them: "By Ada Reed and Bo Lim"; and names of sites."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from workers.formats.schema_org.things import has_form_of_person

# Words before the names of a byline, in the languages of the news.
_BEFORE: Final = re.compile(
    r"\s*(?:(?:[a-z]+ ){0,2}by|von|vom|par|por|af|av|"
    r"door|przez|autor(?:a|es|ka|en|i)?|author|auteur|autore|автор|авторы|текст|yazar|haber|penulis|oleh|reporter|"
    r"bởi|tác giả|του|της|بقلم|كتب|کتب|מאת|द्वारा|लेखक|লেখক|โดย|ผู้เขียน|文|作者|記者|记者|取材・文)"
    r"(?:\s*[:：|]\s*|\s+)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[;|/،、，&•·]|,(?!\s*(?:Jr|Sr|I{2,3}|IV)\b)|\s[–—-]\s|"
    r"\s(?:and|und|et|y|e|och|og|en|i|и|та|ve|dan|και|și|és|с|και|và|و|और)\s)\s*",
    re.IGNORECASE,
)
# "Ada Reed for harbour.com", "Ada Reed in Port Lyme", "Ada Reed (Reuters)", "Ada Reed @ada", "Ada Reed. Coast Press".
_BEHIND: Final = re.compile(
    r"\s+(?:(?:for|at|from|of|via|with|in|is|pour|avec|à|für|mit|aus|para|com|con|desde|per)\s.*|[(\[<].*|@\w.*|\S+@\S+\.\w.*)"
    r"|(?<=[^\W\d_]{3})\.\s.*",
    re.IGNORECASE,
)
# The stems of months and days of the week in the languages of the news.
_MONTH: Final = (
    r"(?:jan|feb|fév|mar|mär|maa|apr|avr|abr|may|mai|maj|mei|mag|jun|juin|giu|jul|juil|lug|aug|août|ago|sep|set|oct|okt|"
    r"out|ott|nov|dec|dez|déc|dic|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*"
)
_DAY: Final = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"(?:segunda|terça|quarta|quinta|sexta)-feira|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
)
_STATED_DATE: Final = re.compile(
    rf"[\s,|(–—-]*\b(?:(?:{_DAY})\s*[,.]\s*.*|(?:(?:{_DAY})[,.]?\s+)?(?:"
    rf"{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\d{{1,2}}(?:st|nd|rd|th|[.º])?\s+(?:de\s+|of\s+)?{_MONTH}\b|"
    r"(?:19|20)\d\d-\d\d|\d{1,2}([./-])\d{1,2}\1(?:\d\d)?\d\d\b|\d{1,2}:\d\d|(?:19|20)\d\d年).*)",
    re.IGNORECASE | re.DOTALL,
)
# Agencies that print their name behind that of a reporter.
_AGENCY: Final = re.compile(
    r"\s+(?:(?:the\s+)?associated press|AP|reuters|AFP|agence france-presse|dpa|press association|PA media|UPI|"
    r"united press international|bloomberg(?: news)?|kyodo(?: news)?|xinhua|ansa|EFE|TASS|ANI|PTI|IANS|"
    r"(?:the )?canadian press|australian associated press|AAP)",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:updated|published|posted)\b|\d).*", re.IGNORECASE
)
_ROLE: Final = re.compile(
    r"(?:writer|reporter|correspondent|editor|columnist|journalist|photographer|producer|analyst|contributor|critic|"
    r"anchor|director|chief|fellow|professor|intern|redakteur(?:in)?|korrespondent(?:in)?|journaliste|"
    r"rédact(?:eur|rice)|correspondante?|envoyée?|giornalista|corrispondente|periodista|redactora?|corresponsal|"
    r"jornalista|repórter|redator|verslaggever|redacteur|korrespondenter?|reporterin|autorin|dziennikarz|muhabiri?|"
    r"корреспондент|обозреватель|редактор|журналист)s?",
    re.IGNORECASE,
)
# Words before a role, which are written as names are: "Ada Reed Business Columnist".
_OF_ROLES: Final = frozenset(
    "business sports sport news political politics science technology tech health arts culture opinion senior staff "
    "national foreign international investigative chief deputy associate assistant managing economics".split()
)
# Words that content systems put in the place of an author, and addresses.
_NO_NAME: Final = re.compile(
    r"(?:(?:wp-?)?admin(?:istrator)?|root|webmaster|user\d*|undefined|null|none|n/?a|unknown|anonymous)"
    r"|(?:https?:)?//\S+|www\.\S+|\S+@\S+\.\w+|@\w+|[\W\d_]+"
    rf"|(?:{_DAY})[\s,.]+(?:{_MONTH})\.?(?:\s+\d[\d\s,]*)?|(?:{_MONTH})\.?\s+\d[\d\s,]*",
    re.IGNORECASE,
)
# First words of places and agencies, and words of newspapers, that are written as names of people are.
_NO_FIRST_NAMES: Final = frozenset("new hong los las north south east west united port the ap pa".split())
_NEWSPAPERS: Final = frozenset(
    "daily mail monde shimbun guardian independent express mirror observer chronicle today".split()
)
_GENERATIONS: Final = frozenset("jr jr. sr sr. ii iii iv".split())
_MOST_NAMES: Final = 12
_LONGEST_NAME: Final = 80
_LONGEST: Final = 400
_NO_WORD: Final = re.compile(r"\W+")
# Letters of writing with capitals, in which the form of a name tells a person, and what is in no name.
_NO_UNCASED: Final = re.compile(r"[A-Za-z\u00c0-\u052f\d.,:;!?|/。、：]")
_MOST_WORDS: Final = 4


def read_names(byline: str) -> list[str]:
    """Return the names in a byline, without roles and newsrooms: "By Ada Reed and Bo Lim, Coast Press" has two."""
    return list(_names(byline)) if len(byline) <= _LONGEST else [byline]


@lru_cache(maxsize=1024)
def _names(byline: str) -> tuple[str, ...]:
    bare = without_label(without_date(byline))
    parts = [part.strip(" –—-") for part in _BETWEEN.split(bare)]
    parts = [part for part in parts if part.strip(".")]
    people = [part for part in map(without_label, parts) if is_person(part) and not _has_role(part)]
    people = people if len(people) == len(parts) else [one for part in parts if (one := _person_in(part))] or people
    if people:
        return tuple(dict.fromkeys(people))[:_MOST_NAMES]
    # A comma may stand before a title or a place, and an "and" in the name of an organisation.
    if len(parts) > 1 and not all(_is_whole_name(part) for part in parts):
        return (bare.strip(),)
    return tuple(parts[:_MOST_NAMES]) or (byline.strip(),)


def without_date(byline: str) -> str:
    """Return a byline without the date behind it; a byline that begins with a date stays as it is."""
    return _STATED_DATE.sub("", byline) or byline


def role_in(byline: str, name: str) -> str | None:
    """Return the role that a byline of one person states: "AP Auto Writer"; None if it states none."""
    rest = byline.rpartition(name)[2].strip(" ,|–—-")
    return rest if len(rest) <= _LONGEST_NAME and rest[:1].isupper() and _has_role(rest) else None


def without_label(name: str) -> str:
    """Return a name without the word that introduces it: "By Ada Reed"."""
    label = _BEFORE.match(name)
    return name[label.end() :] or name if label else name


def is_label(text: str) -> bool:
    """Return whether a text is only the word that introduces a byline: "By", "Author:"."""
    return bool(_BEFORE.fullmatch(f"{text} "))


def says_author(text: str) -> bool:
    """Return whether a text begins with the word that introduces a byline."""
    return bool(_BEFORE.match(text))


def is_line_of_author(text: str) -> bool:
    """Return whether a text is nothing but a byline with its word: "Von Anna Müller", "記者　山田太郎"."""
    rest = without_label(text)
    if rest == text or len(rest) > _LONGEST_NAME or rest.endswith((".", "。", "!", "?")):
        return False
    return all(is_person(name) or is_uncased_name(name) for name in read_names(text))


def is_uncased_name(text: str) -> bool:
    """Return whether a text can be a name in a writing without capitals, such as Arabic, Hindi or Japanese."""
    return not _NO_UNCASED.search(text) and 0 < len(text.split()) <= _MOST_WORDS


def _person_in(text: str) -> str | None:
    """Return the name of a person that a text is, or has beside a role; None if it has none."""
    text = without_label(text)
    for one in dict.fromkeys((_DATE.sub("", text), text, _BEHIND.sub("", text), _without_agency(text))):
        words = one.split()
        roles = [number for number, word in enumerate(words) if _ROLE.fullmatch(word.strip(".,"))]
        if roles and len(words) <= 10:
            after = " ".join(words[roles[-1] + 1 :])
            first = roles[0]
            while first > 1 and words[first - 1].lower().strip(".,") in _OF_ROLES:
                first -= 1
            before = (" ".join(words[:end]) for end in range(first, 1, -1))
            if person := next(filter(is_person, (after, *before)), None):
                return person
        elif is_person(one):
            return one
    return None


def _without_agency(text: str) -> str:
    """Return a text without the name of an agency at its end."""
    words = text.rsplit(maxsplit=3)
    for behind in (1, 2, 3):
        if len(words) > behind and _AGENCY.fullmatch(" " + " ".join(words[-behind:])):
            return " ".join(words[:-behind])
    return text


def _has_role(text: str) -> bool:
    return any(_ROLE.fullmatch(word.strip(".,")) for word in text.split())


def is_person(text: str) -> bool:
    """Return whether a text has the form of a personal name."""
    words = text.lower().split()
    if not words or words[0] in _NO_FIRST_NAMES or not _NEWSPAPERS.isdisjoint(words):
        return False
    # "TI" at the end of a name is no initial.
    if not text.isupper() and text[-2:].isupper() and words[-1] not in _GENERATIONS:
        return False
    # An agency prints its bylines in capitals.
    return has_form_of_person(text.title() if text.isupper() else text)


def is_no_name(text: str) -> bool:
    """Return whether a text in the place of an author names none: an address, or the account "admin"."""
    return bool(_NO_NAME.fullmatch(text))


def _is_whole_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and (" " in name or not name.isascii())


def is_site(text: str, site: str | None, host: str) -> bool:
    """Return whether a text is the name of a site, or of the host that it is at."""
    bare = _bare(text)
    if not bare:
        return False
    if site and bare in (_bare(site), _bare(site.partition(".")[0])):
        return True
    labels = host.removeprefix("www.").split(".")
    return bool(host) and (bare == _bare(host.removeprefix("www.")) or (len(bare) > 2 and bare == _bare(labels[0])))


def is_part_of_site(text: str, site: str | None, host: str) -> bool:
    """Return whether a text is the name of a site or of a part of it: "BBC News", "CNNPolitics"."""
    if is_site(text, site, host):
        return True
    for name in (site or "", host.removeprefix("www.").partition(".")[0]):
        rest = text[len(name) :]
        if len(name) > 2 and text.casefold().startswith(name.casefold()) and not rest[:1].islower():
            words = rest.split()
            return len(words) < 3 and all(word[:1].isupper() or word[:1].isdecimal() for word in words)
    return False


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()
