"""Rules on a parsed text: relative pronouns, "that", commas, "said". They see tokens by the attributes used here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dyeline.carriers.wording.tree import Found, Tree, TreeRule, end_of

_SUBJECTS = {"nsubj", "nsubjpass", "expl"}
_THINKING = frozenset(
    "think thinks thought believe believes believed know knows knew claim claims claimed"
    " say says said argue argues argued suggest suggests"
    " suggested indicate indicates assume assumes assumed hope hopes hoped decide decided"
    " realise realised realize realized agree agreed conclude"
    " concluded expect expects expected understand imagine guess suspect mean means find"
    " found show shows showed feel felt".split()
)
_PERSONS = re.compile(
    r"(?:people|persons?|men|women|children|staff|users?|members?|[a-z]+(?:ists?|ians?|ees?|ants?|ers|ors))$",
    re.I,
)


def relative_subjects(tree: Tree) -> Iterator[Found]:
    """Yield "that" and "which" as subjects of a restrictive relative clause (style 1: which)."""
    for token in tree:
        word = token.lower_
        if (
            word not in {"that", "which"}
            or token.dep_ not in _SUBJECTS
            or token.head.dep_ != "relcl"
            or not token.i
        ):
            continue
        noun = tree[token.i - 1]
        if noun.pos_ == "NOUN" and not _PERSONS.match(noun.text) and noun.i == token.head.head.i:
            yield Found(
                "which-that",
                token.idx,
                end_of(token),
                "which" if word == "that" else "that",
                int(word == "which"),
            )


def relative_objects(tree: Tree) -> Iterator[Found]:
    """Yield "that" as the object of a relative clause, which may be left out."""
    for token in tree:
        if (
            token.lower_ != "that"
            or token.dep_ != "dobj"
            or token.head.dep_ != "relcl"
            or token.i + 1 >= len(tree)
        ):
            continue
        noun, after = tree[token.i - 1], tree[token.i + 1]
        if (
            noun.pos_ == "NOUN"
            and noun.i == token.head.head.i
            and (after.pos_ == "PRON" or after.lower_ in {"the", "our", "your", "their"})
        ):
            yield Found("rel-omit", token.idx, after.idx, "")


def complement_that(tree: Tree) -> Iterator[Found]:
    """Yield "that" behind a verb of saying or thinking, before a short subject."""
    for token in tree:
        if (
            token.lower_ != "that"
            or token.dep_ != "mark"
            or token.head.dep_ != "ccomp"
            or not 0 < token.i < len(tree) - 1
        ):
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
            yield Found("oxford", previous.idx, end_of(previous), "", 1)
        elif previous.i >= token.head.i and previous.text != ")":
            yield Found("oxford", end_of(previous), end_of(previous), ",", 0)


def clause_comma(tree: Tree) -> Iterator[Found]:
    """Yield the comma between main clauses joined by "and" or "but" (style 1: comma)."""
    for sentence in tree.sents:
        for token in sentence:
            if token.dep_ != "cc" or token.lower_ not in {"and", "but"} or token.i <= sentence.start:
                continue
            head = token.head
            second = [each for each in head.children if each.dep_ == "conj" and each.i > token.i]
            if (
                head.dep_ != "ROOT"
                or not second
                or second[0].pos_ not in {"VERB", "AUX"}
                or head.pos_ not in {"VERB", "AUX"}
            ):
                continue
            own_subject = any(each.dep_ in _SUBJECTS and each.i > token.i for each in second[0].children)
            previous, after = tree[token.i - 1], tree[token.i + 1]
            if not own_subject or after.lower_ in {
                "that",
                "what",
                "whether",
                "how",
                "if",
                "when",
                "where",
                "who",
            }:
                continue
            earlier = tree[sentence.start : token.i - 1].text
            if previous.text == ",":
                if "," not in earlier and len(earlier) <= 90:
                    yield Found("clause-comma", previous.idx, end_of(previous), "", 1)
            elif not previous.is_punct and "," not in earlier:
                yield Found("clause-comma", end_of(previous), end_of(previous), ",", 0)


def saying(tree: Tree) -> Iterator[Found]:
    """Yield "said" and "stated" before what was said."""
    for token in tree:
        if token.lower_ not in {"said", "stated"} or token.tag_ != "VBD":
            continue
        children = list(token.children)
        clause = any(each.dep_ == "ccomp" and each.i > token.i for each in children)
        if clause and any(each.dep_ == "nsubj" and each.i < token.i for each in children):
            yield Found("say-state", token.idx, end_of(token), "stated" if token.lower_ == "said" else "said")


CLAUSE_RULES: tuple[TreeRule, ...] = (
    relative_subjects,
    relative_objects,
    complement_that,
    series_comma,
    clause_comma,
    saying,
)
