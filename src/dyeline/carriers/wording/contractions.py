"""Contractions, both ways. Style 0 is the full form, style 1 the contracted one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.scan import Candidate, Scan, like, swap

_NEXT = r"(?= [a-z])"
_NOT_FULL = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|would|could"
    r"|should) not(?= [a-z])(?! (?:only|just|to|merely)\b)",
    re.I,
)
_NOT_SHORT = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|would|could|should|must)n['’]t"
    r"(?= [a-z])(?! (?:you|we|they|he|she|it|I|there|the|this|that|these|those|your|our"
    r"|their|his|her|its|my|a|an|everyone|anyone|people)\b)",
    re.I,
)
_CANNOT = re.compile(r"\b[Cc]annot\b(?! (?:but|only|help)\b)")
_CANT = re.compile(r"\b[Cc]an['’]t\b(?! (?:you|we|they|he|she|it|I|help)\b)")
_WILL_NOT = re.compile(r"\b[Ww]ill not\b(?! only\b)")
_WONT = re.compile(r"\b[Ww]on['’]t\b(?! (?:you|we|they|he|she|it|I)\b)")
_IS = re.compile(
    rf"\b(?P<who>it|he|she|there|I(?= am)) (?:is|am){_NEXT}(?! (?:to|that|for|as|in that)\b)(?! not\b)", re.I
)
_THAT_IS = re.compile(r"\bThat is(?= [a-z])(?! (?:to|not|as)\b)")
_ARE = re.compile(rf"\b(?P<who>they|we|you) are{_NEXT}(?! (?:to|not|as|and|or)\b)", re.I)
_HAVE = re.compile(
    r"\b(?P<who>they|we|you|I) have(?= (?:already |also |just |now |always |never |recently |only )?"
    r"(?:been|made|seen|done|got|found|taken|given|gone|come|become|chosen|written|set|put"
    r"|left|lost|kept|built|heard|read|run|sent|known|grown|moved"
    r"|(?!need|red|bed|seed|feed|speed|shed|hundred|indeed|weed|breed|deed)[a-z]{3,}ed)\b)",
    re.I,
)
_WILL = re.compile(rf"\b(?P<who>they|we|you|I|he|she) will{_NEXT}(?! (?:not|and|or)\b)", re.I)
_WOULD = re.compile(
    r"\b(?P<who>they|we|you|I|he|she) would(?= (?:like|love|also|need|be|have|prefer"
    r"|recommend|suggest|say|want|expect|hope)\b)(?! like(?:,|\.))",
    re.I,
)
_SHORT = {
    "'s": re.compile(
        r"\b(?P<who>it|that|there|he|she)['’]s"
        r"(?= (?:a|an|the|not|very|also|so|too|no|quite|always|still|now|just|only|really|easy"
        r"|hard|important|possible|likely|best|good|great"
        r"|on|in|at|all|about|for|up|why|where|what|how|because|better|free|worth|open"
        r"|available|our|your|my|still|often|usually|never)\b)",
        re.I,
    ),
    "'re": re.compile(r"\b(?P<who>they|we|you)['’]re(?= [a-z])", re.I),
    "'ve": re.compile(r"\b(?P<who>they|we|you|I)['’]ve(?= [a-z])", re.I),
    "'ll": re.compile(r"\b(?P<who>they|we|you|I|he|she|it|there|that)['’]ll(?= [a-z])", re.I),
    "'m": re.compile(r"\b(?P<who>I)['’]m(?= [a-z])"),
    "'d": re.compile(
        r"\b(?P<who>they|we|you|I|he|she)['’]d(?= (?:like|love|prefer|recommend|suggest|say"
        r"|want|need|expect|be|have)\b)",
        re.I,
    ),
}
_FULL = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would"}
_NOT_SUBJECT = re.compile(
    r"\b(?:of|in|to|for|with|from|about|on|by|at|between|as|than|how|however|what|whatever"
    r"|wherever|do|does|did|will|would|can|could"
    r"|should|must|may|might|have|has|had|is|are|was|were|not|only|both|neither|nor|so)\s$"
    r"|\b(?:how|what|whatever|however)\b[^.,;:!?]*$",
    re.I,
)
_SUBJECTLESS = re.compile(r"\b(?:if|or|whether|why|and|how|but)\s$", re.I)


def contractions(scan: Scan) -> Iterator[Candidate]:
    """Yield every contraction that can be written out, and every pair of words that can be contracted."""
    yield from _negations(scan)
    mark = scan.apostrophe
    for pattern, ending in ((_IS, "s"), (_ARE, "re"), (_HAVE, "ve"), (_WILL, "ll"), (_WOULD, "d")):
        for found in pattern.finditer(scan.text):
            who = found["who"]
            if ending == "s" and who in {"I", "i"}:
                if who == "I" and found.group().endswith("am"):
                    yield swap(scan, "contraction", *found.span(), f"I{mark}m", 0)
                continue
            if ending == "s" and not found.group().endswith("is"):
                continue
            if not _NOT_SUBJECT.search(scan.before(found.start())):
                yield swap(scan, "contraction", *found.span(), f"{who}{mark}{ending}", 0)
    for found in _THAT_IS.finditer(scan.text):
        if scan.opens_sentence(found.start()):
            yield swap(scan, "contraction", *found.span(), f"That{mark}s", 0)
    for short, pattern in _SHORT.items():
        for found in pattern.finditer(scan.text):
            if short != "'d" or not re.match(r" (?:be|have)\b", scan.after(found.end())):
                yield swap(scan, "contraction", *found.span(), f"{found['who']} {_FULL[short]}", 1)


def _negations(scan: Scan) -> Iterator[Candidate]:
    mark = scan.apostrophe
    for found in _NOT_FULL.finditer(scan.text):
        inverted = found.group()[0].isupper() and found["verb"].casefold() != "do"
        if not inverted and not re.search(r"\b(?:or|whether|nor)\s$", scan.before(found.start())):
            yield swap(scan, "contraction", *found.span(), f"{found['verb']}n{mark}t", 0)
    for found in _NOT_SHORT.finditer(scan.text):
        if not (found.group()[0].isupper() and found["verb"].casefold() != "do"):
            yield swap(scan, "contraction", *found.span(), f"{found['verb']} not", 1)
    for full, short, long_form, short_form in (
        (_CANNOT, _CANT, "cannot", f"can{mark}t"),
        (_WILL_NOT, _WONT, "will not", f"won{mark}t"),
    ):
        for found in full.finditer(scan.text):
            yield swap(scan, "contraction", *found.span(), like(found.group(), short_form), 0)
        for found in short.finditer(scan.text):
            yield swap(scan, "contraction", *found.span(), like(found.group(), long_form), 1)
