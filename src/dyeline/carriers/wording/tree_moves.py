"""Rules on a parsed text that move words; an author reviews every site of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.tree import Found, Tree, TreeRule, end_of

_MOVABLE = frozenset(
    "also still usually often generally already currently previously normally always"
    " probably recently".split()
)
_GIVING = re.compile(
    r"(?:gi(?:ve|ves|ving)|gave|given|send|sends|sent|sending|offer|offers|offered|grant"
    r"|grants|granted|show|shows|showed|lend|lends|lent)$"
)


def order_swaps(tree: Tree) -> Iterator[Found]:
    """Yield two bare nouns or adjectives joined by "and" or "or", in either order."""
    for token in tree:
        if token.dep_ != "cc" or token.lower_ not in {"and", "or"} or not 0 < token.i < len(tree) - 1:
            continue
        one, other = token.head, tree[token.i + 1]
        if (
            one.i != token.i - 1
            or other.dep_ != "conj"
            or other.head.i != one.i
            or one.tag_ != other.tag_
            or one.pos_ not in {"NOUN", "ADJ"}
        ):
            continue
        bare = (
            not any(each.i < one.i for each in one.children)
            and not list(other.children)
            and one.dep_ != "conj"
        )
        if bare and one.text.islower() and other.text.islower():
            yield Found("order-swap", one.idx, end_of(other), f"{other.text} {token.text} {one.text}")


def adverb_seats(tree: Tree) -> Iterator[Found]:
    """Yield an adverb that may stand before or after an auxiliary."""
    for token in tree:
        if (
            token.lower_ not in _MOVABLE
            or token.dep_ != "advmod"
            or not 1 < token.i < len(tree) - 1
            or tree[token.i + 1].i != token.head.i
        ):
            continue
        auxiliary = tree[token.i - 1]
        if auxiliary.dep_ in {"aux", "auxpass"} and auxiliary.lower_ in {
            "has",
            "have",
            "had",
            "can",
            "could",
            "would",
            "should",
        }:
            if tree[token.i - 2].pos_ in {"NOUN", "PROPN"}:
                yield Found("adverb-aux", auxiliary.idx, end_of(token), f"{token.text} {auxiliary.text}")


def particles(tree: Tree) -> Iterator[Found]:
    """Yield a particle that may stand before or after a short object."""
    for token in tree:
        objects = [each for each in token.head.children if each.dep_ == "dobj" and each.pos_ == "NOUN"]
        if (
            token.dep_ != "prt"
            or token.lower_ not in {"up", "out", "down", "off", "over", "back", "away"}
            or len(objects) != 1
        ):
            continue
        left, right = objects[0].left_edge, objects[0].right_edge
        words = tree[left.i : right.i + 1].text
        if right.i - left.i > 2 or right.i != objects[0].i:
            continue
        if token.i == token.head.i + 1 and left.i == token.i + 1:
            yield Found("particle", token.idx, end_of(right), f"{words} {token.text}")
        elif left.i == token.head.i + 1 and token.i == right.i + 1:
            yield Found("particle", left.idx, end_of(token), f"{token.text} {words}")


def datives(tree: Tree) -> Iterator[Found]:
    """Yield "send the office a copy" and "send a copy to the office"."""
    for token in tree:
        if token.dep_ != "dative" or not _GIVING.match(token.head.lower_):
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
        elif (
            token.lower_ == "to"
            and receiver.start == thing.end
            and len(receiver) > 1
            and receiver[1].pos_ != "PRON"
        ):
            yield Found("dative", thing.start_char, receiver.end_char, f"{receiver[1:].text} {thing.text}")


def purpose(tree: Tree) -> Iterator[Found]:
    """Yield "to" of purpose, which may be "in order to"."""
    for token in tree:
        if (
            token.lower_ != "to"
            or token.dep_ != "aux"
            or token.head.dep_ != "advcl"
            or token.head.tag_ != "VB"
            or token.i < 2
        ):
            continue
        before = tree[token.i - 1]
        if before.pos_ == "NOUN" and before.dep_ in {"dobj", "pobj"} and token.head.i == token.i + 1:
            yield Found("in-order-to-ins", token.idx, end_of(token), "in order to")


MOVING_RULES: tuple[TreeRule, ...] = (order_swaps, adverb_seats, particles, datives, purpose)
