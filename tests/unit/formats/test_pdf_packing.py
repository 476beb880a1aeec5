"""Streams joined from deflated parts: what a viewer inflates is, byte for byte, what filling the holes gives."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pikepdf
import pytest

from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.packing import MOST_SYMBOLS, pack_streams, packed
from dyeline.formats.pdf.template import PdfTemplate, Stream
from dyeline.formats.registry import read_file
from dyeline.model.document import INSERTED_MARKS
from tests.pdfs import PRODUCERS

WORDS = b"BT /F1 12 Tf (the quick brown fox and the lazy dog and the quick fox) Tj ET\n"


def stream(*ways: int, filling: bytes = WORDS, width: int = 6) -> Stream:
    """Return a stream with one hole for each number of ways to fill it."""
    choices = tuple(tuple(b"%0*d" % (width, 7 * way) for way in range(count)) for count in ways)
    return Stream((filling,) * (len(ways) + 1), tuple(range(len(ways))), choices)


def every_way(place: int, count: int) -> tuple[int, int]:
    return 0, count


@pytest.mark.parametrize("seed", range(5))
def test_joined_parts_inflate_to_the_filled_stream(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ways = rng.integers(1, 10, size=60).tolist()
    one, two = stream(*ways), stream(*ways[:7], filling=bytes(rng.integers(10, 200, 5000).tolist()))
    ready = pickle.loads(pickle.dumps(pack_streams([one, Stream((b"plain",), (), ()), two], every_way)))
    for _ in range(20):
        symbols = [int(rng.integers(count)) for count in ways]
        joined = ready.joined(symbols)
        assert {number: zlib.decompress(data) for number, data in joined.items()} == {
            0: one.filled(symbols),
            2: two.filled(symbols),
        }


def test_no_part_refers_back_to_what_differs() -> None:
    """A word that stands in a hole and again behind it must not be copied from the hole."""
    choices = (b" alphabet soup ", b" xylophone kit ")
    known = Stream((b"a", b"b" * 40 + choices[0], choices[1]), (0, 1), (choices, choices))
    ready = pack_streams([known] * 2, every_way)
    for symbols in ([0, 0], [0, 1], [1, 0], [1, 1]):
        assert zlib.decompress(ready.joined(symbols)[0]) == known.filled(symbols)


@pytest.mark.parametrize(
    "unfit",
    [
        stream(2, 2, filling=bytes(range(256))),  # no byte is free to stand for holes
        stream(MOST_SYMBOLS + 1),
        Stream((b"a", b"b"), (0,), ((b"1", b"22"),)),  # as long as is chosen
        Stream((b"nothing differs",), (), ()),
    ],
)
def test_streams_that_cannot_be_packed_are_left_out(unfit: Stream) -> None:
    fit = stream(2)
    assert pack_streams([unfit, fit], every_way).joined([1] * 3).keys() == {1}


def test_symbols_that_copies_never_have_are_not_joined() -> None:
    ready = pack_streams([stream(3, 3)], lambda place, count: (1, count))
    assert ready.joined([1, 2])
    assert not ready.joined([0, 2])
    assert not ready.joined([1, 3])


@pytest.mark.parametrize("make", PRODUCERS.values(), ids=PRODUCERS)
def test_a_copy_is_whole_and_says_what_a_deflated_one_says(make: Callable[[], bytes]) -> None:
    data = make()
    content = Pdf().read(data, declarations=True)
    places = sorted([(at, "") for at in content.insertions] + [(at, "shift:0.2") for at in content.shifts])
    template = Pdf().template(data, content, [(at, at) for at, _ in places], marks=[m for _, m in places])
    assert isinstance(template, PdfTemplate)
    assert template.ready is not None
    texts = ["" if mark else INSERTED_MARKS[k % 8] for k, (_, mark) in enumerate(places)]
    variants = [k // 2 % 2 for k in range(len(places))]
    copies = [
        one.render(texts, variants=variants, notice="A notice.", stamp="s")
        for one in (template, packed(template), replace(template, ready=None))
    ]
    assert copies[0] == copies[1] != copies[2]
    assert contents(copies[0]) == contents(copies[2])
    assert len({read_file(copy, declarations=False).text for copy in copies}) == 1


def contents(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.check_pdf_syntax()
        for page in pdf.pages:
            page.contents_coalesce()
        return [page.Contents.read_bytes() for page in pdf.pages]
