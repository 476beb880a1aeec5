"""Denials: whether a text says of a value that it is not so, or of a name that nobody bears it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dyeline.facts.prose import Prose, Word

_NEGATORS = frozenset(
    "not no never none nothing nobody neither nor without deny denied denies denying untrue false instead".split()
)
_UNCONFIRMED = re.compile(
    r"\b(?:could|can)(?: ?not|n['’]t) be (?:independently )?(?:confirmed|verified)"
    r"|\b(?:un|dis)(?:confirmed|proved|proven)\b"
)
_UNTRUE_HEAD = re.compile(
    r"\b(?:not true that|untrue that|false that|rather than|contrary to)\b", re.IGNORECASE
)
_LIMITS = frozenset("above over beyond below under until till".split())
_NEGATIVE_VERB = re.compile(r"n['’]t$")
_NEAR_NEGATION = 3  # words before a relation word within which a "not" denies it

_TOLD = (
    r"\b(?:(?:rumou?r|report|allegation|suggestion|assertion|statement|story|stories|talk|idea|notion|figure)s?"
    r"\s(?:of|that|about|saying)|claims?\s(?:that|about))\b"
)
_UNTRUE = (
    r"(?:false|untrue|unfounded|groundless|baseless|fabricated|fictitious|invented|made up|wrong|incorrect|inaccurate"
    r"|exaggerated|denied|nonsense|an? (?:lie|myth|invention|fabrication)|lies|not (?:true|correct|right|accurate))"
)
_IS_UNTRUE = (
    r"\b(?:(?:is|are|was|were|been|being|be|prove[sd]?|turned out|remains?)"
    rf"(?:\s(?:to be|[a-z]+ly|all|quite|just|both))*\s{_UNTRUE}"
    r"|(?:is|was|are|were)n['’]t\s(?:true|correct|right|accurate))\b"
)
_AFTER_TOLD = re.compile(rf"{_TOLD}[^.;:]*$", re.IGNORECASE)
_TOLD_UNTRUE = re.compile(_IS_UNTRUE, re.IGNORECASE)
_REFUTED = re.compile(
    rf"\b(?:reject|dismiss|refut|disput|debunk)(?:s|es|ed|e|ing)?\s(?:[\w-]+\s){{0,2}}?{_TOLD}[^.;:]*$",
    re.IGNORECASE,
)
_REMARK = re.compile(
    rf"^[^.;:]{{0,60}}?[,–—-]\s?(?:(?:but|and)\s)?(?:which|that|this)\s{_IS_UNTRUE}", re.IGNORECASE
)
_NOT_THERE = r"(?:(?:do|does|did)(?:\snot|n['’]t)\s(?:even\s)?exist|never\sexisted)\b"
_COUNTED_NOT_THERE = re.compile(rf"^(?:\s[\w-]+){{0,2}}?\s{_NOT_THERE}", re.IGNORECASE)

_MENTIONING = (
    r"(?:(?:mention|nam|cit|list|identif|includ)(?:e|es|ed|ing|s|y|ies|ied|ying)?"
    r"|(?:refer|allude|point)(?:s|d|red|ring)?\sto)"
)
_BESIDE_NAME = r"(?:(?i:mr|mrs|ms|dr|an?|any|the)\.?\s)?(?:(?:[A-ZÀ-Þ][\w’'-]*\s){1,4}(?:and|or|nor)\s)?$"
_UNNAMED_BEFORE = re.compile(
    r"(?:\b(?i:nobody|no[ -]one|none|no\s[\w-]+)\s(?i:(?:is|was|here|there|ever)\s)?"
    r"(?i:named|called|known as|by the name of)"
    rf"|(?:\b(?i:not|never|nowhere|without|fail(?:s|ed)?\sto)|n['’]t)\s(?i:(?:[a-z]+ly|even|once)\s)?(?i:{_MENTIONING})"
    r"|\b(?i:no)\s(?i:mention|reference|trace|record|sign)\s(?i:of|to)"
    r"|\b(?i:no\ssuch\s[\w-]+\sas)"
    rf"|\b(?i:not|no))\s{_BESIDE_NAME}"
)
_UNNAMED_AFTER = re.compile(
    rf"^\s(?:{_NOT_THERE}|(?:is|was|are|were)(?:\snot|n['’]t|\snever|\snowhere)\s(?:[a-z]+ly\s|even\s)?"
    r"(?:mentioned|named|cited|listed|identified|real)\b(?!\sas\b)"
    r"|(?:is|was)\s(?:[a-z]+ly\s)?(?:an\sinvention|fictitious|fictional|invented|made\sup)\b)"
)


def is_negated(prose: Prose, start: int, end: int) -> bool:
    """Tell whether a "not" stands before ``start`` in its clause, or the sentence says that it is untrue."""
    return bool(negators(prose, start, end)) or is_denied(prose, start, end)


def negators(prose: Prose, start: int, end: int) -> list[Word]:
    """Return the words before ``start`` in its clause that deny what follows."""
    low, _ = prose.clause_at(start, end)
    before = prose.words_in((low, start))
    return [before[k] for k in range(len(before)) if _negates(before, k) and not _is_limit(before[k + 1 :])]


def is_denied(prose: Prose, start: int, end: int) -> bool:
    """Tell whether a sentence says that a value at ``start:end`` is untrue, not there, or could not be confirmed."""
    _, high = prose.sentences[prose.sentence_at(start)]
    return bool(_UNCONFIRMED.search(prose.text[end:high])) or is_untrue(prose, start, end)


def is_untrue(prose: Prose, start: int, end: int) -> bool:
    """Tell whether a sentence says that what it reports of ``start:end`` is untrue, or is not there at all."""
    low, high = prose.sentences[prose.sentence_at(start)]
    head, tail = prose.text[low:start], prose.text[end:high]
    if _UNTRUE_HEAD.search(head) or _REFUTED.search(head):
        return True
    if _REMARK.match(tail) or _COUNTED_NOT_THERE.match(tail):
        return True
    clause = prose.text[end : prose.clause_at(start, end)[1]]
    return bool(_AFTER_TOLD.search(head) and _TOLD_UNTRUE.search(clause))


def is_unnamed(prose: Prose, start: int, end: int) -> bool:
    """Tell whether a clause says that a name at ``start:end`` is not mentioned, or that nobody is called so."""
    low, high = prose.clause_at(start, end)
    return bool(_UNNAMED_BEFORE.search(prose.text[low:start]) or _UNNAMED_AFTER.match(prose.text[end:high]))


def relation_negated(prose: Prose, word: Word) -> bool:
    """Tell whether a "not" stands right before a relation word."""
    sentence = prose.sentences[prose.sentence_at(word.start)]
    before = prose.words_in((sentence[0], word.start))[-_NEAR_NEGATION:]
    return any(_negates(before, k) for k in range(len(before)))


def denies_verb(word: Word) -> bool:
    """Tell whether a denying word belongs to a verb: "did not", "never", "don't"."""
    return word.key in ("not", "never") or bool(_NEGATIVE_VERB.search(word.text))


def _is_limit(words: Sequence[Word]) -> bool:
    """Tell whether words after a "not" make it a limit: "none above 12 tonnes", "nothing heavier than", "not until"."""
    near = [word.key for word in words[-3:]]
    return bool(near) and (near[-1] in _LIMITS or (near[-1] == "than" and len(near) > 1))


def _negates(words: Sequence[Word], at: int) -> bool:
    key = words[at].key
    following = [word.key for word in words[at + 1 : at + 3]]
    if key in ("not", "no") and following and following[0] in ("only", "later", "less", "fewer"):
        return False
    if key == "not" and not {"all", "every", "everybody", "everyone"}.isdisjoint(following):
        return False  # "not for all 430 nurses": there are 430
    return key in _NEGATORS or bool(_NEGATIVE_VERB.search(words[at].text))
