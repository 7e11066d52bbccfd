"""What is converted: many files, folders, texts of any language; and what becomes of it when the page is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import docx
import openpyxl

from tests.exports import SEED
from tests.running import Service
from tests.web.axe import faults, needs_axe
from tests.web.browsing import person, visit
from tests.web.doing import choose_seed, convert, drop, ended, focused, job, lines, only, paste

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


def names(page: Page) -> list[str]:
    """The names of the files that are shown."""
    return page.locator(".chosen-name").all_text_contents()


def drop_from_disk(page: Page, *paths: Path) -> None:
    """Drop files and folders as the window system does."""
    devtools = page.context.new_cdp_session(page)
    box = page.locator("#drop").bounding_box()
    assert box
    at = {"x": box["x"] + 20, "y": box["y"] + 20}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "data": data, **at})


@needs_axe
def test_many_files_are_eight_and_their_number(page: Page) -> None:
    drop(page, **{f"story-{number:04}": "A text." for number in range(1000)})
    assert names(page) == [f"story-{number:04}.txt" for number in range(8)]
    rest = page.locator("#chosen .rest")
    assert (rest.nth(0).text_content() or "").startswith("and 992 more")
    assert (rest.nth(1).text_content() or "").startswith("1,000 files, 7.0 kB")
    assert faults(page, "#panel-files") == []
    page.get_by_role("button", name="Remove story-0003.txt").click()
    assert names(page)[-1] == "story-0008.txt"
    page.get_by_role("button", name="Show all").click()
    assert len(names(page)) == 999
    assert focused(page) == page.locator(".remove").nth(8).text_content() == ""
    page.get_by_role("button", name="Remove all").click()
    assert names(page) == []
    assert page.locator("#go-summary").text_content() == "Nothing to convert yet"


def test_folder_is_dropped_with_its_folders(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    (folder / "sport").mkdir(parents=True)
    (folder / "a.txt").write_text("The first.")
    (folder / "sport" / "b.txt").write_text("The second.")
    (folder / ".DS_Store").write_text("x")
    alone = tmp_path / "alone.txt"
    alone.write_text("The third.")
    drop_from_disk(page, folder, alone)
    page.locator(".chosen-name").nth(2).wait_for()
    assert names(page) == ["desk/a.txt", "desk/sport/b.txt", "alone.txt"]
    convert(page)
    ended(page)
    assert job(page)["progress"]["done"] == 3


def test_empty_folder_is_named(page: Page, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    drop_from_disk(page, tmp_path / "archive")
    fault = page.locator("#files-fault")
    fault.wait_for()
    assert fault.text_content() == "The folder “archive” has no files."


def test_long_name_is_cut_in_its_middle(page: Page) -> None:
    drop(page, **{f"{'long ' * 60}of-2024__xml": "<rss/>"})
    name = page.locator(".chosen-name")
    first, end = name.locator("span").all()
    assert first.evaluate("one => one.scrollWidth > one.clientWidth")
    assert end.text_content() == "ng of-2024.xml"
    assert end.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert name.get_attribute("title") == f"{'long ' * 60}of-2024.xml"


def directed(element: Locator) -> str:
    """The side at which a text begins."""
    return str(
        element.evaluate("""one => {
            const range = document.createRange();
            range.selectNodeContents(one);
            const [text, box] = [range.getBoundingClientRect(), one.getBoundingClientRect()];
            return Math.abs(text.right - box.right) < Math.abs(text.left - box.left) ? "rtl" : "ltr";
        }""")
    )


def test_text_is_set_in_its_own_direction(page: Page) -> None:
    drop(page, rates__ndjson=lines({"paragraphs": ["أبقى البنك المركزي سعره.", "The bank keeps its rate."]}))
    convert(page)
    ended(page)
    story = page.locator(".story")
    story.wait_for()
    arabic, english = story.locator(".story-text p").all()
    assert directed(arabic) == "rtl"
    assert directed(english) == directed(story.locator(".missing")) == "ltr"
    assert story.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_bar_leaves_a_low_window_to_the_form(page: Page) -> None:
    # A window of 1280 by 720 at 200 % zoom.
    page.set_viewport_size({"width": 640, "height": 360})
    page.evaluate("scrollTo(0, 0)")
    assert page.locator("#go").evaluate("one => one.getBoundingClientRect().top > innerHeight")
    page.set_viewport_size({"width": 1280, "height": 860})
    assert page.locator("#go").evaluate("one => one.getBoundingClientRect().bottom <= innerHeight")


@needs_axe
def test_failures_fit_a_narrow_phone(browser: Browser, service: Service) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
    context = person(browser, service.base, **phone)
    with visit(context) as here:
        drop(here.page, briefs__ndjson=lines({"paragraphs": ["One."]}, {"headline": "No text", "id": "x" * 200}))
        convert(here.page)
        ended(here.page, "Done in part")
        table = here.page.locator(".failures .scroll")
        table.locator("tbody tr").first.wait_for()
        assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert faults(here.page, ".failures") == []
    context.close()


def test_dates_follow_the_language_of_the_reader(browser: Browser, service: Service) -> None:
    context = person(browser, service.base, locale="de-DE")
    with visit(context) as here:
        article = {"paragraphs": ["Rates fell."], "headline": "Rates", "published": "2024-11-08"}
        drop(here.page, rates__ndjson=lines(article))
        convert(here.page)
        ended(here.page)
        assert "8. November 2024" in (here.page.locator(".story .when").text_content() or "")
    context.close()


def test_reload_loses_nothing(page: Page) -> None:
    drop(page, one="The first story.", two="The second story.")
    only(page, "CSV")
    options = page.locator("[data-format='csv'] details")
    options.locator("summary").click()
    options.get_by_text("excel", exact=True).click()
    page.locator("#metadata").get_by_label("Headline").fill("Rates")
    page.get_by_role("group", name="Author 1").get_by_label("Name").fill("Jane Doe")
    page.get_by_label("Another field").select_option("urgency")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Urgency", exact=True).fill("3")
    page.get_by_label("Articles in a file at most").fill("7")
    page.reload()
    page.locator(".chosen-name").nth(1).wait_for()
    assert names(page) == ["one.txt", "two.txt"]
    assert page.locator(".format > input:checked").count() == 1
    page.locator("[data-format='csv'] summary").click()
    assert page.locator("[data-format='csv'] input:checked + label").first.text_content() == "excel"
    assert page.locator("#metadata").get_by_label("Headline").input_value() == "Rates"
    assert page.get_by_role("group", name="Author 1").get_by_label("Name").input_value() == "Jane Doe"
    assert page.get_by_label("Urgency", exact=True).input_value() == "3"
    assert page.get_by_label("Articles in a file at most").input_value() == "7"
    convert(page)
    ended(page)
    assert job(page)["progress"]["done"] == 2


def test_reload_keeps_a_text_and_chosen_seeds(page: Page) -> None:
    choose_seed(page)
    paste(page, "A story that took long to write.")
    page.reload()
    text = page.get_by_label("Text of the article")
    text.wait_for()
    assert text.input_value() == "A story that took long to write."
    page.get_by_role("tab", name="Seed articles").click()
    assert page.get_by_label(SEED.name).is_checked()


def test_another_tab_begins_empty(page: Page) -> None:
    drop(page, one="The first story.")
    with visit(page.context) as other:
        assert names(other.page) == []


@needs_axe
def test_warning_leads_to_the_field_that_mends_it(page: Page) -> None:
    paste(page, "Rates fell on Friday.")
    convert(page)
    ended(page)
    assert faults(page, "#job") == []
    page.get_by_role("link", name="under Details, Headline").click()
    page.locator("#compose").wait_for()
    assert focused(page).startswith("headline")
    page.keyboard.type("Rates fall")
    assert page.get_by_label("Text of the article").input_value() == "Rates fell on Friday."
    convert(page)
    ended(page)
    page.locator(".story h3", has_text="Rates fall").wait_for()
    assert page.get_by_role("link", name="under Details, Headline").count() == 0


def test_job_is_changed_and_converted_again(page: Page) -> None:
    drop(page, rates="Rates fell.")
    convert(page)
    ended(page)
    first = job(page)["id"]
    page.reload()
    ended(page)
    page.get_by_role("button", name="Change and convert again").click()
    page.locator(".chosen-name").wait_for()
    assert names(page) == ["rates.txt"]
    only(page, "CSV")
    convert(page)
    ended(page)
    page.wait_for_function("first => !location.hash.endsWith(first)", arg=first)
    assert job(page)["formats"] == ["csv"]
    page.get_by_role("link", name="New export").click()
    assert names(page) == []


@needs_axe
def test_new_export_keeps_no_details_of_the_last(page: Page) -> None:
    def details() -> list[str]:
        return [one.input_value() for one in page.locator("#metadata input, #more input[type=text]").all()]

    empty = details()
    clear = page.get_by_role("button", name="Clear details")
    assert clear.is_hidden()
    drop(page, zinsen="Die Bank senkt den Zins.")
    only(page, "CSV")
    page.get_by_role("combobox", name="Language").fill("de")
    page.get_by_role("group", name="Author 1").get_by_label("Name").fill("Clara Whitmore")
    page.get_by_label("Articles in a file at most").fill("1")
    page.locator("#add-field").select_option("section")
    page.locator(".add-field button").click()
    page.get_by_role("textbox", name="Section").fill("Wirtschaft")
    adds = page.locator(".go-adds")
    assert adds.text_content() == (
        "Adds: language de, author Clara Whitmore, section Wirtschaft. 1 article in each file."
    )
    assert faults(page, "#go, [aria-labelledby='metadata-heading']") == []
    convert(page)
    ended(page)
    page.get_by_role("button", name="Change and convert again").click()
    page.reload()
    page.locator(".go-adds", has_text="Clara Whitmore").wait_for()
    convert(page)
    ended(page)
    page.reload()
    ended(page)
    page.get_by_role("link", name="New export", exact=True).click()
    assert (details(), names(page), adds.count()) == (empty, [], 0)
    assert page.locator(".format > input:checked").count() == 1
    # What is typed for the next article can be cleared at once, with its file still there.
    drop(page, ferry="The ferry left.")
    page.get_by_role("combobox", name="Language").fill("en")
    clear.click()
    assert (details(), names(page), clear.is_hidden()) == (empty, ["ferry.txt"], True)
    convert(page)
    ended(page)
    page.goto("/")
    page.locator(".format").last.wait_for()
    assert (details(), names(page)) == (empty, [])


@needs_axe
def test_first_line_becomes_the_headline(page: Page) -> None:
    paste(page, "Rates fall")
    use = page.get_by_role("button", name="Use the first line as the headline")
    assert use.is_hidden()
    paste(page, "date 2024-11-08 Rates fall\n\nThe bank lowered its rate.")
    assert faults(page, "#panel-text") == []
    use.click()
    assert use.is_hidden()
    assert page.locator("#metadata").get_by_label("Headline").input_value() == "Rates fall"
    convert(page)
    ended(page)
    assert page.locator(".story h3").text_content() == "Rates fall"
    assert page.locator(".story-text").text_content() == "The bank lowered its rate."
    assert page.locator(".story .when").text_content() == "8 November 2024"


@needs_axe
def test_first_lines_of_files_are_headline_and_author(page: Page, tmp_path: Path) -> None:
    word = docx.Document()
    for text in ("Harbour opens", "By John Roe", "The harbour opened."):
        word.add_paragraph(text)
    (tmp_path / "a.txt").write_text("Rates fall\n\nBy Jane Doe\n\nThe bank lowered its rate.")
    word.save(str(tmp_path / "b.docx"))
    page.locator("#files").set_input_files([tmp_path / "a.txt", tmp_path / "b.docx"])
    headline = page.get_by_label("The first line of each file")
    headline.check()
    page.get_by_label("A line such as “By Jane Doe” at its beginning").check()
    assert faults(page, "[aria-labelledby='source-heading']") == []
    page.reload()
    headline.wait_for()
    convert(page)
    ended(page)
    story = page.locator(".story")
    story.wait_for()
    assert story.locator("h3").text_content() == "Rates fall"
    assert story.locator(".byline").text_content() == "By Jane Doe"
    assert story.locator(".story-text").text_content() == "The bank lowered its rate."
    preview = page.request.get(f"/v1/jobs/{job(page)['id']}/preview?article=2").json()
    assert preview["article"]["headline"] == "Harbour opens"
    assert preview["article"]["bylines"] == [{"name": "John Roe"}]
    page.get_by_role("link", name="New export", exact=True).click()
    paste(page, "Rates fall\n\nBy Jane Doe\n\nThe text.")
    assert headline.is_hidden()
    assert not page.get_by_label("A line such as “By Jane Doe” at its beginning").is_checked()


def test_date_of_publication_is_written_as_people_write_it(page: Page) -> None:
    paste(page, "Rates fell.")
    published = page.get_by_label("Published")
    for written in (
        "8.11.2024",
        "08/11/2024",
        "8 November 2024",
        "8. Nov. 2024",
        "8 de noviembre de 2024",
        "Nov 8, 2024",
    ):
        published.fill(written)
        published.blur()
        assert published.input_value() == "2024-11-08"
    published.fill("31.2.2024")
    published.blur()
    assert published.input_value() == "31.2.2024"
    published.fill("8.11.2024")
    convert(page)
    ended(page)
    page.locator(".story .when", has_text="8 November 2024").wait_for()


def test_each_line_becomes_a_paragraph(page: Page) -> None:
    divide = page.get_by_role("button", name="Make each line a paragraph")
    paste(page, "Rates fell.\n\nThe bank explains.")
    assert divide.is_hidden()
    paste(page, "Title: Rates fall\nLanguage: en\n\nRates fell.\nThe bank explains.\n \nThe end.")
    assert page.get_by_role("button", name="Use the first line as the headline").is_hidden()
    divide.click()
    assert divide.is_hidden()
    text = page.get_by_label("Text of the article").input_value()
    assert text == "Title: Rates fall\nLanguage: en\n\nRates fell.\n\nThe bank explains.\n\nThe end."
    convert(page)
    ended(page)
    assert page.locator(".story h3").text_content() == "Rates fall"
    assert page.locator(".story-text p").all_text_contents() == ["Rates fell.", "The bank explains.", "The end."]


GERMAN = "Kopfzeile;Volltext;Verfasst von;Stand;Notiz\r\n" + "".join(
    f"Zinsen fallen {day};Die Bank senkt den Zins zum {day}. Mal.;Jörg Maier;0{day}.11.2024 16:30;intern\r\n"
    for day in (7, 8)
)


def field_of(page: Page, column: str) -> Locator:
    return page.get_by_label(f"Field of {column}", exact=True)


def test_names_of_columns_break_at_no_letter(page: Page) -> None:
    names = ["Kostenstelle", "Veranstaltungsort", "meta_wann", "Volltext", "Zusammenfassung", "Anmerkungen"]
    drop(page, breit__csv=";".join(names) + "\n" + ";".join(["Ein langer Wert, der viel Platz haben will"] * 6) + "\n")
    page.locator("#columns").wait_for()
    assert field_of(page, "Kostenstelle").get_by_role("option", name="Authors").count() == 1
    lines_of = """heading => [...heading.childNodes].filter(one => one.data).map(text => {
        const range = document.createRange();
        range.selectNode(text);
        return range.getClientRects().length;
    })"""
    for heading in page.locator("#columns tbody th").all():
        assert set(heading.evaluate(lines_of)) == {1}, heading.text_content()


@needs_axe
def test_columns_of_a_table_are_mapped(page: Page) -> None:
    drop(page, artikel__csv=GERMAN)
    page.locator("#columns").wait_for()
    assert field_of(page, "Volltext").input_value() == "paragraphs"
    # By their values.
    assert field_of(page, "Kopfzeile").input_value() == "headline"
    assert field_of(page, "Verfasst von").input_value() == "bylines"
    field_of(page, "Kopfzeile").select_option("")
    # On the way to the word, other fields are chosen for a moment.
    field_of(page, "Kopfzeile").focus()
    page.keyboard.type("Headline")
    field_of(page, "Stand").select_option("published")
    assert page.locator("[data-read=dates]").count() == 0
    page.get_by_label("Time zone").fill("Europe/Vienna")
    assert faults(page, "#panel-files") == []
    page.reload()
    page.locator("#columns").wait_for()
    assert field_of(page, "Stand").input_value() == "published"
    with page.expect_request("**/v1/jobs") as sent:
        convert(page)
    assert sent.value.method == "POST"
    ended(page)
    story = page.locator(".story")
    story.wait_for()
    assert story.locator("h3").text_content() == "Zinsen fallen 7"
    assert story.locator(".byline").text_content() == "By Jörg Maier"
    assert story.locator(".when").text_content() == "7 November 2024, 16:30 +01:00"
    # The column Notiz was left out by choice, which needs no warning.
    assert any(one["path"] == "Notiz" for one in job(page)["warnings"] if "path" in one)
    page.locator(".warnings li", has_text="No language is stated").wait_for()
    assert page.locator(".warnings li", has_text="Notiz").count() == 0


@needs_axe
def test_order_of_day_and_month_is_asked_where_it_is_open(page: Page) -> None:
    rows = [f"Story {day};The text of it.;{day}/11/2024" for day in range(1, 21)]
    drop(page, proven__csv="\n".join(["Title;Text;Date", *rows]))
    page.locator("#columns").wait_for()
    assert page.locator("[data-read=dates]").count() == 0
    page.get_by_role("button", name="Remove proven.csv").click()
    drop(page, open__csv="\n".join(["Title;Text;Date", *rows[:3]]))
    order = page.get_by_label("In 1/11/2024")
    order.wait_for()
    convert(page)
    page.locator("[data-read=dates] .field-fault", has_text="Choose which is first").wait_for()
    assert focused(page) == order.get_attribute("id")
    assert faults(page, "#columns") == []
    order.select_option("month-first")
    assert page.locator("[data-read=dates] .field-fault").is_hidden()
    convert(page)
    ended(page)
    page.locator(".story .when", has_text="11 January 2024").wait_for()


@needs_axe
def test_keys_of_json_are_guessed_and_mapped(page: Page) -> None:
    told = {
        "t": {"main": "Rates fall"},
        "inhaltDerMeldung": "The bank lowered its rate.",
        "meta": {"author": "Jane Doe"},
    }
    drop(page, posts__json=json.dumps([told | {"ort": "Wien"}]))
    page.locator("#columns").wait_for()
    guess = page.locator("#columns td").get_by_text("A guess")
    assert guess.locator("visible=true").count() == 2
    assert faults(page, "#columns") == []
    text = field_of(page, "inhaltDerMeldung")
    text.select_option("")
    assert guess.locator("visible=true").count() == 1
    convert(page)
    # Without a text nothing is sent.
    assert page.locator("#columns strong").text_content() == " Choose the one that has the text."
    assert page.evaluate("document.activeElement.ariaLabel") == "Field of t.main"
    field_of(page, "t.main").select_option("headline")
    text.select_option("paragraphs")
    text.press("Control+Enter")
    ended(page)
    assert page.locator(".story h3").text_content() == "Rates fall"
    assert page.locator(".story-text").text_content() == "The bank lowered its rate."
    assert page.locator(".story .byline").text_content() == "By Jane Doe"


@needs_axe
def test_settings_of_the_last_conversion_are_used_again(page: Page) -> None:
    drop(page, montag__csv=GERMAN)
    field_of(page, "Verfasst von").select_option("")
    only(page, "CSV")
    page.get_by_role("combobox", name="Language").fill("de")
    page.get_by_role("group", name="Author 1").get_by_label("Name").fill("Jane Doe")
    convert(page)
    ended(page)
    with visit(page.context) as tomorrow:
        page = tomorrow.page
        use = page.get_by_role("button", name="Use the settings of your last conversion")
        assert faults(page, "#compose") == []
        # The file may be chosen first.
        drop(page, dienstag__csv=GERMAN.replace("fallen", "steigen"))
        page.locator("#columns").wait_for()
        assert field_of(page, "Verfasst von").input_value() == "bylines"
        use.press("Enter")
        assert field_of(page, "Kopfzeile").input_value() == "headline"
        assert field_of(page, "Verfasst von").input_value() == ""
        assert page.locator(".format > input:checked").count() == 1
        assert page.get_by_role("combobox", name="Language").input_value() == "de"
        # Whether the next article has the same author is not known.
        assert page.get_by_role("group", name="Author 1").get_by_label("Name").input_value() == ""


def test_known_column_is_left_out(page: Page) -> None:
    drop(page, articles__csv="title,body,author\nRates fall,The bank lowered its rate.,intern\n")
    page.locator("#columns").wait_for()
    field_of(page, "body").select_option("")
    convert(page)
    page.wait_for_function("document.activeElement.ariaLabel === 'Field of title'")
    assert page.get_by_text("Choose the one that has the text.").is_visible()
    field_of(page, "body").select_option("paragraphs")
    field_of(page, "author").select_option("")
    page.locator("#metadata").get_by_label("Headline").fill("Stated here")
    convert(page)
    ended(page)
    # The article has a headline of its own; the details are for those that have none.
    assert page.locator(".story h3").text_content() == "Rates fall"
    assert page.locator(".story .byline").count() == 0
    page.get_by_role("button", name="Change and convert again").click()
    field_of(page, "title").select_option("")
    field_of(page, "author").select_option("headline")
    convert(page)
    fault = page.locator("#metadata .field-fault", has_text="A column states this field.")
    fault.wait_for()


def test_guessed_encoding_is_shown_and_can_be_changed(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "alt.csv"
    table.write_bytes("Titel;Text;Autor\r\nŁódź wählt;Ein Text.;Jan\r\n".encode("cp1250"))
    page.locator("#files").set_input_files(table)
    encoding = page.get_by_label("Encoding")
    encoding.wait_for()
    assert encoding.input_value() == "cp1252"
    encoding.select_option("cp1250")
    page.locator("#columns .value", has_text="Łódź wählt").wait_for()
    convert(page)
    ended(page)
    assert page.locator(".story h3").text_content() == "Łódź wählt"


@needs_axe
def test_files_say_what_they_are(page: Page, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Kopf", "Inhalt"], ["Zinsen fallen", "Die Bank senkt den Zins."]):
        book.active.append(row)
    book.save(tmp_path / "artikel.xlsx")
    with ZipFile(tmp_path / "alle.zip", "w") as packed:
        packed.write(tmp_path / "artikel.xlsx", "artikel.xlsx")
    (tmp_path / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(60))
    (tmp_path / "leer.txt").write_bytes(b"")
    page.locator("#files").set_input_files([tmp_path / "foto.jpg", tmp_path / "alle.zip", tmp_path / "leer.txt"])
    page.locator("#chosen li", has_text="leer.txt").get_by_text("It is empty.").wait_for()
    page.locator("#chosen li", has_text="foto.jpg").get_by_text("It is a picture, which is not read").wait_for()
    page.locator("#chosen li", has_text="alle.zip").get_by_text("Archive: 1 Excel").wait_for()
    field_of(page, "Kopf").select_option("headline")
    assert faults(page, "[aria-labelledby='source-heading']") == []
    page.get_by_role("button", name="Remove foto.jpg").click()
    page.get_by_role("button", name="Remove leer.txt").click()
    convert(page)
    ended(page)
    assert page.locator(".story h3").text_content() == "Zinsen fallen"


def test_files_are_chosen_with_enter(page: Page, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry is back.")
    page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "ferry.txt"))
    page.locator("#files").press("Enter")
    page.locator(".chosen-name").wait_for()
    assert names(page) == ["ferry.txt"]


def test_folder_is_chosen_by_keyboard(page: Page, tmp_path: Path) -> None:
    (tmp_path / "desk" / "sport").mkdir(parents=True)
    (tmp_path / "desk" / "sport" / "b.txt").write_text("The second.")
    (tmp_path / "desk" / ".hidden").write_text("x")
    page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "desk"))
    page.get_by_role("button", name="Choose a folder").press("Enter")
    page.locator(".chosen-name").wait_for()
    assert names(page) == ["desk/sport/b.txt"]


@needs_axe
def test_table_copied_from_a_spreadsheet_is_pasted(page: Page) -> None:
    paste(page, "Kopf\tText\nZinsen fallen\tDie Bank senkt den Zins.\nKurse steigen\tDie Börse freut sich.\n")
    page.locator("#columns").wait_for()
    assert page.locator("#text-read-as").text_content() == "This is read as CSV."
    assert faults(page, "[aria-labelledby='source-heading']") == []
    page.get_by_role("button", name="Read it as plain text").click()
    assert page.locator("#columns").is_hidden()
    page.get_by_role("button", name="Read it as CSV").click()
    field_of(page, "Kopf").select_option("headline")
    convert(page)
    ended(page)
    assert job(page)["progress"]["done"] == 2
    assert page.locator(".story h3").text_content() == "Zinsen fallen"
