"""Pages without an article: error pages, login walls, lists of links; each is refused by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from workers.formats.pages.facts.head import PageFacts
from workers.formats.pages.text.extraction import weigh

NO_TEXT: Final = "the page has no text of an article, in JSON-LD or in its markup"

_ERROR: Final = re.compile(
    r"\b(?:40[0134]|410|429|50[0234])\b|not found|page (?:doesn.t|does not|no longer) exist|forbidden|access denied|"
    r"bad gateway|service unavailable|internal server error|just a moment|attention required|enable javascript|"
    r"are you (?:a )?(?:human|robot)|seite nicht gefunden|page introuvable|no encontrada|não encontrada|non trovata|"
    r"niet gevonden|nie znaleziono|не найдена|bulunamadı|見つかりません|找不到|غير موجودة",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    r"\b(?:log ?in|sign ?in|login|subscribe|register|anmelden|einloggen|connexion|connectez|iniciar sesi[oó]n|accedi|"
    r"inloggen|войти|giriş yap|abonnieren|abonnez)\b|ログイン|登录|登入|تسجيل الدخول",
    re.IGNORECASE,
)
# The numbers of characters of text that make an article where the page says that it is one, and where it does not.
_LEAST_STATED: Final = 20
_LEAST: Final = 140
# A text of more is no notice of an error or a login.
_LONG: Final = 1500
_SHORT: Final = 400
# Elements of a site around its articles. A page without any is a text that was saved or written as a page.
_OF_SITES: Final = ("a", "form", "input", "button", "script", "iframe", "nav", "header", "footer", "aside", "noscript")


def is_plain_page(root: Any) -> bool:
    """Return whether a page has paragraphs, and nothing of a site around them."""
    return root.find(".//p") is not None and next(root.iter(*_OF_SITES), None) is None


def find_refusal(facts: PageFacts, texts: Sequence[str], *, is_stated: bool, is_plain: bool) -> str | None:
    """Return why a page has no article; None if it has one.

    Args:
        facts: what it states.
        texts: the texts of its body.
        is_stated: whether the page says that it is an article.
        is_plain: whether it has paragraphs alone (`is_plain_page`).
    """
    size = weigh(texts)
    title = f"{facts.title or ''} {facts.heading or ''}"
    if size < _LONG and not is_stated:
        if _ERROR.search(title):
            return f"it is an error page ({(facts.title or facts.heading or '').strip()!r}), so it has no article"
        if size < _SHORT and (facts.asks_password or _LOGIN.search(title)):
            return "it asks for a login, and has no article; give the page as a reader sees it"
    if is_plain and size and not (size < _SHORT and _ERROR.search(" ".join(texts))):
        return None
    has_article = is_stated or facts.has_article_element
    if size < (_LEAST_STATED if has_article else _LEAST):
        return NO_TEXT
    return None
