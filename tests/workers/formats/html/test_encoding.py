"""The encodings of pages: marks, declarations, lies, and pages that declare none."""

from __future__ import annotations

import pytest

from workers.formats.pages.encoding import decode_page


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("utf-8", "", "Fähre"),
        ("utf-8-sig", "iso-8859-1", "Fähre"),
        ("utf-16", "", "Fähre"),
        ("utf-16-le", "utf-16", "Fähre"),
        ("cp1252", "iso-8859-1", "Fähre “Schwan” – 5 €"),
        ("cp1251", "windows-1251", "Паром снова ходит"),
        ("koi8-r", "koi8-r", "Паром снова ходит"),
        ("cp932", "shift_jis", "フェリー①"),
        ("euc_jp", "euc-jp", "フェリーが再開した"),
        ("iso2022_jp", "iso-2022-jp", "フェリーが再開した"),
        ("gb18030", "gb2312", "渡轮重新开放"),
        ("big5", "big5", "渡輪重新開放"),
        ("cp949", "euc-kr", "페리가 다시 열렸다"),
        ("cp1254", "iso-8859-9", "Vapur yeniden açıldı"),
    ],
)
def test_a_page_is_decoded_as_it_declares(encoding: str, declared: str, text: str) -> None:
    said = f'<meta charset="{declared}">' if declared else ""
    assert text in decode_page(f"<!DOCTYPE html><html><head>{said}<title>{text}</title>".encode(encoding))


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "iso-8859-1"), ("utf-8", "gbk"), ("cp1251", "utf-8"), ("cp1251", "no-such")]
)
def test_a_page_that_lies_is_decoded_as_it_is(encoding: str, declared: str) -> None:
    text = "Паромная линия через пролив вновь открылась в понедельник. " * 8
    raw = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>{text}'.encode(encoding)
    assert text in decode_page(raw)


@pytest.mark.parametrize(
    ("language", "encoding", "text"), [("pl", "cp1250", "łódź"), ("tr", "cp1254", "ışık"), ("de", "cp1252", "Fähre")]
)
def test_a_page_that_declares_no_encoding_has_that_of_its_language(language: str, encoding: str, text: str) -> None:
    assert text in decode_page(f'<html lang="{language}-XX"><p>{text}'.encode(encoding))


def test_a_few_bad_bytes_do_not_change_the_encoding() -> None:
    text = "Die Fähre fährt wieder über den Sund. " * 40
    raw = b"<meta charset=utf-8><p>" + text.encode() + b"\xe4" + text.encode()
    assert decode_page(raw).count("Fähre") == 80


def test_an_encoding_that_the_request_states_wins() -> None:
    assert "Fähre" in decode_page("<meta charset=utf-8><p>Fähre".encode("cp850"), "cp850")
