"""The language of a text by its most frequent words or its script, where that is clear."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

# The most frequent words of news texts. Words that several languages share count for each.
_WORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in that is was for on with as by at from his it he be are has have an this which who not",
        "de": "der die und das den von ist des mit im dem für auf ein eine nicht sich auch als wird werden sind bei zu",
        "fr": "le la les des et du un une est dans pour que qui par sur au il pas avec ce sont plus cette aux ont été",
        "es": "el la los las del que y en un una por con para se su es no al como más ha este sus fue pero lo",
        "it": "il di che la e un una per del non con è della le dei sono si al da nel gli alla ha più anche come delle",
        "pt": "o os as do da dos das que e em um uma para com não no na por se ao mais é foi pela pelo seu sua à",
        "nl": "de het een van en in is dat op te zijn voor met niet die aan er om ook als bij door naar maar uit",
        "sv": "och att det som en på är av för med den till inte har ett om var från men de sig så han kan",
        "da": "og at det som en på er af for med den til ikke har et om var fra men de sig så han kan i",
        "no": "og at det som en på er av for med den til ikke har et om var fra men de seg så han kan i",
        "pl": "w i na z się do że nie to o jest jak po od za przez dla co są oraz był tym ale jego",
        "ro": "și de în la a cu pe din că nu este care pentru un o mai au fost sau sunt prin lui al ale",
        "tr": "ve bir bu da de için ile olarak olan çok daha gibi kadar sonra en ancak var ne her oldu ise",
        "id": "yang dan di dengan untuk dari ini itu pada tidak dalam akan adalah juga oleh ke telah sebagai bisa para",
        "cs": "a se na v je že s z do o to i ve jsou by byl za pro jako ale po od která který",
        "hu": "a az és hogy nem is egy azt meg volt de ez csak már mint még el szerint ki után",
        "fi": "ja on ei että se oli hän mutta myös ovat kun joka sen ole niin kuin mukaan sekä jo",
        "ru": "и в на не что с по как из за для от это к о его до при был они но также",
        "uk": "і в на не що з до як за для від це та його про при був але також у під",
    }.items()
}
_SCRIPTS: Final = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
# Languages that the frequent words do not tell from each other.
_ALIKE: Final = (
    frozenset(("da", "no", "nb", "nn")),
    frozenset(("id", "ms")),
    frozenset(("cs", "sk")),
    frozenset(("es", "gl", "ast")),
    frozenset(("pt", "gl")),
    frozenset(("de", "gsw", "nds")),
    frozenset(("nl", "af")),
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST: Final = 3000
_LEAST_WORDS: Final = 60
# The least part of a text that its frequent words are, and how many times more they are than those of another language.
_LEAST_PART: Final = 0.15
_TIMES: Final = 2.5
# The highest part that frequent words are of any text.
_MOST_PART: Final = 0.5
_LEAST_OF_SCRIPT: Final = 0.2


def find_other_language(text: str, stated: str) -> str | None:
    """Return the language of a text if it is clearly not the stated one; None if it is, or if that is not clear.

    Args:
        text: the text; its beginning of 3,000 characters counts.
        stated: the language tag (BCP 47) that is stated.
    """
    text = text[:_LONGEST]
    primary = stated.partition("-")[0].lower()
    # Most pages in Latin letters have a few characters beyond ASCII: quotation marks, accents.
    if len(text) - len(text.encode("ascii", "ignore")) > _LEAST_OF_SCRIPT * len(text):
        for language, script in _SCRIPTS.items():
            if len(script.findall(text)) > _LEAST_OF_SCRIPT * len(text):
                # Yiddish is written in Hebrew letters.
                return None if primary in (language, "yi") else language
    words = Counter(_WORD.findall(text.lower()))
    total = words.total()
    if total < _LEAST_WORDS:
        return None
    # A language without known words is told from others by its script only.
    if primary not in _WORDS and primary not in (*_SCRIPTS, "zh", "ar", "fa", "hi"):
        return None
    own = _part(words, primary)
    # The usual case: no other language can have so many more.
    if own >= _LEAST_PART and own * _TIMES > _MOST_PART:
        return None
    parts = {language: _part(words, language) for language in _WORDS}
    found = max(parts, key=parts.__getitem__)
    if found == primary or parts[found] < _LEAST_PART or any({found, primary} <= alike for alike in _ALIKE):
        return None
    return found if parts[found] >= _TIMES * own else None


def _part(words: Counter[str], language: str) -> float:
    """Return the part of a text that the frequent words of a language are."""
    return sum(words[one] for one in _WORDS.get(language, ())) / words.total()
