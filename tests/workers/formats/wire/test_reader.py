"""Wire text of all kinds is read as articles: no mark, header or trailer is text, and what is not held is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Byline, Party, Preformatted, Subject
from schemas.bounds import LARGEST_DOCUMENT
from schemas.conversion import ReadArticle
from schemas.reading import ReadingOptions
from tests.cases import export_case
from tests.workers.formats.documents import document, read_one, refusal, unread
from workers.formats.detection import detect
from workers.formats.wire.reader import read_wire

IPTC = (
    b"\x16\x16\x01HBN0123 4 P 0042 1st lead\r\r\nFerry/Harbour/\r\r\n\x02Ferry back after\r\nlong repair\r\n\r\n"
    b"By Ada Reed\r\n\r\n  PORT LYME, May 6 (HBN) - The ferry is back in the harbour after a\r\nrepair that took two"
    b"\r\nweeks.\r\n  Crowds came to see it.\r\n\x03\r\n061200 GMT MAY 24\r\n\x04"
)
ANPA = (
    b"\x16\x16\x01a0042\x1fhbn--\r\nu i\x13\x11 bc-ferry 1st 05-06 0123\r\n\x02^BC-PL--Ferry, 1st Ld,0123<\r\n"
    b"^Ferry back after repair<\r\n^Eds: Adds quote.<\r\n^By ADA REED=\r\n^Harbour Press Writer=\r\n"
    b"\tPORT LYME (HBN) _ The ferry is back.\r\n\tCrowds came.\r\n\x08North\x103\r\n\x08South\x104\r\n"
    b"\x03HBN-PL-05-06-24 1200GMT\r\n\x04"
)


def article(raw: bytes | str, zone: str | None = None) -> Article:
    """The only article of a transmission."""
    return read_one(read_wire, raw, reading=ReadingOptions(zone=zone))


def unheld(raw: bytes | str) -> dict[str, str]:
    """The values that are not held, by their paths."""
    [found] = read_wire(document(raw, whole_ledger=True))
    assert isinstance(found, ReadArticle)
    return {entry.path: entry.value for entry in found.ledger.entries if entry.outcome == "not-held"}


def test_zczc_and_nnnn_frame_a_story() -> None:
    found = export_case("text-and-foreign/wire-zczc.txt")
    read = found.article
    assert (read.headline, read.byline, read.dateline) == ("Ferry back", "Ada Reed", "PORT LYME, May 6 (HBN)")
    assert read.paragraphs == ("The ferry is back.", "Crowds came.")
    assert (read.slugline, read.urgency, read.section) == ("BC-FERRY", 4, "P")
    assert found.failed == ()
    assert found.is_named("header/number", "0123")


def test_iptc_7901_states_fields_in_header_and_trailer() -> None:
    read = article(IPTC)
    assert (read.provider, read.urgency, read.section) == (Party(name="HBN"), 4, "P")
    assert (read.slugline, read.published) == ("Ferry/Harbour", "2024-05-06T12:00:00Z")
    assert (read.headline, read.bylines) == ("Ferry back after long repair", (Byline(name="Ada Reed"),))
    assert read.dateline == "PORT LYME, May 6 (HBN)"
    assert read.paragraphs == (
        "The ferry is back in the harbour after a repair that took two weeks.",
        "Crowds came to see it.",
    )
    assert unheld(IPTC) == {"header/number": "0123", "header/words": "0042", "header/information": "1st lead"}


def test_anpa_1312_states_fields_and_tables() -> None:
    read = article(ANPA)
    assert (read.headline, read.byline, read.slugline) == ("Ferry back after repair", "ADA REED", "bc-ferry 1st")
    assert read.bylines == (Byline(name="ADA REED", job_title="Harbour Press Writer"),)
    assert (read.ed_note, read.dateline) == ("Eds: Adds quote.", "PORT LYME (HBN)")
    assert read.blocks == ("The ferry is back.", "Crowds came.", Preformatted("North 3\nSouth 4"))
    assert (read.published, read.section) == ("2024-05-06T12:00:00Z", "i")
    named = unheld(ANPA)
    assert named["header/date"] == "05-06"
    assert (named["header/priority"], named["keyword"]) == ("u", "BC-PL--Ferry, 1st Ld,0123")


def test_a_table_by_its_header_keeps_its_lines() -> None:
    raw = b"\x16\x16\x01s0042\x1fhbn\r\nr s\x14\x12 bc-results 05-06 0123\r\n\x02Team W L\r\nNorth 3 1\r\n\x03\x04"
    assert article(raw).blocks == (Preformatted("Team W L\nNorth 3 1"),)


def test_header_lines_of_zczc_by_their_marks() -> None:
    raw = "ZCZC\n:Ferry\n=1st lead\n^Ferry back\n$A\n+15030000\n*X\nPORT LYME - It is back.\nCrowds came.\nNNNN\n"
    read = article(raw)
    assert (read.slugline, read.headline, read.section) == ("Ferry", "Ferry back", "A")
    assert read.subjects == (Subject(qcode="subj:15030000"),)
    assert (read.dateline, read.paragraphs) == ("PORT LYME", ("It is back.", "Crowds came."))
    assert unheld(raw) == {"header/take": "1st lead", "header/format": "X"}


def test_a_broken_story_costs_itself_only() -> None:
    empty = b"\x01HBN0124 9 S 0042\r\n\r\n\x02\r\n\x03\x04"
    found = list(read_wire(document(IPTC + empty + IPTC)))
    assert [isinstance(one, ReadArticle) for one in found] == [True, False, True]
    assert unread(read_wire, empty).reason.startswith("the story has no text")


@pytest.mark.parametrize("end", [b"", b"\x03\r\n", b"NNNN\r\n", b"\x03\x04", b"\x04"])
def test_marks_of_the_end_are_no_text(end: bytes) -> None:
    assert article(b"ZCZC\r\nFerry back\r\n\r\nIt is back.\r\n" + end).paragraphs == ("It is back.",)


def test_a_missing_end_mark_is_named() -> None:
    [found] = read_wire(document("ZCZC\nFerry back\n\nIt is back."))
    assert isinstance(found, ReadArticle)
    assert [(entry.path, entry.reason) for entry in found.ledger.entries] == [
        ("end", "the story has no end mark; its end may be missing")
    ]


@pytest.mark.parametrize(
    ("group", "published"),
    [
        ("061200 GMT MAY 24", "2024-05-06T12:00:00Z"),
        ("061200Z May 2024", "2024-05-06T12:00:00Z"),
        ("061200 MAY 24", "2024-05-06T12:00:00"),
        ("061200", None),
        ("061200 GMT", None),
        ("311200 GMT FEB 24", None),
    ],
)
def test_a_date_is_taken_only_if_it_is_complete(group: str, published: str | None) -> None:
    raw = f"\x01HBN0123 4 P 0042\r\n\x02Ferry back\r\n\r\nIt is back.\r\n\x03\r\n{group}\r\n\x04"
    assert article(raw).published == published
    assert published or unheld(raw)["trailer"] == group


def test_the_zone_of_a_date_may_be_stated() -> None:
    raw = b"\x01HBN0123 4 P 0042\r\n\x02Ferry back\r\n\r\nIt is back.\r\n\x03061200 MAY 24\x04"
    assert article(raw, zone="Europe/Vienna").published == "2024-05-06T12:00:00+02:00"


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("A first line that is as wide as the column of the wire is and\ngoes on.\n\nB.", 2),
        ("  A first line.\nIt goes on.\n  B.", 2),
        ("\tA first one.\n\tB.", 2),
        ("A first line that is as wide as the column of the wire is and\ngoes on.\nB.", 2),
        ("A.\nB.\nC.", 3),
    ],
)
def test_lines_are_joined_to_paragraphs(body: str, paragraphs: int) -> None:
    read = article(f"ZCZC\nFerry back\n\n{body}\nNNNN\n")
    assert (read.headline, len(read.paragraphs)) == ("Ferry back", paragraphs)
    assert " ".join(read.paragraphs) == " ".join(body.split())


def test_a_date_time_group_before_nnnn_is_no_text() -> None:
    read = article("ZCZC\nFerry back\n\nIt is back.\nHBN 061200 GMT MAY 24\nNNNN\n")
    assert (read.paragraphs, read.published) == (("It is back.",), "2024-05-06T12:00:00Z")


def test_a_headline_stands_above_paragraphs_of_one_line() -> None:
    read = article("ZCZC\nFerry back\nThe ferry is back.\nCrowds came.\n\nNNNN\n")
    assert (read.headline, read.paragraphs) == ("Ferry back", ("The ferry is back.", "Crowds came."))


def test_a_tab_begins_the_text() -> None:
    read = article("ZCZC\n\tThe ferry is back.\n\tCrowds came.\nNNNN\n")
    assert (read.headline, len(read.paragraphs)) == (None, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_encodings(encoding: str) -> None:
    assert article("ZCZC\nFähre zurück\n\nEs ist schön.\nNNNN\n".encode(encoding)).headline == "Fähre zurück"


def test_control_characters_are_no_text_and_named() -> None:
    raw = b"\0\0ZCZC\r\r\nFerry back\r\r\n\r\r\nIt \x0eis\x0f back.\a\r\r\nNNNN\0"
    assert detect(raw, None) == "wire"
    assert article(raw).paragraphs == ("It is back.",)
    assert unheld(raw) == {"text": "U+000F"}


def test_what_follows_the_end_is_named() -> None:
    assert unheld("ZCZC\nFerry back\n\nIt is back.\nNNNN\nline check\n") == {"after": "line check"}


def test_what_is_not_for_publication_is_a_note() -> None:
    read = article("ZCZC\nFerry\n\nIt is back.\n\nThe following information is not for publication:\nCall 1.\nNNNN\n")
    assert read.paragraphs == ("It is back.",)
    assert read.ed_note is not None
    assert read.ed_note.endswith("Call 1.")


@pytest.mark.parametrize(
    "line", ["By Monday the ferry was back", "By the time it came, crowds stood there", "NOTE: it is back"]
)
def test_a_text_keeps_its_first_words(line: str) -> None:
    read = article(f"ZCZC\nFerry back\n\n{line}\nNNNN\n")
    assert (read.byline, read.dateline, read.paragraphs) == (None, None, (line,))


@pytest.mark.parametrize(
    ("raw", "reader"),
    [
        (IPTC, "wire"),
        (ANPA, "wire"),
        (b"\x02It is back.\x03", "wire"),
        (b"HBN0123 4 P 0042\r\nFerry back\r\n\r\nIt is back.\r\n", "wire"),
        (b"PORT LYME, May 6 - It is back.\r\n\r\nNNNN\r\n", "wire"),
        (b"He wrote ZCZC and NNNN into each story.", "text"),
        (b"Room 101 4 P 0042", "text"),
    ],
)
def test_a_wire_is_recognised_by_its_marks(raw: bytes, reader: str) -> None:
    assert detect(raw, None) == reader


@pytest.mark.parametrize(
    "raw",
    [
        "\x01HBN1 4 P 1\n\x02A\x03061200" + " " * 100_000 + "x\x04",
        "\x16\x16\x01a0042\x1fhbn\nu i" + " " * 100_000 + "x\n\x02A\x03\x04",
        "\x01" * 100_000 + "ZCZC\nA\n" + "NNNN " * 20_000,
    ],
)
def test_long_lines_take_no_long_time(raw: str) -> None:
    assert article(raw).paragraphs == ("A",)


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"\x16" * 500])
def test_a_transmission_without_a_story_is_refused(raw: bytes) -> None:
    assert "there is no story in it" in refusal(read_wire, raw).reason


def test_a_transmission_is_not_too_large() -> None:
    assert "bytes" in refusal(read_wire, b" " * (LARGEST_DOCUMENT + 1)).reason


def test_a_wrong_encoding_is_refused() -> None:
    raw = b"ZCZC\nF\xe4hre\n\nIt.\nNNNN\n"
    assert refusal(read_wire, raw, reading=ReadingOptions(encoding="utf-8")).place == "byte 6"


WORDS = st.lists(st.sampled_from(["ferry", "Harbour", "is", "back", "on", "Monday"]), min_size=4, max_size=40)


@given(st.lists(WORDS.map(lambda words: " ".join(["The", *words]) + "."), min_size=1, max_size=5), st.integers(55, 90))
def test_paragraphs_come_out_as_they_were_before_the_lines_were_broken(paragraphs: list[str], width: int) -> None:
    lines = []
    for paragraph in paragraphs:
        line = "  "
        for word in paragraph.split():
            if len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line.strip() else line + word
        lines.append(line)
    body = "\r\n".join(lines)
    read = article(f"\x01HBN0123 4 P 0042\r\n\x02Ferry back\r\n\r\nPORT LYME (HBN) - Hello.\r\n{body}\r\n\x03\x04")
    assert read.paragraphs == ("Hello.", *paragraphs)


@given(st.binary(max_size=40), st.sampled_from([b"ZCZC\n", b"\x01HBN0123 4 P 1\n\x02", b"\x16\x16\x01a1234\x1fb\n"]))
def test_any_bytes_in_a_frame(content: bytes, start: bytes) -> None:
    for found in read_wire(document(start + content + b"\nNNNN\n")):
        assert isinstance(found, ReadArticle) or found.reason


BLOCK = (
    "hbn0003 3 i 380  hbn 0045\n\nPortland/ferry/\nREFILE\n1ST LEAD\nFerry is back after a long repair\n"
    "By Harbour correspondents =\n\nPort Lyme (hbn) - The ferry is back.\n\nCrowds came.\n"
)


def test_lines_that_an_equals_sign_ends_are_marks_headline_and_byline() -> None:
    read = article(BLOCK)
    assert (read.headline, read.byline) == ("Ferry is back after a long repair", "Harbour correspondents")
    assert (read.slugline, read.paragraphs) == ("Portland/ferry", ("The ferry is back.", "Crowds came."))
    assert unheld(BLOCK)["mark"] in ("REFILE", "1ST LEAD")


def test_a_time_on_the_last_line_of_the_text_is_a_trailer() -> None:
    read = article(ANPA.replace(b"\x03HBN-PL-05-06-24 1200GMT", b"\r\n\t   HBN-PL-05-06-24 1200GMT<\r\n\x03"))
    assert (read.paragraphs, read.published) == (article(ANPA).paragraphs, article(ANPA).published)


ANPA_PLAIN = (
    "a0042hbnews\nu i BC-Ferry-Back 1stLd   05-06 0123\n^*9006< ^BC-Ferry-Back, 1st Ld,0123<\n"
    "^Ferry back after repair<\n^Eds: Adds quote.<\n^By ADA REED=\n^Harbour Press=\n"
    "\t   PORT LYME (HBN) _ The ferry is back. \n \n\t   Crowds came. \n\n\t   HBN-PL-05-06-24 1200GMT<\n\n"
)


def test_anpa_1312_is_read_without_its_control_characters() -> None:
    assert detect(ANPA_PLAIN.encode(), "story.txt") == "wire"
    read = article(ANPA_PLAIN)
    assert (read.headline, read.byline, read.slugline) == (
        "Ferry back after repair",
        "ADA REED",
        "BC-Ferry-Back 1stLd",
    )
    assert (read.paragraphs, read.published) == (("The ferry is back.", "Crowds came."), "2024-05-06T12:00:00Z")
    assert unheld(ANPA_PLAIN)["header/selector"] == "hbnews"


@pytest.mark.parametrize("text", ["a0042hbnews\nThe ferry is back.\n", "A1234-----\nu i\n\nThe ferry is back.\n"])
def test_a_number_on_the_first_line_is_no_header_of_anpa(text: str) -> None:
    assert detect(text.encode(), "story.txt") == "text"


def test_the_notebook_of_a_wire_is_a_note() -> None:
    read = article(
        "hbn00042 3 p 120    hbn 1003\n\n/harbour/ferry/\nFerry back =\n\nPort Lyme (hbn) - The ferry is back.\n\n"
        "# Notebook\n\n## Note to editors\n- Adds a quote\n\nhbn ar\n\n061200 GMT Mai 24\n"
    )
    assert (read.slugline, read.headline, read.paragraphs) == ("harbour/ferry", "Ferry back", ("The ferry is back.",))
    assert (read.ed_note or "").startswith("# Notebook\n\n## Note to editors")
    assert read.published == "2024-05-06T12:00:00Z"


@pytest.mark.parametrize("mark", ["(SDA\\/mf ba)", "dpa ar bs", "AAP RTV ar", "==Kyodo", "/ritzau/", "AAP RESULTS"])
def test_the_signature_of_the_agency_is_no_text(mark: str) -> None:
    sent = f"ZCZC\nFerry back\n\nThe ferry is back.\n\nCrowds came.\n\n{mark}\nNNNN\n"
    assert article(sent).paragraphs == ("The ferry is back.", "Crowds came.")
    assert unheld(sent)["signature"] == mark


@pytest.mark.parametrize("last", ["The crowds spoke with AP\nand dpa", "Crowds came", "(They came by boat)"])
def test_a_line_of_the_text_is_no_signature(last: str) -> None:
    assert article(f"ZCZC\nFerry back\n\nThe ferry is back.\n\n{last}\nNNNN\n").paragraphs[-1].endswith(last[-4:])


def test_a_keyword_stands_above_the_lines_that_begin_with_it() -> None:
    read = article(
        "\nhbn042 4 su 174 hbn 1388\n\nFerry of Lyme\n\nFerry of Lyme: \nThe ferry is back after a repair = \n\n"
        "Port Lyme (hbn) The ferry came back to the harbour \n"
        "considerably later than the owners had said to the press, it \nwas said.\n\n061200 mai 24\n"
    )
    assert (read.slugline, read.headline) == ("Ferry of Lyme", "The ferry is back after a repair")
    assert read.paragraphs == (
        "Port Lyme (hbn) The ferry came back to the harbour considerably later than the owners had said to the press, "
        "it was said.",
    )


def test_codes_of_typesetting_at_the_end_of_a_line_are_no_text() -> None:
    read = article("ZCZC FMG000\nYY TDA\nFerry times<!\n<SUMMER .=!\nNorth 3\n<WINTER =!\nSouth 4\nNNNN\n")
    assert " ".join(filter(None, (read.headline, *read.paragraphs))) == "Ferry times SUMMER North 3 WINTER South 4"


def test_a_line_of_codes_follows_a_number_on_the_first_line() -> None:
    codes = "YY RFG INTERNET (3RR) NC(ATD)"
    sent = (
        f"ZCZC FMG000\n{codes}\n:POTTED :Ferry times Saturday\nThe ferry leaves at noon.\n\nIt returns at six.\nNNNN\n"
    )
    read = article(sent)
    assert (read.slugline, read.headline) == ("POTTED", "Ferry times Saturday")
    assert read.paragraphs == ("The ferry leaves at noon.", "It returns at six.")
    assert unheld(sent)["header/code"] == codes
    read = article("ZCZC FMG000\nYY TDR\nFERRIES : Harbour TIMES\nThe ferry leaves at noon.\n\nIt returns.\nNNNN\n")
    assert (read.slugline, read.headline) == ("FERRIES", "Harbour TIMES")
    assert article("ZCZC\nUS FERRY\n\nThe ferry is back.\nNNNN\n").headline == "US FERRY"


def test_a_long_category_is_the_headline() -> None:
    sent = (
        "ZCZC HBN\n%A\n#Ferry\n$Ferry back in Lyme\n:(LYME)\n*07000000\n@VIC\n~AM Service\nThe ferry is back.\nNNNN\n"
    )
    read = article(sent)
    assert (read.headline, read.dateline, read.slugline) == ("Ferry back in Lyme", "LYME", "Ferry")
    assert (read.section, read.subjects) == (None, (Subject(qcode="subj:07000000"),))
    assert (read.paragraphs, unheld(sent)["header/service"]) == (("The ferry is back.",), "AM Service")


def test_lines_that_begin_with_two_letters_are_fields() -> None:
    sent = (
        "zczc\nAN#42\nKN#Harbour Press\nPD#06 June 2024 14:00:00Z\nBY#\nTI#Ferry back\nAB#It came.\nTX#\n"
        "The ferry is back.\nCrowds came.\n"
    )
    assert detect(sent.encode(), "story.tst") == "wire"
    read = article(sent)
    assert (read.headline, read.description, read.provider) == ("Ferry back", "It came.", Party(name="Harbour Press"))
    assert (read.published, unheld(sent)["header/AN"]) == ("2024-06-06T14:00:00Z", "42")
    assert " ".join(read.paragraphs) == "The ferry is back. Crowds came."


@pytest.mark.parametrize("dateline", ["LYME, Feb. 1, 2024 /Wire-CoastNet/", "LYME and CALDEN, Feb. 1 /Wire-CoastNet /"])
def test_the_header_of_a_media_release_states_fields(dateline: str) -> None:
    sent = (
        "Source: Harbour Caf\u00e9 Inc.\r\nMEDIA RELEASE PR421\r\nFerry Returns to Lyme \r\nHarbour\r\n\r\n"
        f"{dateline} --\r\n\r\n"
        "The ferry is back at the pier of Lyme, the owners of the Harbour Caf\u00e9 \r\nsaid today.\r\n\r\n"
        "About Lyme\r\nLyme has a harbour.\r\n\r\nSOURCE Harbour Caf\u00e9 Inc.\r\n"
    ).encode("cp1252")
    assert detect(sent, "release.txt") == "wire"
    read = article(sent)
    assert (read.headline, read.dateline) == ("Ferry Returns to Lyme Harbour", dateline)
    assert read.provider == Party(name="Harbour Caf\u00e9 Inc.")
    assert read.paragraphs == (
        "The ferry is back at the pier of Lyme, the owners of the Harbour Caf\u00e9 said today.",
        "About Lyme",
        "Lyme has a harbour.",
        "SOURCE Harbour Caf\u00e9 Inc.",
    )
    assert unheld(sent) == {"header/release": "PR421"}


def test_the_header_of_results_has_units() -> None:
    sent = "\x01LYME\x1f1-1\x1fY\x1fN\x1fWednesday\n\n#TRACK GOOD\n   1-SWAN CUP: 5.50 CROWN HIM 61.\n   AAP RESULTS\n"
    assert detect(sent.encode(), "results.tst") == "wire"
    read = article(sent)
    assert (read.headline, read.slugline) == (None, "LYME")
    assert read.paragraphs == ("#TRACK GOOD", "1-SWAN CUP: 5.50 CROWN HIM 61.")
    assert unheld(sent)["header/unit[4]"] == "Wednesday"


def test_lines_may_end_with_cr_alone() -> None:
    sent = b"ZCZC\r#Top Ten\r:Top Ten - March 13\rLymePhar     86,823     0.105\rCaldenIron   76,147     0.035\rNNNN\n"
    read = article(sent)
    assert (read.slugline, read.headline) == ("Top Ten", "Top Ten - March 13")
    assert read.body == "LymePhar     86,823     0.105\nCaldenIron   76,147     0.035"


ANPA_HEADS = (
    "a0042hbnews\nu i BC-Ferry-Back 1stLd   05-06 0123\n^BC-Ferry-Back, 1st Ld,0123<\n^Ferry back after repair<\n"
    "^HBN Photo LY104, LY105<\n^Eds: Adds quote.<\n"
    "^The ferry is back in the harbour of Lyme after a repair of weeks.<\n"
    "^By ADA REED=\n^Harbour Press=\n\t   PORT LYME (HBN) _ The ferry is back.\n\n\t   HBN-PL-05-06-24 1200GMT<\n\n"
)


def test_the_summary_of_anpa_1312_is_a_description_and_no_part_of_the_note_before_it() -> None:
    read = article(ANPA_HEADS)
    assert read.description == "The ferry is back in the harbour of Lyme after a repair of weeks."
    assert (read.ed_note, read.paragraphs) == ("Eds: Adds quote.", ("The ferry is back.",))


def test_a_note_of_anpa_1312_goes_on_until_the_code_of_its_end() -> None:
    read = article(ANPA_HEADS.replace("Adds quote.<", "Adds quote\nof the master.<"))
    assert read.ed_note == "Eds: Adds quote of the master."


def test_headings_below_the_byline_of_anpa_1312_are_text() -> None:
    read = article(
        ANPA_HEADS.replace("^Harbour Press=\n", "^Harbour Press Writer=\n^HARBOUR LEAGUE=\n^Sunday's Games=\n")
    )
    assert read.paragraphs == ("HARBOUR LEAGUE", "Sunday's Games", "The ferry is back.")


def test_the_lines_above_the_rows_of_a_table_are_of_the_table() -> None:
    table = (
        b"\x16\x16\x01a0042\x1fhbn--\r\nu s\x13\x12 bc-ferry 05-06 0123\r\n\x02^BC-PL--Ferry Table<\r\n"
        b"^Ferry table=\r\n^All times local=\r\n^By The Harbour Press=\r\n^NORTH=\r\n^\x08;W;L=\r\n\x08Lyme;3;1\r\n"
        b"\t   ___=\r\n^SOUTH=\r\n\x03HBN-PL-05-06-24 1200GMT\r\n\x04"
    )
    read = article(table)
    assert (read.headline, read.byline) == ("Ferry table", "The Harbour Press")
    assert read.blocks == (Preformatted("All times local\nNORTH\n;W;L\nLyme;3;1\n\t   ___\nSOUTH"),)


def test_a_mark_in_brackets_is_no_part_of_the_headline() -> None:
    read = article(
        "hbn0042 3 p 120 hbn 1003\n\nFerry/\n(Achtung)\nFerry back =\n\nThe ferry is back.\n\n061200 GMT Mai 24\n"
    )
    assert (read.slugline, read.headline) == ("Ferry", "Ferry back")


def test_short_lines_are_not_joined_where_a_paragraph_is_indented_by_chance() -> None:
    long = "Prize money: 23,000 to the first and to the second 3,910 and to the\nothers 575."
    read = article(
        "ZCZC\n#Lyme\n:Ferry race\nWeather: Fine\nTrack: Soft\nLocal times\n1_12.55 Harbour Plate\n"
        f"{long}\n\n Legend: F - Fell.\nNNNN"
    )
    assert read.paragraphs == (
        *("Weather: Fine", "Track: Soft", "Local times", "1_12.55 Harbour Plate", long.replace("\n", " ")),
        "Legend: F - Fell.",
    )


def test_a_keyword_may_stand_below_the_start_of_the_text() -> None:
    read = article(
        "\x01HBN0062 4 i 211 hbn 0340\n\n\x02Ferry-harbour/\nFerry back =\n\n   Lyme (hbn) - It is back.\n\x03\x04"
    )
    assert (read.slugline, read.headline, read.dateline) == ("Ferry-harbour", "Ferry back", "Lyme (hbn)")
    assert read.paragraphs == ("It is back.",)
