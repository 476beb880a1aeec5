"""Names of sites depend on class, words, ordinal and near context, and on nothing else."""

from __future__ import annotations

from dyeline.carriers.identity import site_id, site_ids

TEXT = "We met prior to noon at the old mill near the river."


def name(text: str = TEXT, cls: str = "phrase", ordinal: int = 0, carrier: str = "wording/1") -> str:
    start = text.index("prior to")
    return site_id(text, start, start + 8, carrier=carrier, cls=cls, ordinal=ordinal)


def test_everything_that_tells_sites_apart_is_in_the_name() -> None:
    names = {
        name(), name(cls="approx"), name(ordinal=1), name(carrier="declared/1"),
        name(TEXT.replace("noon", "tea")), name(TEXT.replace("met", "sat")),
    }  # fmt: skip
    assert len(names) == 6


def test_far_text_and_retyping_do_not_change_the_name() -> None:
    assert name(TEXT.replace("river", "lake")) == name()
    assert name(TEXT.replace("We met", "we  MET")) == name()


def test_ordinals_count_equal_words_of_a_class() -> None:
    text = "a b a b a b"
    spans = [("x", 0, 1), ("x", 4, 5), ("y", 4, 5), ("x", 8, 9)]
    assert len(set(site_ids(text, "t/1", spans))) == 4
    assert site_ids(text, "t/1", spans)[1] == site_id(text, 4, 5, carrier="t/1", cls="x", ordinal=1)
