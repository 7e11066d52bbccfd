"""Generated articles for benchmarks, with the word frequencies, lengths and fields of real ones.

The same seed and number give the same bytes. Lengths are log-normal, as in real news: around 2,000 characters, from 300
to 30,000. Each article has its own id.

python -m benchmarks.corpus 1000000 archive.ndjson
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

MEASURED: Final = ("newsml-g2", "news-article", "csv")
"""The measured formats, the same in every run, so that results are comparable."""

SHORTEST: Final = 300
LONGEST: Final = 30_000

_MEDIAN = 7.6  # the logarithm of 2,000 characters
_SPREAD = 0.75
_SENTENCES = 20_000
_FIRST_DAY = date(1996, 1, 1)


def _words(text: str) -> list[str]:
    return text.split()


_COMMON = _words(
    "the of to and a in that said on for is was with it as by at from he has its be have not an are will his which "
    "were had this they but their who been would more after about than one two up also when new other into out could "
    "year government people last first over time before between three against because during while under years since"
)
_NAMES = _words(
    "London Paris Berlin Madrid Geneva Nairobi Lagos Jakarta Lima Ottawa Warsaw Helsinki Zürich São Paulo Malmö Łódź "
    "Smith García Müller Nakamura Okafor Novák Jensen O’Brien Dubois Petrović Monday Tuesday Friday March November"
)
_ONSETS = _words("b bl br c ch cl d dr f fl fr g gr h j k l m n p pl pr qu r s sh sl sp st str t th tr v w")
_VOWELS = _words("a e i o u ai ea ee ou io")
_CODAS = ["", *_words("b ck ct d ft g l ld ll m mp n nce nd ng nt p r rd rt s ss st t th v x")]
_ENDINGS = ("", "", "s", "ed", "ing", "tion", "ment", "er", "ly", "al", "ity")
_SECTIONS = ("World", "Politics", "Business", "Sport", "Culture", "Science", "Local", "Opinion")
_TOPICS = (("20000065", "civil unrest"), ("20000170", "business finance"), ("20000822", "sport event"))


def write_corpus(path: Path, number: int, *, seed: int = 1) -> None:
    """Write articles as NDJSON, in the form of `schemas.article.json_form`."""
    with path.open("wb", buffering=1 << 20) as stream:
        for article in articles(number, seed=seed):
            stream.write(orjson.dumps(article) + b"\n")


def articles(number: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield articles in their JSON form."""
    random = Random(seed)
    vocabulary, weights = _vocabulary(random)
    sentences = [_sentence(random, vocabulary, weights) for _ in range(_SENTENCES)]
    for index in range(number):
        yield _article(random, index, sentences)


def _vocabulary(random: Random) -> tuple[list[str], list[float]]:
    """Return 8,000 words, most frequent first, and their cumulative frequencies by Zipf's law."""
    rare: dict[str, None] = {}
    while len(rare) < 8_000 - len(_COMMON) - len(_NAMES):
        syllables = [
            random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS) for _ in range(random.randint(1, 2))
        ]
        rare["".join(syllables) + random.choice(_ENDINGS)] = None
    words = [*_COMMON, *_NAMES, *rare]
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def _sentence(random: Random, vocabulary: list[str], weights: list[float]) -> str:
    words = random.choices(vocabulary, cum_weights=weights, k=max(4, round(random.gauss(21, 8))))
    words[0] = words[0][0].upper() + words[0][1:]
    if len(words) > 12:
        words[random.randrange(3, 9)] += ","
    text = " ".join(words)
    chance = random.random()
    if chance < 0.2:
        return f"“{text},” said {random.choice(_NAMES)}."
    if chance < 0.27:
        return f"{text} – {random.randint(2, 990)} & more than {random.randint(1, 99)}%."
    return f"{text}."


def _article(random: Random, index: int, sentences: list[str]) -> dict[str, Any]:
    length = min(max(random.lognormvariate(_MEDIAN, _SPREAD), SHORTEST), LONGEST)
    paragraphs = []
    while length > 0:
        paragraph = " ".join(random.choices(sentences, k=random.choice((1, 1, 2, 2, 3, 4))))
        paragraphs.append(paragraph)
        length -= len(paragraph)
    day = _FIRST_DAY + timedelta(days=index % 10_000)
    headline = random.choice(sentences).strip("“.")[: random.randint(35, 90)].strip()
    article: dict[str, Any] = {
        "id": f"https://archive.example.com/{day:%Y/%m/%d}/{index:07}",
        "headline": headline,
        "published": f"{day}T{random.randrange(24):02}:{random.randrange(60):02}:00Z",
        "language": "en",
        "section": random.choice(_SECTIONS),
        "paragraphs": paragraphs,
    }
    if random.random() < 0.7:
        article["bylines"] = [{"name": f"{random.choice(_NAMES)} {random.choice(_NAMES)}"}]
    if random.random() < 0.5:
        article["description"] = random.choice(sentences)
    if random.random() < 0.5:
        article["keywords"] = [random.choice(_NAMES) for _ in range(2)]
    if random.random() < 0.3:
        code, name = random.choice(_TOPICS)
        article["subjects"] = [{"name": name, "qcode": f"medtop:{code}"}]
    return article


if __name__ == "__main__":
    write_corpus(Path(sys.argv[2]), int(sys.argv[1]))
