"""What a phrase pair is: two phrases, and the guards that keep them to contexts where both fit.

A pair is left out rather than guarded halfway. Guards look at what stands outside of the phrase and
therefore hold for both members alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phrases, and where they may replace each other.

    ``one_way``: only ``one`` may be replaced, because ``other`` has further meanings. ``initial``: only
    where a sentence opens; ``inside``: never there. ``verb``: only behind what a plain verb follows
    (a subject pronoun, an auxiliary, "to", a sentence start). ``ends``: only before punctuation.
    ``before``, ``not_before``, ``after``, ``not_after``: alternatives (regular expressions of whole
    words) that must or must not be the neighbour; DET stands for a determiner, ^ for a sentence start.
    ``informal``: only in documents of that style.
    """

    one: str
    other: str
    one_way: bool = False
    initial: bool = False
    inside: bool = False
    verb: bool = False
    ends: bool = False
    before: str = ""
    not_before: str = ""
    after: str = ""
    not_after: str = ""
    informal: bool = False
    cls: str = "phrase"


def inflected(
    one: str,
    other: str,
    *,
    one_way: bool = False,
    after: str = "",
    not_after: str = "",
    informal: bool = False,
) -> tuple[Pair, ...]:
    """Return pairs for the five forms of two verbs: base, third person, past, participle, -ing.

    The base is only taken behind what a plain verb follows; an unlike past and participle keep the past apart
    from the perfect by the auxiliary in front.
    """
    a, b = (forms.split("/") for forms in (one, other))
    has = (
        "has|have|had|been|be|is|are|was|were|being|get|gets|got|having|n't|n’t|not|already"
        "|just|also|recently|never"
    )
    same = a[2] == a[3] and b[2] == b[3]
    nouns = (
        "the|a|an|this|that|any|no|of|our|your|their|his|her|its|in|for|with|and|new|first"
        "|last|early|many|several|some|other"
    )
    pairs = [
        Pair(a[0], b[0], one_way, verb=True, after=after, not_after=not_after, informal=informal),
        Pair(a[1], b[1], one_way, not_before=nouns, after=after, not_after=not_after, informal=informal),
        Pair(
            a[2],
            b[2],
            one_way,
            not_before="" if same else has,
            after=after,
            not_after=not_after,
            informal=informal,
        ),
        Pair(a[4], b[4], one_way, after=after, not_after=not_after, informal=informal),
    ]
    if not same:
        pairs.append(
            Pair(
                a[3],
                b[3],
                one_way,
                before="has|have|had|been",
                after=after,
                not_after=not_after,
                informal=informal,
            )
        )
    return tuple(pair for pair in pairs if pair.one)


BE = "is|are|was|were|be|been|being|isn't|aren't|isn’t|aren’t|'s|it's|it’s"
CLAUSE = (
    r"we|they|you|he|she|it|I|there|the|this|these|those|our|your|their|his|her|its|a|an"
    r"|some|many|most|all|no|each|every|people|everyone"
)
PLURAL = r"(?:[a-z]+ )?[a-z]+[^s\W]s"
PERSON = "us|you|them|him|her|me|people|everyone"
