"""Commas that may stand or not: after an opening phrase, before "and" in a list, between clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.scan import Candidate, Scan, swap

_PRONOUN = r"(?:we|you|they|he|she|I|it|there)"
_SUBJECT = (
    rf"(?:{_PRONOUN}|the|this|these|those|our|your|their|his|her|its|my|some|many|most|each"
    rf"|every|several|all|people)"
)
_UNIT = (
    r"(?:year|week|month|decade|century|season|term|morning|afternoon|evening|night|summer"
    r"|winter|spring|autumn"
    r"|weekend|quarter|semester|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WHEN = (
    rf"(?:\d{{4}}|{_MONTH}(?: \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?"
    rf"|{_DAY}(?: (?:morning|afternoon|evening|night))?"
    rf"|(?:the )?(?:this|last|next|same|recent|past|previous|following|coming|first|second"
    rf"|third|final|early|late|two|three|four|five|\d+) {_UNIT}s?"
    r"|the (?:day|morning|evening|night|end|beginning|start|time) of (?:the |each |this |every )?[a-z]+"
    r"|the (?:morning|afternoon|evening|past|future|summer|winter|spring|autumn|meantime"
    r"|beginning|end|long run|short term|long term)"
    r"|(?:many|most|some|both|all|other|such|certain|these|rare) (?:cases|countries|areas"
    r"|places|situations|circumstances|respects|occasions)"
    r"|(?:first|present|night|dawn|noon|midday|midnight|lunchtime|lunch|dinner|breakfast"
    r"|the same time|the moment|the outset|the start)"
    r"|practice|theory|principle|reality|total)"
)
_ADVERB = (
    r"(?:Today|Yesterday|Tomorrow|Now|Recently|Currently|Usually|Normally|Often|Sometimes"
    r"|Occasionally|Typically|Generally"
    r"|Eventually|Soon|Initially|Previously|Later|Afterwards|Traditionally|Historically"
    r"|Originally|Then|Ultimately"
    rf"|(?:Last|This|Next|Every|Each) {_UNIT}|Every day|Each day|Some {_UNIT}s ago"
    rf"|Once a {_UNIT}|Over time|So far|Until now)"
)
_OPTIONAL = rf"(?:{_ADVERB}|(?:In|At|On|During|By|After|Before|Since|Over|Throughout|Until|From) {_WHEN})"
_OPENING_COMMA = re.compile(rf"{_OPTIONAL}(?P<comma>,) {_SUBJECT} ")
_OPENING_NONE = re.compile(rf"{_OPTIONAL}(?= {_SUBJECT} [^,.;:?!\n]{{25}})")
_PHRASE_COMMA = re.compile(
    r"(?:In|At|On|By|During|After|Before|With|From|Within|Over|Throughout|Under"
    r"|Without|Among|Inside|Outside|Near|Despite)"
    rf"(?P<words>(?: [a-z0-9][\w’'-]*){{1,4}})(?P<comma>,) (?:{_PRONOUN}|the|this|our|your"
    rf"|their|his|her|its) "
)
_CONNECTIVE = re.compile(
    r" (?:fact|addition|particular|contrast|short|brief|general|other words|any case"
    r"|any event|turn|response|comparison"
    r"|conclusion|summary|sum|return|effect|this|that|these|those|them|it|so|all|itself"
    r"|one|the other hand|one hand"
    r"|default|far|best|worst|least|last|once|the way|the contrary|a whole|average"
    r"|definition|necessity|the face of it)$"
    r"|\b(?:\w+ing|we|you|they|he|she|it|I|is|are|was|were|has|have|who|that|which|whom|where|when|not|and|or|to)\b"
)


def opening_commas(scan: Scan) -> Iterator[Candidate]:
    """Yield the comma after a short phrase that opens a sentence, where it may stand or not."""
    for start in scan.sentences:
        found = _OPENING_COMMA.match(scan.text, start)
        if found is None:
            found = _PHRASE_COMMA.match(scan.text, start)
            if found is not None and _CONNECTIVE.search(found["words"]):
                continue
        if found is not None:
            yield swap(scan, "intro-comma", found.start("comma"), found.end("comma"), "", 1)
        elif found := _OPENING_NONE.match(scan.text, start):
            yield swap(scan, "intro-comma", found.end(), found.end(), ",", 0)


_ITEM = r"[a-z][a-z’'-]*"
_SERIES_COMMA = re.compile(
    rf"\b(?P<one>{_ITEM}(?: {_ITEM})?), (?P<two>{_ITEM}(?: {_ITEM})?)(?P<comma>,) (?:and"
    rf"|or) (?P<last>{_ITEM})\b(?!, )"
)
_SERIES_NONE = re.compile(
    rf"\b(?P<one>{_ITEM}), (?P<more>(?:{_ITEM}, )*)(?P<two>{_ITEM}) (?:and"
    rf"|or) (?P<last>{_ITEM})\b(?! (?:and|or|of)\b|, )"
)
_NO_ITEM = frozenset(
    "a an the who which where when while or and also then too but however therefore for"
    " if as so that this it we you they he"
    " she i there not because since although though such in on at by with from to of what"
    " how yes no please even only just"
    " more less including perhaps instead finally first second third moreover is are was"
    " were has have had can will may do"
    " does did would should could be been being still now later again once both each".split()
)
_INTRODUCES_LIST = re.compile(
    r"(?:such as|like|including|includes?|included|both|either|between|namely|:) (?:[a-z]+ )?$"
)
_SENTENCE_OPENER = re.compile(
    r"(?:In|On|At|After|Before|When|If|While|As|Since|Because|For|During|By|With|From|To"
    r"|Although|Though|Until|Once|Under"
    r"|Over|Like|Unlike|Without|Within|Whenever|Where|Today|Here|Now|Then|Using|\w+ly|\w{4,}ing|\w{3,}ed)\b"
)


def series_commas(scan: Scan) -> Iterator[Candidate]:
    """Yield the comma before the last "and" or "or" of a plain list."""
    for found in _SERIES_COMMA.finditer(scan.text):
        items = (found["one"], found["two"], found["last"])
        if any(word in _NO_ITEM for item in items for word in item.split()):
            continue
        yield swap(scan, "oxford", found.start("comma"), found.end("comma"), "", 1)
    for found in _SERIES_NONE.finditer(scan.text):
        items = (found["one"], *found["more"].split(", "), found["two"], found["last"])
        if any(item in _NO_ITEM for item in items):
            continue
        before = scan.before(found.start(), 200)
        longer = bool(found["more"])
        alike = any(
            all(item.endswith(end) for item in items if item) for end in ("ies", "s", "ing", "ed", "ly")
        )
        opened = _SENTENCE_OPENER.match(before) is not None and "," not in before
        if _INTRODUCES_LIST.search(before) or ((longer or alike) and not opened):
            at = found.end("two")
            yield swap(scan, "oxford", at, at, ",", 0)


_CLAUSE_COMMA = re.compile(
    rf"(?P<comma>,) (?:and|but|so) (?:{_PRONOUN}|this|these|the|that|our|your|every|each|all|no|many|most) "
)
_CLAUSE_NONE = re.compile(
    r"(?<=[a-z]) (?:and|but) (?:we|they|he|she|there (?:is|are|was|were)|it (?:is|was|has|will|can)) "
)
_SUBORDINATE = re.compile(
    r"\b(?:if|when|while|because|since|although|though|unless|until|once|after|before|that"
    r"|which|who|whether|what|how|where"
    r"|why|between|both|either|neither|not only|so|whenever|as|for|than)\b|[,;:()“”\"—–]| - ",
    re.IGNORECASE,
)


def clause_commas(scan: Scan) -> Iterator[Candidate]:
    """Yield the comma between two main clauses joined by "and" or "but"."""
    for found in _CLAUSE_COMMA.finditer(scan.text):
        at = found.start("comma")
        first = scan.text[scan.sentence_start(at) : at]
        if 12 <= len(first) <= 75 and not _SUBORDINATE.search(first):
            yield swap(scan, "clause-comma", at, at + 1, "", 1)
    for found in _CLAUSE_NONE.finditer(scan.text):
        at = found.start()
        first = scan.text[scan.sentence_start(at) : at]
        if len(first) >= 12 and " " in first and not _SUBORDINATE.search(first):
            yield swap(scan, "clause-comma", at, at, ",", 0)
