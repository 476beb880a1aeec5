"""Small counts in words or digits, and how sure "about" and "more than" are of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.scan import Candidate, Scan, swap

_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
WORD_OF = {number + 2: word for number, word in enumerate(_WORDS)} | {
    30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
}  # fmt: skip
NUMBER_OF = {word: number for number, word in WORD_OF.items()}
_COUNTED = (
    r"(?:people|children|men|women|members|days|weeks|months|years|hours|minutes|times"
    r"|pages|copies|countries|cities|towns|schools|students"
    r"|teachers|rooms|places|seats|teams|groups|users|volunteers|visitors|guests"
    r"|participants|speakers|sessions|workshops|books|volumes"
    r"|questions|answers|examples|kinds|types|ways|steps|stages|parts|chapters|languages"
    r"|projects|companies|offices|sites|buildings|houses"
    r"|trees|plants|boxes|bags|bottles|chairs|tables|cars|buses|bikes|trains|games|rounds"
    r"|points|items|files|packages|machines|computers"
    r"|servers|reports|letters|cases|reasons|changes|options|categories|areas|regions"
    r"|districts|neighbours|neighbors|families|residents"
    r"|households|colleagues|employees|staff|partners|events|meetings|talks|activities"
    r"|stalls|prizes|tickets|samples|tests|trials|studies"
    r"|experts|interviews|officers|officials|miles|kilometres|kilometers|metres|meters)"
)
_ADJECTIVE = (
    r"(?:working|previous|consecutive|calendar|new|different|other|more|main|additional"
    r"|large|small|local|young|full|whole|short|long|major|extra|further|separate)"
)
_NOUN_AHEAD = rf"(?= (?:{_ADJECTIVE} )?{_COUNTED}\b)"
_WORD = re.compile(rf"(?<=[a-z,] )(?:{'|'.join(sorted(NUMBER_OF, key=len, reverse=True))}){_NOUN_AHEAD}")
_DIGITS = re.compile(rf"(?<=[a-z,] )(?:1\d|20|[3-9]0|[2-9]){_NOUN_AHEAD}")
_ANY_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundreds?|thousands?|millions?|half|quarter|dozen)\b",
    re.I,
)
_NAMED = re.compile(
    r"\b(?:number|day|week|year|grade|group|team|act|phase|type|version|of|the first"
    r"|the last|page|step|stage|round)\s$",
    re.I,
)


def counts(scan: Scan) -> Iterator[Candidate]:
    """Yield counts of plain things from two to twenty and the tens. Style 0 is words, style 1 digits."""
    for pattern, style in ((_WORD, 0), (_DIGITS, 1)):
        for found in pattern.finditer(scan.text):
            before, after = scan.before(found.start(), 30), scan.after(found.end(), 34)
            if _ANY_NUMBER.search(before) or _ANY_NUMBER.search(after) or _NAMED.search(before):
                continue
            own = found.group()
            other = str(NUMBER_OF[own]) if style == 0 else WORD_OF[int(own)]
            yield swap(scan, "number", *found.span(), other, style)


_AMOUNT = (
    r"(?= (?:[$€£]? ?\d[\d,.]*\b(?!%? ?(?:am|pm|a\.m|p\.m|o[’']clock)\b)|(?:ten|eleven"
    r"|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
    r"|(?:two|three|four|five|six|seven|eight|nine) [a-z]|half (?:a|the|of)\b|a (?:hundred"
    r"|thousand|million|third|quarter|dozen)\b))"
)
_ABOUT = re.compile(rf"\b(?:[Aa]bout|[Aa]pproximately|[Aa]round|[Rr]oughly){_AMOUNT}")
_OTHER_ABOUT = {"about": "around", "approximately": "about", "around": "about", "roughly": "about"}
_TOPIC = re.compile(
    r"\b(?:talk\w*|think\w*|thought|information|questions?|worr\w+|learn\w*|kn[eo]w\w*"
    r"|story|stories|wr[io]te\w*|written|hear\w*|more|read|book|news"
    r"|is|was|all|how|what|something|anything|nothing|spread|walk\w*|turn\w*|centred"
    r"|centered|wrapped|based|built|revolve\w*|ask\w*|complain\w*)\s$",
    re.I,
)
_MORE = re.compile(rf"\b[Mm]ore than{_AMOUNT}")
_OVER = re.compile(rf"\b[Oo]ver{_AMOUNT}")
_DURATION = re.compile(
    r" (?:[$€£]?[\d,.]+|\w+)(?:[- ]\w+)? (?:days?|weeks?|months?|years?|hours?|minutes?"
    r"|seconds?|decades?|nights?|meetings|sessions)\b"
)
_NOT_MORE = re.compile(
    r"\b(?:no|not|nothing|anything|little|much|any|or|never|n[’']t|one|hand|all|took|take"
    r"|going|left|control|power|from)\s$",
    re.I,
)


def estimates(scan: Scan) -> Iterator[Candidate]:
    """Yield "about" and its like, "more than" and "over", in front of a number."""
    for found in _ABOUT.finditer(scan.text):
        if not _TOPIC.search(scan.before(found.start())):
            yield swap(scan, "approx", *found.span(), _OTHER_ABOUT[found.group().casefold()])
    for found in _MORE.finditer(scan.text):
        if _estimates_count(scan, found):
            yield swap(scan, "approx", *found.span(), "over")
    for found in _OVER.finditer(scan.text):
        if _estimates_count(scan, found) and scan.before(found.start())[-1:] == " ":
            yield swap(scan, "approx", *found.span(), "more than")


def _estimates_count(scan: Scan, found: re.Match[str]) -> bool:
    after = scan.after(found.end())
    return not _NOT_MORE.search(scan.before(found.start())) and not _DURATION.match(after)
