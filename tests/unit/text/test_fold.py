import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dyeline.text.fold import fold, folded_span


def test_what_honest_paths_change_folds_away() -> None:
    wanted = fold('Say "hello" - it\'s a cafe...').text
    for other in (
        "Say “hello” – it’s a café…",
        "  say\u200c \u034f“HELLO”\n—  it’s\ta cafe\u0301\ufe00… ",
    ):
        assert fold(other).text == wanted


def test_the_way_back_names_the_source_of_every_character() -> None:
    folded = fold("Ａ\u200cﬁ  ß")
    assert folded.text == "afi ss"
    assert [folded.source[a:b] for a, b in zip(folded.starts, folded.ends, strict=True)] == [
        "Ａ", "ﬁ", "ﬁ", "  ", "ß", "ß",
    ]  # fmt: skip


def test_spans_of_the_source_become_spans_of_the_folded_text() -> None:
    folded = fold("a  b\u200c c")
    low, high = folded_span(folded, 3, 6)
    assert folded.text[low:high] == "b "
    assert folded_span(folded, 1, 1) == (1, 1)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_and_offsets_stay_in_order(source: str) -> None:
    folded = fold(source)
    assert fold(folded.text).text == folded.text
    assert folded.starts.size == folded.ends.size == len(folded.text)
    assert (np.diff(folded.starts) >= 0).all()
    assert (folded.starts < folded.ends).all() and (folded.ends <= len(source)).all()
