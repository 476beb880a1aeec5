"""Evidence that is not entered into a case, whatever weight somebody gives it."""

from __future__ import annotations

import re
import unicodedata

from dyeline.errors import EvidenceRefused

_POLYGRAPH = re.compile(r"pol+[iy]+gr[ae]+(?:ph|f|gh)")
"""In the letters alone: polygraph, poly-graph, poligraph, Polygraf, polígrafo …"""

_LOOK_ALIKE = str.maketrans("015полиграфхуес", "oispoligrafhyes")
"""Digits and Cyrillic letters that are written for Latin ones, or sound like them."""

_OTHER_NAMES = re.compile(
    r"\bvoice\W*stress|\bstress\W*voice|\bcvsa\b|\bpsychological\W*stress\W*evaluat|\blayered\W*voice|\beye\W*detect"
    r"|\bdetection\W+of\W+decepti|\bdecepti(?:on|ve)\W*(?:detect|test)|\btruth\W*(?:test|verif|machine)"
    r"|\bgalvanic\W*skin|\bcredibility\W*assess|\bpsycho\W*physiolog|\bpdd\b"
)
"""The same thing, or its successors, by other names."""

_LIE_DETECTOR = re.compile(
    r"\blie[rs]?[\s_-]*det|\blying[\s_-]*det|\bdetect\w*\W+(?:of\W+)?(?:a\W+)?(?:lie|lies|lying)\b"
    r"|\blu?e?u?gendete[ck]|\bdetecteurs?\W+de\W+mensonge|\bdetector\w*\W+de\W+mentira|\bmacchina\W+della\W+verita"
)


def refuse_polygraph(*texts: str) -> None:
    """Raise EvidenceRefused if any of the texts speaks of a polygraph, in its usual spellings."""
    for text in texts:
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
        letters = "".join(c for c in folded if c.isalpha())
        plain = "".join(c for c in folded.translate(_LOOK_ALIKE) if c.isalpha())
        names = (_LIE_DETECTOR.search(folded), _OTHER_NAMES.search(folded))
        if _POLYGRAPH.search(letters) or _POLYGRAPH.search(plain) or any(names):
            raise EvidenceRefused(
                "A polygraph (lie detector) result is not entered: it is not valid for this purpose. The US National "
                "Research Council (2003, The Polygraph and Lie Detection) found it too inaccurate to be relied on for "
                "telling who broke a confidence; it accuses many who did not.",
                fix="leave it out, and base nothing else on it.",
            )
