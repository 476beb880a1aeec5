"""Typesetting: another file's content as a plain flow of blocks with holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dyeline.formats.content import Content
from dyeline.formats.splice import check_places
from dyeline.model.document import Block, Span

Flow = list[str | int]
"""Constant texts and the numbers of holes between them."""


def flow_blocks(content: Content, places: Sequence[Span]) -> Iterator[tuple[Block, Flow]]:
    """Yield every block with its text cut at its places. Raises ValueError for a place across blocks."""
    check_places(places, len(content.text))
    number = 0
    for block in content.blocks:
        flow: Flow = []
        done = block.start
        while number < len(places) and places[number][0] <= block.end:
            start, end = places[number]
            if start < block.start or end > block.end:
                raise ValueError(f"place ({start}, {end}) does not lie in one block")
            flow += (content.text[done:start], number)
            done = end
            number += 1
        flow.append(content.text[done : block.end])
        yield block, flow
    if number < len(places):
        raise ValueError(f"place {places[number]} lies in no block")


def dressed(flow: Flow, dress: Callable[[str], str]) -> Flow:
    """Return the flow with its constant texts escaped for a format."""
    return [dress(item) if isinstance(item, str) else item for item in flow]


def assemble(items: Iterable[str | int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return pieces and holes of a template from constants and hole numbers in file order."""
    pieces: list[str] = []
    holes: list[int] = []
    pending: list[str] = []
    for item in items:
        if isinstance(item, str):
            pending.append(item)
        else:
            pieces.append("".join(pending))
            holes.append(item)
            pending = []
    pieces.append("".join(pending))
    return tuple(pieces), tuple(holes)
