"""Rules on a parsed text. They see the parser's tokens only through the attributes used here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Tree = Any  # a parsed document: a sequence of tokens with sentences; the parser ships no usable types
Token = Any


@dataclass(frozen=True, slots=True)
class Found:
    """An alternation in a parsed stretch; offsets count its characters."""

    cls: str
    start: int
    end: int
    other: str
    style: int | None = None


TreeRule = Callable[[Tree], Iterator[Found]]

_SUBJECTS = {"nsubj", "nsubjpass", "expl"}
_THINKING = frozenset(
    "think thinks thought believe believes believed know knows knew claim claims claimed say says said argue argues argued suggest suggests"
    " suggested indicate indicates assume assumes assumed hope hopes hoped decide decided realise realised realize realized agree agreed conclude"
    " concluded expect expects expected understand imagine guess suspect mean means find found show shows showed feel felt".split()
)
_PERSONS = re.compile(
    r"(?:people|persons?|men|women|children|staff|users?|members?|[a-z]+(?:ists?|ians?|ees?|ants?|ers|ors))$", re.I
)


def _end(token: Token) -> int:
    return int(token.idx) + len(token)


def relative_subjects(tree: Tree) -> Iterator[Found]:
    """Yield "that" and "which" as subjects of a restrictive relative clause (style 1: which)."""
    for token in tree:
        word = token.lower_
        if word not in {"that", "which"} or token.dep_ not in _SUBJECTS or token.head.dep_ != "relcl" or not token.i:
            continue
        noun = tree[token.i - 1]
        if noun.pos_ == "NOUN" and not _PERSONS.match(noun.text) and noun.i == token.head.head.i:
            yield Found("which-that", token.idx, _end(token), "which" if word == "that" else "that", int(word == "which"))


def relative_objects(tree: Tree) -> Iterator[Found]:
    """Yield "that" as the object of a relative clause, which may be left out."""
    for token in tree:
        if token.lower_ != "that" or token.dep_ != "dobj" or token.head.dep_ != "relcl" or token.i + 1 >= len(tree):
            continue
        noun, after = tree[token.i - 1], tree[token.i + 1]
        if noun.pos_ == "NOUN" and noun.i == token.head.head.i and (after.pos_ == "PRON" or after.lower_ in {"the", "our", "your", "their"}):
            yield Found("rel-omit", token.idx, after.idx, "")


def complement_that(tree: Tree) -> Iterator[Found]:
    """Yield "that" behind a verb of saying or thinking, before a short subject."""
    for token in tree:
        if token.lower_ != "that" or token.dep_ != "mark" or token.head.dep_ != "ccomp" or not 0 < token.i < len(tree) - 1:
            continue
        verb, after = tree[token.i - 1], tree[token.i + 1]
        plain = after.pos_ == "PRON" or after.lower_ in {"the", "our", "your", "their", "his", "her", "its"}
        if verb.i == token.head.head.i and verb.pos_ == "VERB" and verb.lower_ in _THINKING and plain:
            if after.lower_ not in {"all", "that", "those", "both", "this", "these"}:
                yield Found("that-comp", token.idx, after.idx, "")


def series_comma(tree: Tree) -> Iterator[Found]:
    """Yield the comma before the last "and" or "or" of a list of nouns or adjectives (style 1: comma)."""
    for token in tree:
        if token.dep_ != "cc" or token.lower_ not in {"and", "or"} or not token.i:
            continue
        chain = [token.head]
        while chain[-1].dep_ == "conj" and chain[-1].head.i < chain[-1].i:
            chain.append(chain[-1].head)
        last = [each for each in token.head.children if each.dep_ == "conj" and each.i > token.i]
        if len(chain) < 2 or not last or any(each.pos_ not in {"NOUN", "ADJ"} for each in (*chain, last[0])):
            continue
        between = tree[chain[1].i : chain[0].i].text
        previous = tree[token.i - 1]
        if "," not in between or re.search(r"\b(?:and|or|which|who)\b|[()]", between):
            continue
        if previous.text == ",":
            yield Found("oxford", previous.idx, _end(previous), "", 1)
        elif previous.i >= token.head.i and previous.text != ")":
            yield Found("oxford", _end(previous), _end(previous), ",", 0)


def clause_comma(tree: Tree) -> Iterator[Found]:
    """Yield the comma between main clauses joined by "and" or "but" (style 1: comma)."""
    for sentence in tree.sents:
        for token in sentence:
            if token.dep_ != "cc" or token.lower_ not in {"and", "but"} or token.i <= sentence.start:
                continue
            head = token.head
            second = [each for each in head.children if each.dep_ == "conj" and each.i > token.i]
            if head.dep_ != "ROOT" or not second or second[0].pos_ not in {"VERB", "AUX"} or head.pos_ not in {"VERB", "AUX"}:
                continue
            own_subject = any(each.dep_ in _SUBJECTS and each.i > token.i for each in second[0].children)
            previous, after = tree[token.i - 1], tree[token.i + 1]
            if not own_subject or after.lower_ in {"that", "what", "whether", "how", "if", "when", "where", "who"}:
                continue
            earlier = tree[sentence.start : token.i - 1].text
            if previous.text == ",":
                if "," not in earlier and len(earlier) <= 90:
                    yield Found("clause-comma", previous.idx, _end(previous), "", 1)
            elif not previous.is_punct and "," not in earlier:
                yield Found("clause-comma", _end(previous), _end(previous), ",", 0)


def order_swaps(tree: Tree) -> Iterator[Found]:
    """Yield two bare nouns or adjectives joined by "and" or "or", in either order."""
    for token in tree:
        if token.dep_ != "cc" or token.lower_ not in {"and", "or"} or not 0 < token.i < len(tree) - 1:
            continue
        one, other = token.head, tree[token.i + 1]
        if one.i != token.i - 1 or other.dep_ != "conj" or other.head.i != one.i or one.tag_ != other.tag_ or one.pos_ not in {"NOUN", "ADJ"}:
            continue
        bare = not any(each.i < one.i for each in one.children) and not list(other.children) and one.dep_ != "conj"
        if bare and one.text.islower() and other.text.islower():
            yield Found("order-swap", one.idx, _end(other), f"{other.text} {token.text} {one.text}")


def adverb_seats(tree: Tree) -> Iterator[Found]:
    """Yield an adverb that may stand before or after an auxiliary."""
    movable = {"also", "still", "usually", "often", "generally", "already", "currently", "previously", "normally", "always", "probably", "recently"}
    for token in tree:
        if token.lower_ not in movable or token.dep_ != "advmod" or not 1 < token.i < len(tree) - 1 or tree[token.i + 1].i != token.head.i:
            continue
        auxiliary = tree[token.i - 1]
        if auxiliary.dep_ in {"aux", "auxpass"} and auxiliary.lower_ in {"has", "have", "had", "can", "could", "would", "should"}:
            if tree[token.i - 2].pos_ in {"NOUN", "PROPN"}:
                yield Found("adverb-aux", auxiliary.idx, _end(token), f"{token.text} {auxiliary.text}")


def particles(tree: Tree) -> Iterator[Found]:
    """Yield a particle that may stand before or after a short object."""
    for token in tree:
        objects = [each for each in token.head.children if each.dep_ == "dobj" and each.pos_ == "NOUN"]
        if token.dep_ != "prt" or token.lower_ not in {"up", "out", "down", "off", "over", "back", "away"} or len(objects) != 1:
            continue
        left, right = objects[0].left_edge, objects[0].right_edge
        words = tree[left.i : right.i + 1].text
        if right.i - left.i > 2 or right.i != objects[0].i:
            continue
        if token.i == token.head.i + 1 and left.i == token.i + 1:
            yield Found("particle", token.idx, _end(right), f"{words} {token.text}")
        elif left.i == token.head.i + 1 and token.i == right.i + 1:
            yield Found("particle", left.idx, _end(token), f"{token.text} {words}")


def datives(tree: Tree) -> Iterator[Found]:
    """Yield "send the office a copy" and "send a copy to the office"."""
    giving = re.compile(r"(?:gi(?:ve|ves|ving)|gave|given|send|sends|sent|sending|offer|offers|offered|grant|grants|granted|show|shows|showed|lend|lends|lent)$")
    for token in tree:
        if token.dep_ != "dative" or not giving.match(token.head.lower_):
            continue
        objects = [each for each in token.head.children if each.dep_ == "dobj" and each.pos_ != "PRON"]
        if len(objects) != 1:
            continue
        thing = tree[objects[0].left_edge.i : objects[0].right_edge.i + 1]
        receiver = tree[token.left_edge.i : token.right_edge.i + 1]
        if len(thing) > 4 or len(receiver) > 5:
            continue
        if token.pos_ == "NOUN" and thing.start == receiver.end:
            yield Found("dative", receiver.start_char, thing.end_char, f"{thing.text} to {receiver.text}")
        elif token.lower_ == "to" and receiver.start == thing.end and len(receiver) > 1 and receiver[1].pos_ != "PRON":
            yield Found("dative", thing.start_char, receiver.end_char, f"{receiver[1:].text} {thing.text}")


def purpose(tree: Tree) -> Iterator[Found]:
    """Yield "to" of purpose, which may be "in order to"."""
    for token in tree:
        if token.lower_ != "to" or token.dep_ != "aux" or token.head.dep_ != "advcl" or token.head.tag_ != "VB" or token.i < 2:
            continue
        before = tree[token.i - 1]
        if before.pos_ == "NOUN" and before.dep_ in {"dobj", "pobj"} and token.head.i == token.i + 1:
            yield Found("in-order-to-ins", token.idx, _end(token), "in order to")


def saying(tree: Tree) -> Iterator[Found]:
    """Yield "said" and "stated" before what was said."""
    for token in tree:
        if token.lower_ not in {"said", "stated"} or token.tag_ != "VBD":
            continue
        children = list(token.children)
        clause = any(each.dep_ == "ccomp" and each.i > token.i for each in children)
        if clause and any(each.dep_ == "nsubj" and each.i < token.i for each in children):
            yield Found("say-state", token.idx, _end(token), "stated" if token.lower_ == "said" else "said")


TREE_RULES: tuple[TreeRule, ...] = (
    relative_subjects,
    relative_objects,
    complement_that,
    series_comma,
    clause_comma,
    saying,
    order_swaps,
    adverb_seats,
    particles,
    datives,
    purpose,
)
