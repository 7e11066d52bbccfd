"""Texts of a page that belong to its player, its comments or its site, and that stand in the text of an article."""

from __future__ import annotations

import re
from typing import Any, Final

# Texts of players, scripts and advertising, wherever they stand.
_NOTICE: Final = re.compile(
    r"(?:media playback|this (?:video|content|media|browser)|video playback|your browser|your device)\b[^.]{0,60}"
    r"(?:\bnot\s|\bun|n.t\s)(?:support(?:ed)?|available|load|play)\b.{0,100}"
    r"|(?:please )?(?:enable|turn on|activate) javascript\b.{0,120}"
    r"|javascript (?:is (?:disabled|required|needed)|must be enabled)\b.{0,120}"
    r"|(?:to (?:play|watch|view) this (?:video|content)|sorry, (?:this|the) (?:video|content))\b.{0,140}"
    r"|(?:video|audio|media)(?: player)? (?:is )?loading\W*"
    r"|loading(?: the)?(?: video| player| comments)?\s?(?:\.\.\.|…)|scroll down for [^.]{3,30}"
    r"|advertise?ments?|(?:story|article|scroll|content) (?:continues below|to continue)[^.]{0,40}"
    r"|anzeige|werbung|publicit[éà]|publicidad|publicidade|pubblicità|advertentie|reklama|реклама",
    re.IGNORECASE,
)
_COMMENTS: Final = r"(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|комментари\w+)"
# Texts behind an article: labels of what follows it, the way to its author, the rules for comments, copyright.
_CLOSING: Final = re.compile(
    r"(?:\d[\d.,]*\s*)?(?:"
    rf"{_COMMENTS}|コメント|댓글)\W*"
    r"|(?:leave|add|post|write) a (?:comment|reply)\W*|join the (?:conversation|discussion)\W*"
    r"|(?:share|print|tweet|e-?mail)(?: (?:this|article))?(?: (?:article|story|post|page))?\W*|order reprints"
    r"|(?:top|related|most read|most popular|more) (?:stories|articles|posts|topics|news|content)\W*"
    r"|most read\b[^.]{0,40}"
    r"|(?:explore further|don.t miss|up next|read next|trending(?: now)?|recommended(?: for you)?|you may also like)\W*"
    r"|teilen|mehr zum thema\W*|partager|(?:à )?lire aussi\W*|compartir|compartilhar|leia também\W*|lea también\W*"
    r"|condividi|leggi anche\W*|delen|lees ook\W*|поделиться|читайте также\W*|関連記事|シェア(?:する)?"
    r"|(?:https?://|www\.|(?:twitter|facebook)\.com/)\S+|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?:follow|like|find|join|connect with) (?:\S+ ){0,12}?(?:on|at) (?:\S+ )?"
    r"(?:twitter|facebook|instagram|youtube|linkedin|telegram|whatsapp|snapchat|x|tiktok|https?:)\b.*"
    r"|(?:follow|reach|contact|e-?mail|write to|tweet)\b[^.]{0,100}[\s(@][\w.]*@\w.*"
    r"|(?:reach|contact|follow|more|read more)\b[^.]{0,80}(?:https?://|www\.|twitter\.com/|@)\S.*"
    r"|(?:subscribe|sign up|get)\b.{0,120}\bnewsletters?\b.{0,60}"
    # What a paywall says.
    r"|(?:already|not yet) (?:a|an|have an?) (?:subscriber|member|account)\b.{0,80}"
    r"|subscribe (?:now )?to (?:read|continue|keep|unlock)\b.{0,80}|(?:log|sign) in(?: (?:or|to) [^.]{0,40})?"
    r"|(?:bereits|schon) (?:abonnent|registriert|kunde)\b.{0,80}|déjà abonné\b.{0,80}|abonnez-vous\b.{0,80}"
    r"|¿?ya (?:eres|es) suscriptor\b.{0,80}|suscr[ií]bete\b.{0,80}|já é assinante\b.{0,80}|assine\b.{0,80}"
    r"|sei già (?:abbonato|registrato)\b.{0,80}|abbonati (?:per|ora|subito)\b.{0,80}|al abonnee\b.{0,80}"
    # Who edited a text, and the reporter with an address, as papers in Chinese and Korean close it.
    r"|[(（【\[]?(?:责任编辑|責任編輯|责编|编辑|編輯|校对|审核|来源|來源)\s*[:：].{1,30}"
    r"|[(\[]?[^.]{0,20}?[가-힣]{2,4} 기자\W*(?:\S+@\S+)?"
    r"|(?:copyright|©|ⓒ|\(c\)).*|.{0,120}(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|alle rechten voorbehouden|"
    r"все права защищены|無断転載|무단전재).{0,120}"
    rf"|(?:please note|note|attention|hinweis|achtung|atenção|atención|nota|attenzione|внимание)\b.*\b{_COMMENTS}\b.*"
    rf"|(?:all |your |reader |user )*{_COMMENTS}\b.{{0,60}}\b(?:moderat\w*|approved?|closed|disabled|turned off|"
    r"moderiert|freigeschaltet|geschlossen|modéré\w*|fermés|moderad\w*|aprovad\w*|aprobad\w*|cerrados|moderati|chiusi|"
    r"модер\w*|закрыты)\b.{0,80}|you (?:must|need to|have to) be (?:logged|signed) in\b.{0,60}|"
    r"(?:log|sign) in to (?:comment|post|reply)\b.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_NOTICE: Final = 200
_LONGEST_CLOSING: Final = 280
# Classes of texts for screen readers: they name the parts of a page.
_HIDDEN: Final = re.compile(
    r"(?:^|[\s_-])(?:off-?screen|visually-?hidden|hidden-visually|sr-only|screen-?reader\w*|a11y-hidden|"
    r"element-invisible|assistive-text)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_HIDDEN: Final = 60
_PLAYERS: Final = ("video", "audio")
_LONGEST_FALLBACK: Final = 300


def drop_notices(root: Any) -> None:
    """Take out of a page the notices of its players and scripts, and the texts that only screen readers have."""
    for player in root.iter(*_PLAYERS):
        # An element that is not closed can have the whole page in it.
        if len("".join(player.itertext())) <= _LONGEST_FALLBACK:
            player.text = None
            for one in player.iterdescendants():
                one.text = one.tail = None
    found = []
    for element in root.iter(
        "p", "div", "span", "figcaption", "li", "h2", "h3", "h4", "h5", "h6", "small", "em", "strong"
    ):
        class_ = element.get("class")
        is_hidden = class_ is not None and _HIDDEN.search(class_)
        if (is_hidden and len("".join(element.itertext())) <= _LONGEST_HIDDEN) or (
            not len(element) and (text := element.text) and is_notice(text)
        ):
            found.append(element)
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()


def is_notice(text: str) -> bool:
    """Return whether a text is a notice of a player, a script or advertising."""
    text = text.strip()
    return len(text) <= _LONGEST_NOTICE and bool(_NOTICE.fullmatch(text))


def is_closing(text: str) -> bool:
    """Return whether a text behind an article is no part of it: "Comments", "Follow us on …", "© Harbour News"."""
    text = " ".join(text.split())
    return len(text) <= _LONGEST_CLOSING and bool(_CLOSING.fullmatch(text))
