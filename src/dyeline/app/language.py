"""Two guesses about a text that decide which wording may be varied: its style, and whether it is English.

Both can be overruled (``--style``); the figures below were set on the demo texts and public prose,
with room on either side, and are documented in docs/explanation/limits.md.
"""

from __future__ import annotations

import re

from dyeline.model.document import Style

ENGLISH_STOP_WORD_SHARE = 0.20  # running English prose has 0.35 to 0.50; tables and lists fewer
INFORMAL_CONTRACTIONS = 4.0  # per 1,000 words
LEGAL_TERMS = 10.0  # per 1,000 words, of which at least two terms of art
MIN_LEGAL_TERMS_OF_ART = 2


def _vocabulary(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CONTRACTION = re.compile(
    r".+(?:n['’]t|['’](?:re|ve|ll|d|m))|(?:it|that|there|here|what|who|let|he|she)['’]s"
)
_STOP_WORDS = _vocabulary(
    """the of and to a in is it that for on with as are be was by this an at or from we our you your not have
    has had will would can which their they but its all were been if there he she his her i who what when so
    no do more one about up out into than them these those only other may should must also"""
)
_TERMS_OF_ART = _vocabulary(
    """hereby herein hereinafter hereof hereto hereunder hereafter thereof therein thereto thereunder whereof
    whereas aforesaid notwithstanding pursuant indemnify indemnifies indemnification severability"""
)
_LEGAL = _TERMS_OF_ART | _vocabulary(
    """shall party parties agreement clause liability liable warranty warranties jurisdiction governing
    provision provisions obligations licensor licensee lessor lessee plaintiff defendant covenant breach"""
)


def is_english(text: str) -> bool:
    """Tell whether the share of common English words is that of English prose. No words: not English."""
    words = _words(text)
    return bool(words) and sum(word in _STOP_WORDS for word in words) >= ENGLISH_STOP_WORD_SHARE * len(words)


def detect_style(text: str) -> Style:
    """Return legal for the vocabulary of contracts, informal for a text with contractions, else formal."""
    words = _words(text)
    if not words:
        return "formal"
    per_thousand = 1000.0 / len(words)
    terms_of_art = sum(word in _TERMS_OF_ART for word in words)
    legal = sum(word in _LEGAL for word in words)
    if terms_of_art >= MIN_LEGAL_TERMS_OF_ART and legal * per_thousand >= LEGAL_TERMS:
        return "legal"
    contractions = sum(_CONTRACTION.fullmatch(word) is not None for word in words)
    return "informal" if contractions * per_thousand >= INFORMAL_CONTRACTIONS else "formal"


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
