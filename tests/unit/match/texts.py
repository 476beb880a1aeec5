"""Made-up texts for the match tests: a seeded word model, and what happens to texts on the way."""

from __future__ import annotations

import random

_SMALL = (
    "the of and to in a is that for it on with as be this was by are from or not at which have an".split()
)
_SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru sta pre tri".split()
)


def vocabulary(seed: int, size: int = 1500) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(size)]


VOCABULARY = vocabulary(0)


def make_words(count: int, seed: int) -> list[str]:
    """Words of one text: nearly half of them are function words, the rest is skewed to the frequent."""
    rng = random.Random(seed)
    words = []
    for k in range(count):
        small = rng.random() < 0.45
        word = rng.choice(_SMALL) if small else VOCABULARY[int(len(VOCABULARY) * rng.random() ** 2)]
        words.append(word + ("." if k % 14 == 13 else ""))
    return words


def make_text(count: int, seed: int) -> str:
    return " ".join(make_words(count, seed))


def with_typos(text: str, rate: float, seed: int) -> str:
    rng = random.Random(seed)
    out = []
    for character in text:
        if rng.random() >= rate:
            out.append(character)
            continue
        letter, kind = rng.choice("abcdefghijklmnopqrstuvwxyz"), rng.random()
        out.append(letter if kind < 0.5 else "" if kind < 0.75 else letter + character)
    return "".join(out)
