"""Relative clauses: "that" or "which" as a subject, and "that" as an object that may be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.scan import Candidate, Scan, swap

_VERB = (
    r"(?:is|are|was|were|has|have|had|will|can|could|may|might|must|should|would|shall|do"
    r"|does|did|applies|apply|requires?|contains?|includes?"
    r"|provides?|allows?|describes?|covers?|needs?|shows?|helps?|makes?|made|gives?|gave"
    r"|takes?|took|comes?|came|works?|uses?|used|supports?)"
)
_DETERMINER = (
    r"(?:the|a|an|any|every|each|some|all|no|these|those|this|another|other|several|many"
    r"|most|two|three|four|five|of|new|our|your|their|its|his|her)"
)
_SUBJECT = re.compile(
    rf"\b{_DETERMINER} (?:[a-z-]+ )?(?P<noun>[a-z-]{{3,}}) (?P<word>that|which)(?= {_VERB} )"
)
_OBJECT = re.compile(
    r"\b(?:the|a|an|any|every|this|these|those|all the|no|another|our|your"
    r"|some) (?:(?:same|first|last|only|new|best|main|other|next|few|two|three) )?"
    r"(?P<noun>[a-z-]{3,}) (?P<word>that )(?=(?:we|you|they|I|he|she) [a-z])"
)
_PERSON = re.compile(
    r"(?:people|persons?|anyone|anybody|someone|somebody|everyone|everybody|nobody|man|men"
    r"|woman|women|child|children|staff|team|users?"
    r"|members?|candidates?|guests?|friends?|students?|clients?|family|families|police"
    r"|public|crowd|committee|couple|attackers?|intruders?"
    r"|maintainers?|developers?|administrators?|authors?|speakers?|readers?|writers?"
    r"|teachers?|workers?|volunteers?|employees?|residents?"
    r"|[a-z]+(?:ists?|ians?|ees?|ants?|men|women))$"
)
_NOT_NOUN = re.compile(
    r"(?:one|ones|same|something|anything|everything|nothing|all|those|these|this|that|what|who"
    r"|much|little|few|many|only|such|so|and|or|but|than|as|if"
    r"|for|from|with|after|before|until|like|about|into|over|under|then|now|not|also|even"
    r"|just|is|are|was|were|be|been|has|have|had|can|will|may"
    r"|it|them|him|her|you|they|we|she|he|think|thinks|thought|know|knows|knew|say|says"
    r"|said|hope|hopes|means?|meant|shows?|shown|believes?|ensures?"
    r"|sure|certain|clear|true|likely|possible|important|note|see|found|find|finds|decide"
    r"|[a-z]+(?:ed|ly|ing|ous|ful|able|ible))$"
)
_WITH_CLAUSE = re.compile(
    r"(?:fact|idea|hope|belief|view|news|claim|way|point|condition|extent|sense|reason"
    r"|time|day|possibility|chance|danger|risk|feeling|impression"
    r"|evidence|sign|proof|assumption|case|concern|fear|argument|suggestion|decision"
    r"|agreement|promise|knowledge|understanding|question|conclusion"
    r"|message|warning|rumour|rumor|guarantee|requirement|result|theory|thought|word"
    r"|statement|opinion|moment|problem|advantage|disadvantage)s?$"
)


def relatives(scan: Scan) -> Iterator[Candidate]:
    """Yield relative pronouns. Style 0 is "that", style 1 "which"."""
    for found in _SUBJECT.finditer(scan.text):
        noun = found["noun"]
        if _PERSON.match(noun) or _NOT_NOUN.match(noun):
            continue
        other = "which" if found["word"] == "that" else "that"
        yield swap(scan, "which-that", *found.span("word"), other, int(found["word"] == "which"))
    for found in _OBJECT.finditer(scan.text):
        noun = found["noun"]
        if not (_NOT_NOUN.match(noun) or _WITH_CLAUSE.match(noun)):
            yield swap(scan, "rel-omit", *found.span("word"), "")
