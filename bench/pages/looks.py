"""Pictures without text: found among 10,000 pages, and how many unrelated pictures are taken for one of ours.

``python -m bench.pages.looks [--quick] [--strangers N]``. An album of photographs and charts is registered; its
pages, unmarked, are photographed, cut and turned, and looked up by what they look like alone, among pages of
real documents (and as many more with one bit in ten of their features changed). Strangers are other photographs,
charts, patterns, code. Whatever is proposed goes through the gates of a trace.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from bench.pages import strangers
from bench.pages.documents import NAMES, load
from bench.pages.renderings import by_pdfium
from bench.pages.texture import Bytes
from bench.report import circumstances, save, table
from dyeline.app.looks import Looks, version_of
from dyeline.app.registration import add_document
from dyeline.app.trace import WorkspaceLooks, WorkspaceShelf
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.formats.pdf.sketches import page_sketches
from dyeline.match.pages.feature_index import DescribedPage
from dyeline.match.pages.features import packed
from dyeline.match.pages.figures import page_features
from dyeline.match.pages.lookalikes import look_alikes
from dyeline.model.finding import ExhibitFacts
from dyeline.model.pages import Picture
from dyeline.testing.pictures import photo
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.looks import follow_looks
from dyeline.trace.shelf import Alike
from dyeline.trace.sight import Sight

Rng = np.random.Generator
SEED = 20261130
PAGES = 10_000
STRANGERS = 400
REAL_PAGES = 60
"""Of each real document at most."""
CHANGED_BITS = 0.1
FOREIGN = 1 << 20
"""Key of the pages that are not of the album."""
SIZE_PT = (595.0, 842.0)
DPI = 150
ALIKE = ("chessboard_GRAY", "motorcycle_right")
"""Photographs that show the same as another one."""
REPEATING = "chessboard_RGB"
"""This one is in the album: patterns of squares must not be taken for it."""
WIDTHS_PT = (460.0, 320.0, 210.0)


@cache
def photographs() -> tuple[Bytes, ...]:
    """Return the photographs that scikit-image brings along."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    paths = sorted(
        [*folder.glob("*.png"), *folder.glob("*.jpg")], key=lambda path: (path.stem != REPEATING, path)
    )
    read = (cv2.imread(str(path)) for path in paths if path.stem not in ALIKE)
    return tuple(
        np.ascontiguousarray(picture[..., ::-1])
        for picture in read
        if picture is not None and min(picture.shape[:2]) >= 200
    )


def boxes(pictures: Sequence[Bytes]) -> list[tuple[float, float, float, float]]:
    """Return where each picture stands on its page: left, top, right, bottom in pt."""
    found = []
    for number, picture in enumerate(pictures):
        width = WIDTHS_PT[number % 3]
        height = min(700.0, width * picture.shape[0] / picture.shape[1])
        top = 60.0 + (37 * number) % max(1.0, 720.0 - height)
        found.append((65.0, top, 65.0 + width, top + height))
    return found


