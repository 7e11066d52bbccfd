"""What stands behind an article and is no part of it, by its markup: the box of the author, invitations, tags.

The text alone does not tell a biography from the last paragraph of a portrait. The names of the elements around it do,
and so do the links in it.
"""

from __future__ import annotations

import re
from typing import Any, Final

# Words of classes and ids. Those of page builders ("widget") and of texts for subscribers ("paywall") stand around
# articles too.
_WORDS: Final = re.compile(
    r"author|auth?or(?:en)?-?(?:bio|box|card|info|profile|desc(?:ription)?|about|details?|block|name|meta)|"
    r"(?:about|over|sobre|ueber)-?(?:the-?|el-?|o-?|den-?)?(?:author|writer|autor|auteur|us)|autorenbox|autorbox|bio|biography|"
    r"(?:contributor|writer|reporter|journalist|staff)-?(?:bio|box|card|info|profile)|"
    r"newsletters?(?:-\w+)?|sign-?up(?:-\w+)?|subscribe(?:-\w+)?|subscription|opt-?in|mc-embed\w*|mailchimp|mailing-?list|"
    r"cta|call-?to-?action|donat(?:e|ion)s?|membership|"
    r"share|sharing|sharedaddy|share-?(?:bar|box|tools?|links?|buttons?)|addtoany|social-?(?:share|links?|media|bar|icons?)|"
    r"social|follow-?(?:us|author|me|links?)|"
    r"comments?|comment-?(?:form|list|area|respond|policy|section)|respond|disqus|discussion|kommentare?|commentaires|"
    r"tags?|tag-?(?:list|links|cloud|box)|(?:post|entry|article)-?(?:tags|meta|footer|info|categories)|postinfo|topics?|"
    r"keywords|cat-?links|"
    r"copyright|legal|footer|footer-legal|print-?(?:footer|header|only)|(?:commerce|affiliate)-?(?:disclosure|disclaimer)|"
    r"related|related-?\w+|recommend(?:ed|ations?)|read-?(?:more|next|also)|more-?(?:stories|from|on|news)|trending|most-?read|"
    r"most-?popular|promos?|teasers?|outbrain|taboola|sidebar|right-?rail|scrim|modal|popup|overlay",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ATTRIBUTES: Final = ("class", "id", "data-component", "data-testid", "data-module")
# The part of an article's text above which an element is the article, not a box behind it.
_MOST: Final = 0.3

# Lines with links that invite to something, or say where a text is filed.
_INVITING: Final = re.compile(
    r"(?:.{0,160}[.!?]\s+)?(?:sign up|subscribe|register|join|get)\b.{0,160}"
    r"\b(?:newsletters?|e-?mails?|inbox|letterbox|alerts?)\b.*"
    r"|(?:like|love|enjoy(?:ed|ing)?|if you (?:like|enjoy)\w*)\b.{0,80}"
    r"\b(?:share|subscribe|sign up|join|follow|support)\b.*"
    r"|.{0,240}\bfollow (?:him|her|them|us|me|@?\w+)(?: \w+)? (?:on|at) (?:twitter|x|facebook|instagram|linkedin)\b.*"
    r"|(?:have|got) (?:a|any) (?:news )?(?:tips?|stor(?:y|ies))\b.*"
    r"|.{0,120}\b(?:be reached|reach (?:him|her|them)) at\b.*"
    r"|(?:listen|watch|tune in)\b.{0,120}\bhere\b.{0,40}"
    r"|if you buy (?:something|anything)\b.*|.{0,60}\bearn an? (?:affiliate )?commission\b.*"
    r"|.{0,80}\bnewsletter\b.{0,40}\b(?:anmelden|abonnieren|bestellen|abonnez|inscrivez|suscr[íi]b\w*|inscreva|assine|iscriviti)\b.*"
    r"|(?:abonnieren|abonnez-vous|inscrivez-vous|suscr[íi]bete|inscreva-se|assine|iscriviti)\b.{0,120}\bnewsletter\b.*",
    re.IGNORECASE | re.DOTALL,
)
_FILED: Final = re.compile(
    r"(?:filed (?:under|in)|posted in|tags?|tagged(?: with| as)?|topics?|categor(?:y|ies)|keywords?|related topics|"
    r"schlagw[oö]rt(?:er)?|schlagworte|themen|mots[- ]cl[ée]s|sujets|etiquetas|temas|tópicos|categorias?|argomenti|"
    r"trefwoorden|onderwerpen|tagi|теги|метки|タグ|标签|標籤|태그)\s*[:：|].*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST: Final = 420


def is_in_box(element: Any, sizes: dict[Any, int], total: int) -> bool:
    """Return whether an element is, or stands in, a box that is no part of an article.

    Args:
        element: the element of the last part of a text.
        sizes: the number of selected characters in each element.
        total: the number of all selected characters.
    """
    one = element
    while one is not None and sizes.get(one, 0) <= _MOST * total:
        if one.tag in ("form", "dialog") or _is_named_apart(one):
            return True
        one = one.getparent()
    return False


def is_invitation(text: str, linked: int) -> bool:
    """Return whether a line behind an article invites to something, or says where it is filed.

    Args:
        text: the line.
        linked: the number of its characters in links.
    """
    text = " ".join(text.split())
    if not linked or len(text) > _LONGEST:
        return False
    return bool(_INVITING.fullmatch(text) or (4 * linked >= len(text) and _FILED.fullmatch(text)))


def _is_named_apart(element: Any) -> bool:
    if {"author", "tag"} & set((element.get("rel") or "").lower().split()) or element.get("itemprop") in (
        "author",
        "keywords",
        "comment",
    ):
        return True
    names = " ".join(filter(None, map(element.get, _ATTRIBUTES)))
    return bool(names) and any(map(_says_apart, names.split()))


def _says_apart(name: str) -> bool:
    """Return whether a name of a class, or a run of its words, says that it is apart: "entry-author-bio__text"."""
    block = _CAMEL.sub("-", name).replace("_", "-").strip("-")
    words = [word for word in block.split("-") if word]
    runs = ("-".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1))
    return any(map(_WORDS.fullmatch, runs))
