"""Who is quoted: the name or role beside "said", "told", "according to"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dyeline.facts.names import full_names, is_bare_surname
from dyeline.facts.prose import Prose
from dyeline.model.document import Span

_VERB = (
    r"(?:said|says|say|told|tells|writes|wrote|adds|added|called|calls|speaks|spoke|answered|answers|replied|argued"
    r"|argues|claimed|claims|insisted|insists|warned|explained|recalled|noted|confirmed|declared|stated|put it|puts it"
    r"|asked|testified|complained|remarked|announced|shouts|shouted|(?:is|was|are|were) quoted as [a-z]+ing)"
)
_PART = r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.|[A-ZÀ-Þ]\.(?=\s?[A-ZÀ-Þ])|[A-ZÀ-Þ][\w’'-]*)"
_NAME = (
    rf"(?:(?!(?:An?|The|One|Two|Three|It|This|That|But|And|In|On|At|As|If|When)\b){_PART}"
    rf"(?:\s(?:{_PART}|[“‘(][\w-]{{1,20}}[”’)](?=\s[A-ZÀ-Þ])|of the|of|for|de|van|von)){{0,5}}"
    r"(?<!\sof)(?<!\sthe)(?<!\sfor))"
)
_ROLE = (
    r"(?<!\bof\s)(?<!\bwith\s)(?<!\bto\s)(?:(?i:an?|the|one|two|three|several)\s(?:[\w-]+\s){0,3}?"
    r"(?!matter)(?:[a-z]+(?:man|woman|person|er|or|ist|ee|al|ian)s?|persons?|man|woman|people|sources?|judge|witness|colleague)"
    r"(?:\s(?:of|for|from|with|at|close to|familiar with)(?:\s(?:the|an?|its|their|his|her|this))?\s[\w’'-]+"
    r"(?:\s(?:of|from|at)(?:\s(?:the|an?))?\s[\w’'-]+|\s[A-Z][\w’'-]*){0,3})?)"
)
_WHO = rf"(?P<who>{_NAME}|{_ROLE}|\b(?i:s?he|they|somebody|someone)\b)"
_AFTER = (
    re.compile(rf"^[,.]?[\"”’']?,?\s+(?:{_VERB})\s(?:the\s)?(?:(?!(?:of|for)\b)[\w-]+\s){{0,3}}?{_WHO}"),
    re.compile(rf"^[,.]?[\"”’']?,?\s+(?:as\s)?{_WHO}(?:,[^,\n]{{2,60}},)?\s(?:also\s|later\s)?{_VERB}\b"),
    re.compile(rf"^[,.]?[\"”’']?,?\s+according to\s{_WHO}"),
    re.compile(rf"^[,.]?[\"”’']?,?\s+(?:[\w-]+\s){{1,4}}?{_WHO}(?:,[^,\n]{{2,60}},)?\s{_VERB}\b"),
)
_BEFORE = (
    re.compile(rf"{_WHO}(?:,[^,\n]{{2,80}},)?\s(?:[\w-]+\s){{0,2}}?{_VERB}\b[^.\n\"“”]{{0,60}}$"),
    re.compile(rf"(?:[Aa]ccording to|words of)\s{_WHO}[^.\n\"“”]{{0,20}}$"),
    re.compile(rf"{_WHO}(?:\s[^.\n\"“”]{{0,60}})?:\s?$"),
)
_ATTRIBUTED = (
    re.compile(rf"[Aa]ccording to\s{_WHO}"),
    re.compile(rf"[,?!][\"”’']?\s{_WHO}\s{_VERB}\b"),
    re.compile(rf"[,?!][\"”’']?\s{_VERB}\s{_WHO}"),
    re.compile(rf"{_WHO}(?:,[^,\n]{{2,80}},)?\s(?:told|said|says|confirmed|announced)\b"),
)
_APPOSED = re.compile(rf"^,\s(?P<who>{_NAME})(?=[,.;]|$)")
_OWNER = re.compile(r"\b(?:(?<!words )of|for|with|from|about|against)\s(?:[A-ZÀ-Þ][\w’'.-]*\s)*$")
_PRONOUN = re.compile(r"(?i:s?he|they)$")
_PERSON = re.compile(r"(?<![\w-])[A-ZÀ-Þ][a-zà-ÿ’']+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)*\s[A-ZÀ-Þ][\w’'-]+")
_WEAK = frozenset("the a an it its this that these those in on at but and if when as you we i".split())


def speaker_of_quote(prose: Prose, span: Span, people: Sequence[str] = ()) -> str | None:
    """Return who is said to have spoken the words at ``span``; None when the text does not tell.

    A pronoun is the one person named in full in its paragraph before it, or in the one before that; where two
    are, nobody. ``people`` are full names that a surname may stand for, beside those in the text.
    """
    sentence = prose.sentences[prose.sentence_at(span[0])]
    quoted = next((one for one in prose.quoted if one[0] <= span[0] < one[1]), span)
    closing = prose.text[quoted[1] : quoted[1] + 160].split("\n")[0]
    opening = prose.text[max(0, min(sentence[0], span[0] - 200)) : quoted[0]].split("\n")[-1]
    opening = opening.rstrip("\"“‘'«„ ")
    for pattern in _AFTER:
        found = pattern.match(closing)
        if found is not None and _speaks(found):
            return _named(prose, _called(found), span[0], people)
    last = re.split(r"[.!?][\"”’']?\s", opening)[-1]
    for pattern in _BEFORE:
        found = pattern.search(last + (" " if not last.endswith(":") else ""))
        if found is not None and _speaks(found):
            return _named(prose, _called(found), span[0], people)
    return None


def speaker_of_statement(prose: Prose, sentence: int, people: Sequence[str] = ()) -> str | None:
    """Return whom a sentence names as the source of what it reports; None when it names nobody."""
    text = prose.sentence_text(sentence)
    for pattern in _ATTRIBUTED:
        found = pattern.search(text)
        if found is not None and _speaks(found):
            return _named(prose, _called(found), prose.sentences[sentence][0], people)
    return None


def _speaks(found: re.Match[str]) -> bool:
    """Tell whether the one who was found speaks: not "it", not the one in "Vorne's lawyer" or "a friend of Vorne"."""
    who = found["who"]
    if who.casefold() in _WEAK or who.endswith(("'s", "’s")):
        return False
    return _OWNER.search(found.string[: found.start("who")]) is None


def _called(found: re.Match[str]) -> str:
    """Return who was found, or the full name behind a role: "the chief engineer, Jurek Penhallow, said"."""
    who = found["who"]
    name = _APPOSED.match(found.string[found.end("who") :]) if re.match(r"(?:an?|the)\s", who, re.I) else None
    return name["who"] if name is not None and " " in name["who"] else who


def _named(prose: Prose, who: str, before: int, people: Sequence[str]) -> str | None:
    """Return whom a pronoun or a bare surname stands for if only one person can be meant, else what was written."""
    if _PRONOUN.match(who):
        return _last_named(prose, before)
    name = re.sub(r"^(?:Mr|Mrs|Ms|Dr|Prof)\.?\s", "", who)
    for person in people:
        if re.match(rf"(?:[A-ZÀ-Þ][\w’'.-]*\s)*{re.escape(person)}(?![\w-]|\s[A-ZÀ-Þ])", name):
            return person
    if not is_bare_surname(name):
        return name
    surname = name.split()[-1]
    known = [person for person in people if person.split()[-1] == surname]
    called = {full.casefold(): full for full in (*full_names(prose, surname), *known)}
    return next(iter(called.values())) if len(called) == 1 else name


def _last_named(prose: Prose, before: int) -> str | None:
    """Return the one person named in full in the paragraph before an offset, or in the paragraph before it."""
    paragraphs = [part for part in prose.text[:before].split("\n") if part.strip()]
    for paragraph in paragraphs[::-1][:2]:
        named = {match[0] for match in _PERSON.finditer(paragraph)}
        if named:
            return named.pop() if len(named) == 1 else None
    return None