def album(pictures: Sequence[Bytes]) -> bytes:
    """Return a PDF with one picture a page, the first page with a line of text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=SIZE_PT, invariant=1)
    for number, (picture, box) in enumerate(zip(pictures, boxes(pictures), strict=True)):
        left, top, right, bottom = box
        if not number:
            canvas.drawString(65, 800, "An album of photographs and of charts")
        reader = ImageReader(Image.fromarray(picture))
        canvas.drawImage(reader, left, SIZE_PT[1] - bottom, right - left, bottom - top)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def cut(page: Bytes, box: tuple[float, float, float, float], share: float, rng: Rng) -> Bytes:
    """Return a piece of the picture on a page: ``share`` of its area, somewhere in it."""
    left, top, right, bottom = (side * DPI / 72 for side in box)
    side = share**0.5
    x = left + rng.uniform(0, 1 - side) * (right - left)
    y = top + rng.uniform(0, 1 - side) * (bottom - top)
    return page[round(y) : round(y + side * (bottom - top)), round(x) : round(x + side * (right - left))]


def jpeg(pixels: Bytes, quality: int) -> Bytes:
    """Return a picture after JPEG."""
    data = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data[1], cv2.IMREAD_COLOR)[..., ::-1])


def shrunk(pixels: Bytes, factor: float) -> Bytes:
    """Return a smaller picture."""
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


Way = Callable[[Bytes, tuple[float, float, float, float], Rng], Bytes]
PATHS: dict[str, Way] = {
    "photo of the page": lambda page, box, rng: photo(page, rng),
    "the picture cut out, JPEG 70": lambda page, box, rng: jpeg(cut(page, box, 1, rng), 70),
    "the same at 60 % of its size": lambda page, box, rng: jpeg(shrunk(cut(page, box, 1, rng), 0.6), 70),
    "30 % of the picture, JPEG 70": lambda page, box, rng: jpeg(cut(page, box, 0.3, rng), 70),
    "the page upside down, JPEG 70": lambda page, box, rng: jpeg(page[::-1, ::-1], 70),
    "the page at 72 dpi, JPEG 30": lambda page, box, rng: jpeg(shrunk(page, 0.48), 30),
    "photo in a mirror": lambda page, box, rng: np.ascontiguousarray(photo(page, rng)[:, ::-1]),
    "negative of the picture": lambda page, box, rng: 255 - jpeg(cut(page, box, 1, rng), 70),
}


def foreign_pages(count: int, rng: Rng) -> list[DescribedPage]:
    """Return descriptions of pages of real documents, and of as many more with some bits changed as are wanted."""
    real = []
    for name in NAMES:
        for page in page_sketches(load(name).path.read_bytes(), first=0, most=REAL_PAGES):
            real.append(packed(page_features(page.draw, page.size_pt, page.text)))
    pages = []
    for number in range(count):
        words = real[number % len(real)]
        if number >= len(real):
            words = words.copy()
            codes = words[:, :4].copy().view(np.uint8)
            flips = np.packbits(rng.random((len(codes), 128)) < CHANGED_BITS, axis=1)
            words[:, :4] = (codes ^ flips).view(np.uint32)
        pages.append(DescribedPage(number, words))
    return pages


class Crowd(WorkspaceLooks):
    """The looks of a workspace among many foreign pages, which nothing can be laid over."""

    def __init__(self, workspace: Workspace, foreign: Sequence[DescribedPage]) -> None:
        super().__init__(workspace)
        self.looks = Looks(self._looks.index.extended({FOREIGN: foreign}), ())
        self.proposed = self.foreign = 0
        self.seconds = 0.0

    def alike(self, pixels: Bytes) -> list[Alike]:
        """Return what is proposed, and count it."""
        begun = time.process_time()
        found = look_alikes(self.looks.index, pixels)
        self.seconds += time.process_time() - begun
        self.proposed += bool(found)
        self.foreign += any(one.file == FOREIGN for one in found)
        return [Alike(version_of(one.file), one.candidate) for one in found if one.file != FOREIGN]


def stranger(kind: str, rng: Rng) -> Bytes:
    """Return a picture that is not in the album; photographs are the odd ones, those of the album the even ones."""
    if kind == "photograph":
        pictures = photographs()[1::2]
        picture = pictures[int(rng.integers(len(pictures)))]
        piece = cut(picture, (0, 0, picture.shape[1] * 72 / DPI, picture.shape[0] * 72 / DPI), 0.6, rng)
        return jpeg(np.rot90(piece, int(rng.integers(4))), int(rng.integers(30, 95)))
    made = {"chart": strangers.chart, "pattern": strangers.pattern, "code": strangers.code}[kind](None, rng)
    return np.repeat(made[..., None], 3, axis=2) if made.ndim == 2 else made


def seen(workspace: Workspace, crowd: Crowd, pixels: Bytes) -> set[int]:
    """Return the pages, from 0, that a picture is taken for; -1 for a version alone."""
    shelf = WorkspaceShelf(workspace)
    sight = Sight(Exhibit(ExhibitFacts("", "png", 0), "", (Picture(0, np.ascontiguousarray(pixels), ""),)))
    found = set()
    for version, alignment in follow_looks([], sight, shelf, crowd, None):
        pages = sight.pages(version, version.pages, alignment)
        alone = sight.alone(version)
        found |= {page.registration.page for page in pages} or {-1}
        if not pages and alone is not None:
            found = {area.page for area in alone.areas}
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the tables; return how many strangers were taken for a page of the album."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages.looks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 pages, few pictures")
    parser.add_argument("--strangers", type=int, default=STRANGERS)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(SEED)
    ours = list(photographs()[::2]) + [strangers.chart(None, rng) for _ in range(8)]  # type: ignore[arg-type]
    ours = ours[:6] if options.quick else ours
    with tempfile.TemporaryDirectory() as folder:
        init(Path(folder) / "w")
        workspace = open_workspace(Path(folder) / "w")
        data = album(ours)
        add_document(workspace, data, file_name="album.pdf")
        crowd = Crowd(workspace, foreign_pages(1_000 if options.quick else PAGES, rng))
        lines, figures = _found(workspace, crowd, data, ours, rng)
        count = 8 if options.quick else options.strangers
        told, wrong, counts = _strangers(workspace, crowd, count, rng)
    figures |= {"strangers": counts, "index_mb": _megabytes(crowd)}
    here = circumstances("pages.looks", seed=SEED, duration_s=time.monotonic() - started)
    head = ["# Pictures without text", "", *here.lines(), ""]
    pages = sum(segment.pages for segment in crowd.looks.index.segments)
    head += [f"{pages:,} pages, {len(ours)} of them of the album; index {_megabytes(crowd):.0f} MB.", ""]
    save(
        "pages_looks",
        [*head, *lines, "", *told],
        {"circumstances": asdict(here), **figures},
        quick=options.quick,
    )
    return wrong


def _megabytes(crowd: Crowd) -> float:
    return sum(segment.words.nbytes for segment in crowd.looks.index.segments) / 1e6


def _found(
    workspace: Workspace, crowd: Crowd, data: bytes, ours: Sequence[Bytes], rng: Rng
) -> tuple[list[str], dict[str, object]]:
    """Return the table of what became of the album's own pictures."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        drawn = [by_pdfium(Path(file.name), page, DPI) for page in range(len(ours))]
    rows, figures = [], {}
    for name, way in PATHS.items():
        counts: Counter[str] = Counter()
        missed = []
        spent = 0.0
        crowd.seconds = 0.0
        for page, (pixels, box) in enumerate(zip(drawn, boxes(ours), strict=True)):
            begun = time.process_time()
            pages = seen(workspace, crowd, way(pixels, box, rng))
            spent += time.process_time() - begun
            counts["found" if page in pages else "wrong" if pages else "not found"] += 1
            missed += [] if page in pages else [page + 1]
        lookup, whole = crowd.seconds / len(ours), spent / len(ours)
        shown = [str(counts[each]) for each in ("found", "not found", "wrong")]
        rows.append([name, *shown, f"{lookup:.2f}", f"{whole:.2f}"])
        figures[name] = {
            **counts,
            "missed_pages": missed,
            "lookup_s": round(lookup, 3),
            "all_s": round(whole, 3),
        }
        print(*rows[-1], sep=" | ", flush=True)
    heads = (
        "exhibit",
        "found",
        "not found",
        "another page",
        "look-up, s of processor",
        "with registration, s",
    )
    return table(heads, rows), {"found": figures}


def _strangers(
    workspace: Workspace, crowd: Crowd, count: int, rng: Rng
) -> tuple[list[str], int, dict[str, dict[str, float]]]:
    """Return the table of unrelated pictures, how many were taken for one of the album, and the figures."""
    rows, figures, wrong = [], {}, 0
    for kind in ("photograph", "chart", "pattern", "code"):
        crowd.proposed = crowd.foreign = passed = 0
        begun = time.process_time()
        for _ in range(count // 4):
            passed += bool(seen(workspace, crowd, stranger(kind, rng)))
        each = (time.process_time() - begun) / max(1, count // 4)
        wrong += passed
        rows.append([kind, str(count // 4), str(crowd.proposed), str(passed), f"{each:.2f}"])
        figures[kind] = {
            "pictures": count // 4,
            "proposed": crowd.proposed,
            "passed": passed,
            "s": round(each, 3),
        }
        print(*rows[-1], sep=" | ", flush=True)
    heads = ("unrelated", "pictures", "looked like a page", "passed the gates", "s of processor each")
    return table(heads, rows), wrong, figures


if __name__ == "__main__":
    raise SystemExit(main())
