"""Small words that join: "that", "in order to", "because", "however", "e.g.", a semicolon."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.scan import Candidate, Scan, swap

_SUBJECT = (
    r"(?:we|they|he|she|I|you (?:are|will|can|have|do|need|may|should|would|did|were|could"
    r"|might|must|want|know|like|cannot)"
    r"|it (?:is|was|will|has|can|would|may|should|does|did|could|might|must)|there (?:is"
    r"|are|was|were|will|has|have|may|would)"
    r"|this (?:is|was|will|has)|these (?:are|will|were)|everyone|everybody|nobody|all (?:of|the))"
)
_BELIEVES = (
    r"(?:think|thinks|thought|believe|believes|believed|hope|hopes|hoped|suppose|guess"
    r"|imagine|say|says|said|feel|felt|realise|realised"
    r"|realize|realized|know|knows|knew|sure|certain|glad|happy|pleased|confident|afraid"
    r"|aware|sorry|means|mean|expect|suspect|decided|agreed)"
)
_THAT = re.compile(rf"\b(?P<verb>{_BELIEVES}) (?P<that>that )(?={_SUBJECT}\b)")
_NO_THAT = re.compile(
    r"\b(?:think|thinks|believe|believes|hope|hopes|hoped|suppose|sure|certain|glad|happy"
    r"|pleased|confident|afraid|realised|realized"
    rf"|means|feel) (?={_SUBJECT} )"
)
_WH = re.compile(
    r"\b(?:what|which|who|whom|how|where|when|why|whatever|that|as|than|so|to think|like"
    r"|thing|one)\b[^,.;:]*$",
    re.I,
)
_NOUN_BEFORE = re.compile(
    r"\b(?:to|the|a|an|of|their|our|no|his|her|its|great|good|every|little|such|in|make|some|any)\s$"
)


def that_clauses(scan: Scan) -> Iterator[Candidate]:
    """Yield "that" after a verb of saying or thinking, where it may stand or not."""
    for found in _THAT.finditer(scan.text):
        before = scan.before(found.start(), 60)
        if not re.search(r"\b(?:the|a|an|of|no|such)\s$", before):
            yield swap(scan, "that-comp", found.start("that"), found.end("that"), "")
    for found in _NO_THAT.finditer(scan.text):
        before = scan.before(found.start(), 60)
        verb = found.group().split()[0].casefold()
        noun = verb in {"hope", "hopes", "means", "feel", "certain"} and bool(_NOUN_BEFORE.search(before))
        if not noun and not _WH.search(before) and not re.search(r"\bby (?:all |no |any )?$", before):
            yield swap(scan, "that-comp", found.end(), found.end(), "that ")


_IN_ORDER_TO = re.compile(r"\b(?:[Ii]n order to)(?= (?!not\b)[a-z])")
_BECAUSE = re.compile(
    r"(?<=, )because(?= (?:we|they|he|she|I|it|there|the|this|these|you|your|our|their|all"
    r"|some|many|most|each)\b)"
)
_BECAUSE_FIRST = re.compile(
    r"Because(?= (?:we|they|he|she|I|it|there|the|this|these|you|your|our|their|all|some|many|most|each)\b)"
)
_HOWEVER = re.compile(
    r"However, (?P<pair>(?:it|they|we|he|she|this|there|these|that) (?:is|was|are|were|can"
    r"|has|have|will|may|should|could|would|does|do|did|must))"
    r"(?= (?!not\b|n[’']t)[a-z])"
)
_HOWEVER_INSIDE = re.compile(
    r"(?P<pair>(?:It|They|We|He|She|This|There|These|That) (?:is|was|are|were|can|has|have"
    r"|will|may|should|could|would|does|do|did|must)), however,"
    r"(?= [a-z])"
)


def connectives(scan: Scan) -> Iterator[Candidate]:
    """Yield "in order to" and "to", "because" and "since", and two seats of "however"."""
    for found in _IN_ORDER_TO.finditer(scan.text):
        if not re.search(r"\b(?:not|just|only|done|is|are|was|were)\s$", scan.before(found.start())):
            yield swap(scan, "in-order-to", *found.span(), "to")
    for found in _BECAUSE.finditer(scan.text):
        if not re.search(
            r"\b(?:not|just|only|simply|is|are|was|partly|perhaps|maybe|why|either|both)\b[^,]*, $",
            scan.before(found.start()),
        ):
            yield swap(scan, "because-since", *found.span(), "since")
    for found in _BECAUSE_FIRST.finditer(scan.text):
        if scan.opens_sentence(found.start()):
            yield swap(scan, "because-since", *found.span(), "since")
    for found in _HOWEVER.finditer(scan.text):
        if scan.opens_sentence(found.start()):
            yield swap(scan, "however-move", *found.span(), f"{found['pair']}, however,")
    for found in _HOWEVER_INSIDE.finditer(scan.text):
        if scan.opens_sentence(found.start()):
            pair = found["pair"]
            yield swap(scan, "however-move", *found.span(), f"However, {pair[0].lower()}{pair[1:]}")


_EG = re.compile(r"\be\.g\.,?(?= [\w“\"'‘])")
_EG_LONG = re.compile(r"(?<=\()for example,(?= [\w])")
_IE = re.compile(r"\bi\.e\.,?(?= [\w“\"'‘])")
_IE_LONG = re.compile(r"(?<=\()that is,(?= [\w])")
_ETC = re.compile(r"(?<=,) (?P<etc>etc\.)(?=[,;):])")
_ETC_LONG = re.compile(r"(?<=,) (?P<etc>and so on)(?=[,;):])")
_VERSUS = re.compile(r"(?<=[a-z] )(?:vs\.|versus)(?= [a-z])")


def abbreviations(scan: Scan) -> Iterator[Candidate]:
    """Yield Latin abbreviations and their English words. Style 1 is the abbreviation."""
    for found in _EG.finditer(scan.text):
        if re.search(r"(?:[(;—–] ?|, )$", scan.before(found.start())):
            yield swap(scan, "abbrev", *found.span(), "for example,", 1)
    for found in _EG_LONG.finditer(scan.text):
        yield swap(scan, "abbrev", *found.span(), "e.g.", 0)
    for found in _IE.finditer(scan.text):
        if re.search(r"(?:[(;—–] ?|, )$", scan.before(found.start())):
            yield swap(scan, "abbrev", *found.span(), "that is,", 1)
    for found in _IE_LONG.finditer(scan.text):
        yield swap(scan, "abbrev", *found.span(), "i.e.", 0)
    for found in _ETC.finditer(scan.text):
        yield swap(scan, "abbrev", *found.span("etc"), "and so on", 1)
    for found in _ETC_LONG.finditer(scan.text):
        yield swap(scan, "abbrev", *found.span("etc"), "etc.", 0)
    for found in _VERSUS.finditer(scan.text):
        short = found.group() == "vs."
        yield swap(scan, "abbrev", *found.span(), "versus" if short else "vs.", int(short))


_SEMICOLON = re.compile(
    r"(?<=[a-z)]); (?=(?:the|this|these|they|it|we|you|he|she|there|that|all|each|some"
    r"|many|most|our|your|others) \w)"
)


def semicolons(scan: Scan) -> Iterator[Candidate]:
    """Yield a semicolon between two main clauses, which may be a full stop. Style 1 is the semicolon."""
    for found in _SEMICOLON.finditer(scan.text):
        at = found.start()
        start = scan.sentence_start(at)
        line = scan.text.find("\n", at)
        sentence = scan.text[start : line if line >= 0 else None]
        stop = re.search(r"[.!?:](?:\s|$)", sentence)
        if len(sentence[: stop.end() if stop else None].split(";")) == 2 and at - start > 20:
            letter = scan.text[at + 2]
            yield swap(scan, "semicolon", at, at + 3, f". {letter.upper()}", 1)
