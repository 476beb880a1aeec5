"""Pictures of a DOCX that can carry marks: PNG and JPEG files that its main part shows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dyeline.errors import DyelineError
from dyeline.formats.docx.archive import Entry
from dyeline.formats.docx.content import Opened, walk
from dyeline.formats.docx.package import Package, open_package, relationships
from dyeline.formats.picturemarks.copies import Copies
from dyeline.formats.picturemarks.embed import Pixels, markable, usable_blocks
from dyeline.formats.picturemarks.files import file_copies, file_key, open_file, ready_copies
from dyeline.formats.picturemarks.grid import block_count
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.document import PictureArea

_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EMBED = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}embed",  # strict DOCX
)


@dataclass(frozen=True, slots=True)
class MarkedEntry:
    """A picture file of the archive. ``places[b]`` is the number of the place that is its block b, -1 for none.

    ``plain`` is the unmarked file, for a copy without marks.
    """

    entry: Entry
    copies: Copies
    plain: bytes
    places: tuple[int, ...]

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the file with ``variants[p]`` at place p; unmarked without any variants."""
        if not variants:
            return self.plain
        return self.copies.filled([variants[place] if place >= 0 else 0 for place in self.places])


def find_pictures(opened: Opened) -> tuple[PictureArea, ...]:
    """Return the pictures that can carry marks, in reading order, one area a use.

    Cost: decoding every picture, and half a second a million pixels.
    """
    package = opened.package
    known: dict[str, PictureArea | None] = {}
    areas = []
    for anchor, name in _shown(opened):
        if name not in known:
            known[name] = _markable(package, name)
        found = known[name]
        if found is not None:
            areas.append(replace(found, anchor=anchor))
    return tuple(areas)


def picture_pixels(data: bytes, keys: Iterable[str]) -> dict[str, Pixels]:
    """Return the unmarked pixels of pictures, grey or RGB, by their keys; those not in the file are left out."""
    opened = walk(open_package(data))
    wanted = set(keys)
    found: dict[str, Pixels] = {}
    for key, names in _by_key(opened).items():
        picture = open_file(opened.package.archive.read(names[0])) if key in wanted else None
        if picture is not None:
            found[key] = picture.pixels
    return found


def picture_numbers(data: bytes, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return which picture files, in reading order, each counted once, show a key: the same ones in every copy."""
    opened = walk(open_package(data))
    order = {name: number for number, name in enumerate(dict.fromkeys(name for _, name in _shown(opened)))}
    by_key = _by_key(opened)
    return {key: tuple(order[name] for name in by_key[key]) for key in keys if key in by_key}


def numbered_pixels(data: bytes, numbers: Iterable[int]) -> dict[int, Pixels]:
    """Return the pixels of picture files by their number; those that are missing or damaged are left out."""
    opened = walk(open_package(data))
    wanted = set(numbers)
    found: dict[int, Pixels] = {}
    for number, name in enumerate(dict.fromkeys(name for _, name in _shown(opened))):
        picture = open_file(opened.package.archive.read(name)) if number in wanted else None
        if picture is not None:
            found[number] = picture.pixels
    return found


def embedded_pictures(data: bytes) -> list[tuple[str, Pixels]]:
    """Return name and pixels of the pictures in a DOCX that is an exhibit, in reading order, each once."""
    opened = walk(open_package(data))
    found = []
    for name in dict.fromkeys(name for _, name in _shown(opened)):
        picture = open_file(opened.package.archive.read(name))
        if picture is not None:
            found.append((posixpath.basename(name), picture.pixels))
    return found


def marked_entries(opened: Opened, marks: Mapping[int, str]) -> list[MarkedEntry]:
    """Return the picture files with marks, given the marks of places by their number.

    Raises ValueError for a mark that is of no block of a picture of this file.
    """
    wanted: dict[str, dict[int, int]] = {}
    for number, mark in marks.items():
        named = image_block(mark)
        if named is None:
            raise ValueError("the DOCX format does not know this mark")
        wanted.setdefault(named[0], {})[named[1]] = number
    names = _by_key(opened) if wanted else {}
    entries = []
    for key, blocks in wanted.items():
        for name in names.get(key, ()):
            entries.append(_marked(opened.package, name, key, blocks))
        if key not in names:
            raise ValueError("the file does not hold the picture")
    return entries


def _marked(package: Package, name: str, key: str, blocks: Mapping[int, int]) -> MarkedEntry:
    data = package.archive.read(name)
    picture = open_file(data)
    copies = None if picture is None else file_copies(picture, data, key)
    if picture is None or copies is None:
        raise ValueError("the picture cannot be marked")
    count = block_count(picture.pixels.shape[1], picture.pixels.shape[0])
    if max(blocks) >= count:
        raise ValueError("the picture does not have that many blocks")
    return MarkedEntry(
        package.archive.entries[name], copies, data, tuple(blocks.get(block, -1) for block in range(count))
    )


def _markable(package: Package, name: str) -> PictureArea | None:
    """Return what is to be said of a picture file that can carry marks, but for where it is shown."""
    try:
        data = package.archive.read(name)
    except DyelineError:  # a damaged picture does not make the document unreadable
        return None
    picture = open_file(data)
    if picture is None:
        return None
    key = file_key(data)
    ready = markable(picture.pixels, key)
    blocks = () if ready is None else usable_blocks(ready)
    if ready is None or not blocks or ready_copies(ready, picture, data) is None:
        return None
    height, width = picture.pixels.shape[:2]
    return PictureArea(0, key, width, height, blocks=blocks)


def _by_key(opened: Opened) -> dict[str, list[str]]:
    """Return the names of the picture files that are shown, by key."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for _, name in _shown(opened)):
        found.setdefault(file_key(opened.package.archive.read(name)), []).append(name)
    return found


def _shown(opened: Opened) -> list[tuple[int, str]]:
    """Return where the main part shows which picture files: offset of the text before, and entry name."""
    package = opened.package
    targets = {
        number: target
        for number, target in relationships(package.archive, package.main)
        if target in package.archive.entries
    }
    ends = {piece.element: piece.at + len(piece.text) for piece in opened.scan.pieces}
    at = 0
    found = []
    for element in opened.roots[package.main].iter():
        at = max(at, ends.get(element, 0))
        if element.tag == _BLIP:
            number = next((element.get(name) for name in _EMBED if element.get(name)), None)
            if number in targets:
                found.append((at, targets[number]))
    return found
