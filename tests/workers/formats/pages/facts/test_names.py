"""Names of people in bylines, beside roles, newsrooms and the name of the site."""

from __future__ import annotations

import pytest

from workers.formats.pages.facts.names import is_line_of_author, is_no_name, read_names, role_in


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By NORA FIELD, AP Auto Writer", ["NORA FIELD"]),
        ("By NORA FIELD and TOM LENS, Coast Press", ["NORA FIELD", "TOM LENS"]),
        ("Nora Field | Harbour Media for harbour.example", ["Nora Field"]),
        ("Nora Field. Coast International", ["Nora Field"]),
        ("Analysis by Nora Field, CNN Editor-at-large", ["Nora Field"]),
        ("Nora Field, MS, RDN", ["Nora Field"]),
        ("Nora Field Business Columnist", ["Nora Field"]),
        ("Nora Field, Senior Political Correspondent", ["Nora Field"]),
        ("Nora Field NoraF@harbour.example", ["Nora Field"]),
        ("Nora Field (Reuters)", ["Nora Field"]),
        ("Nora Field in Port Lyme", ["Nora Field"]),
        ("Nora Field, New York", ["Nora Field"]),
        ("Senior Reporter Nora Field", ["Nora Field"]),
        ("Nora Field Chief Political Correspondent", ["Nora Field"]),
        ("Nora Field is a reporter", ["Nora Field"]),
        ("Nora Field and Tom Lens Monday, November 18, 2019", ["Nora Field", "Tom Lens"]),
        ("by Nora Field November 18, 2019", ["Nora Field"]),
        ("Nora Field, 18 novembre 2019", ["Nora Field"]),
        ("Theresa May", ["Theresa May"]),
        ("Nora Field 2019-11-18 09:30", ["Nora Field"]),
        ("NORA FIELD and TOM LENS Associated Press", ["NORA FIELD", "TOM LENS"]),
        ("Nora Field Reuters", ["Nora Field"]),
        ("Associated Press, By NORA FIELD", ["NORA FIELD"]),
        ("Sam Reed, Jr.", ["Sam Reed, Jr."]),
        ("Von Peter Müller", ["Peter Müller"]),
        ("Par Jean-Luc Martin avec AFP", ["Jean-Luc Martin"]),
        ("María José García y Juan Pérez", ["María José García", "Juan Pérez"]),
        ("Lucas de Jong en Piet van den Berg", ["Lucas de Jong", "Piet van den Berg"]),
        ("Текст: Анна Белова", ["Анна Белова"]),
        ("作者：王小明、李华", ["王小明", "李华"]),
    ],
)
def test_people_are_told_from_what_is_printed_with_them(byline: str, names: list[str]) -> None:
    assert read_names(byline) == names


@pytest.mark.parametrize(
    "byline",
    [
        "Reuters",
        "Reuters Staff",
        "News Desk",
        "Press Trust of India",
        "Daily Mail Reporter",
        "PTI, New Delhi",
        "Reed & Co",
    ],
)
def test_newsrooms_stay_as_they_are(byline: str) -> None:
    assert read_names(byline) == [byline]


def test_the_role_of_one_person_is_told() -> None:
    assert role_in("By NORA FIELD, AP Auto Writer", "NORA FIELD") == "AP Auto Writer"
    assert role_in("Nora Field, New York", "Nora Field") is None


@pytest.mark.parametrize(
    "text", ["admin", "Administrator", "https://harbour.example/ada", "desk@harbour.example", "@ada"]
)
def test_accounts_and_addresses_are_no_names(text: str) -> None:
    assert is_no_name(text)


@pytest.mark.parametrize(("text", "is_one"), [("Monday November", True), ("November 18, 2019", True), ("Julia", False)])
def test_a_date_is_no_name(text: str, is_one: bool) -> None:
    assert is_no_name(text) is is_one


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Von Anna Müller", True),
        ("By Nora Field and Tom Lens", True),
        ("記者　山田太郎", True),
        ("โดย สมชาย ใจดี", True),
        ("מאת: נועה פרידמן", True),
        ("Por fin llegó el ferri", False),
        ("By nine, the ferry had left.", False),
        ("Nora Field", False),
    ],
)
def test_a_line_of_an_author_is_nothing_but_its_word_and_names(line: str, is_one: bool) -> None:
    assert is_line_of_author(line) is is_one
