"""Quotations, names, links, code, citations and blocks that are not prose stay as they are."""

from __future__ import annotations

import pytest

from dyeline.carriers.wording.protected import protection, quotations
from dyeline.model.document import Block, BlockKind, DeclaredPlace, Document


def paragraph(text: str, kind: BlockKind = "paragraph") -> Document:
    return Document(text, (Block(0, len(text), kind),))


def free(text: str, words: str, kind: BlockKind = "paragraph") -> bool:
    start = text.index(words)
    return protection(paragraph(text, kind)).free(start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She wrote “we left prior to noon” in the log.", "prior to"),
        ('He said "for example this" and left.', "for example"),
        ("They call it ‘prior to noon’ in the office.", "prior to"),
        ("They call it 'prior to noon' in the office.", "prior to"),
        ("»Wir« and «prior to noon» are quoted.", "prior to"),
        ("An unfinished “quotation runs on prior to its end", "prior to"),
        ("See https://example.org/prior-to/colour for more.", "colour"),
        ("Write to colour@example.org today.", "colour"),
        ("Use `prior to` in the script.", "prior to"),
        ("Open /etc/colour/list and stop.", "colour"),
        ("Run it with --colour=on and wait.", "colour"),
        ("The colour_map value is set.", "colour"),
        ("Call colour(red) twice.", "colour"),
        ("As Section 4(2) and Art. 6 require.", "4(2)"),
        ("Under § 12 nothing happens.", "12"),
        ("In Black v. Harbour Company the court held so.", "Harbour"),
        ("The Harbour Master of Colour Bay agreed.", "Harbour Master of Colour Bay"),
        ("Version 2.4 of it came out.", "2.4"),
        ("Regulation (EU) 2016/679 applies.", "2016/679"),
    ],
)
def test_foreign_words_are_protected(text: str, words: str) -> None:
    assert not free(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The users’ guide came prior to the visit; the visitors’ list did not.", "prior to"),
        ("It's the dog's bowl prior to lunch, isn't it?", "prior to"),
        ("In the ’90s we met prior to lunch.", "prior to"),
        ("She said “yes” prior to noon and “no” later.", "prior to"),
        ("Prior to the Harbour Board meeting we ate.", "Prior to"),
        ("We read and/or write prior to noon.", "prior to"),
        ("It begins at 9am or prior to it.", "prior to"),
    ],
)
def test_the_words_around_them_are_free(text: str, words: str) -> None:
    assert free(text, words)


@pytest.mark.parametrize("kind", ["heading", "cell", "code", "quote", "header", "caption", "front"])
def test_blocks_that_are_not_prose_are_closed(kind: BlockKind) -> None:
    assert not free("We met prior to noon.", "prior to", kind)


def test_declared_variants_may_not_even_be_touched() -> None:
    text = "It is red, blue and green."
    document = Document(text, (Block(0, len(text), "paragraph"),), declared=(DeclaredPlace(6, 9, "id", 1),))
    shield = protection(document)
    assert not shield.free(6, 9) and not shield.free(9, 10) and not shield.free(9, 9)
    assert shield.free(11, 15)


def test_a_closing_mark_needs_its_own_kind() -> None:
    assert list(quotations("say “it's ‘so’ now” ok", 0, 22)) == [(4, 19)]
