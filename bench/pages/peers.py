"""Image watermarks that can be installed from PyPI, on the same pages and the same exhibits as ours.

``python -m bench.pages.peers [--quick] [--exhibits N] [--cells a,b] [--peers x,y]``. Each marks the page's picture
at 110 dpi with 32 bits at its default strength; the marked picture, stored without loss, becomes the page of a
PDF file, which then goes through the same attacks. A reading is the best of three tries, all in the peer's favour:
the exhibit as it is, scaled to the page's size, and registered to the unmarked page by a homography
(SIFT, MAGSAC), which a peer's user would have to do himself. Ours gets the exhibit alone, of a copy of the same page
as a document by itself among the others. A peer's counts when all 32 bits are right: among 1,000
recipients at a bound of 1e-6, one wrong bit is too many (33 / 2^32 = 7.7e-9 for each of them, allowed: 1e-9).
"""

from __future__ import annotations

import argparse
import io
import json
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from bench.counting import RIGHT, WRONG
from bench.pages.attacks import CELLS, Exhibit, Leak, close_browsers, exhibit, missing
from bench.pages.crew import Facts
from bench.pages.documents import NAMES, SCANS, PdfDocument, load
from bench.pages.fetched import NotAvailable, environment, from_pypi
from bench.pages.fetched import cache as cache_path
from bench.pages.office import Office, office_of_pages
from bench.pages.quality import examined_as
from bench.pages.renderings import by_pdfium
from bench.pages.texture import Bytes
from bench.pages.worker import Worker
from bench.partial import Partial
from bench.report import circumstances, save, table

SEED = 20261125
EXHIBITS = 4
DPI = 110
BITS = 32
OURS = "Dyeline"
NEAR = 3  # wrong bits: shown beside, though such a reading proves nothing at the bound
REQUIREMENTS = ("blind-watermark==0.4.4", "onnxruntime")
BARE = ("invisible-watermark==0.2.0",)
UNTOUCHED = "untouched"
DEFAULT_CELLS = (
    UNTOUCHED, "chromium_100", "chromium_x2", "pdfium_96", "pdfium_150", "jpeg_30", "down_72", "scan_200",
    "third_copy", "fax_fine", "photo", "photo_screen", "photo_curled", "photo_folded", "handwriting", "paragraph",
    "dark_mode", "alb_camera", "aug_print",
)  # fmt: skip
DOWNLOADERS = {"trustmark": "0.9.2", "faintmark": "0.1.0"}
"""Peers whose package holds no model: they fetch it from the web at first use."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer: the worker's name for it, the white that its page is lowered to before marking, and pages tried."""

    tool: str
    white: int = 255
    most_pages: int = EXHIBITS


PEERS = {
    "blind-watermark 0.4.4": Peer("blind-watermark"),
    "invisible-watermark 0.2.0, dwtDct": Peer("invisible-watermark dwtDct"),
    "invisible-watermark 0.2.0, dwtDctSvd": Peer("invisible-watermark dwtDctSvd"),
    "the same, white lowered to 230 for it": Peer("invisible-watermark dwtDctSvd", 230),
    "invisible-watermark 0.2.0, rivaGan": Peer(
        "invisible-watermark rivaGan", most_pages=1
    ),  # 20 s of the processor for one reading
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A page marked by a peer."""

    leak: Leak
    bits: tuple[int, ...]
    original: Bytes
    picture: Bytes
    psnr_db: float


@cache
def _worker() -> Worker:
    return Worker(environment("peers", *REQUIREMENTS, bare=BARE), Path(__file__).with_name("peers_worker.py"))


def page_of(document: PdfDocument, number: int) -> tuple[np.random.Generator, int]:
    """Return what draws exhibit ``number`` from here on, and the page it shows."""
    rng = np.random.default_rng([SEED, zlib.crc32(document.name.encode()), number])
    return rng, document.pages[int(rng.integers(len(document.pages)))]


def mark(name: str, document: PdfDocument, number: int) -> Marked:
    """Return exhibit ``number``'s page, marked by a peer, as a PDF file of one picture."""
    peer = PEERS[name]
    rng, page = page_of(document, number)
    bits = tuple(int(bit) for bit in rng.integers(0, 2, BITS))
    original = by_pdfium(document.path, page, DPI)
    before = (original.astype(np.float32) * (peer.white / 255)).astype(np.uint8)
    picture = _worker().ask_picture({"tool": peer.tool, "bits": bits}, before)
    height, width = min(original.shape[0], picture.shape[0]), min(original.shape[1], picture.shape[1])
    wrong = np.mean((before[:height, :width].astype(float) - picture[:height, :width]) ** 2)
    path = cache_path("peers", f"{zlib.crc32(name.encode()):08x}-{document.name}-{number}.pdf")
    path.write_bytes(_as_pdf(picture))
    leak = Leak(path, 0, SEED + number, *_beside(document))
    return Marked(leak, bits, original, picture, float(10 * np.log10(255**2 / max(wrong, 1e-9))))


def _beside(document: PdfDocument) -> tuple[Path, int]:
    other = load("policy" if document.name != "policy" else "fhs")
    return other.path, other.pages[0]


def ours(where: Office, cell: str, document: PdfDocument, number: int) -> Facts:
    """Return what became of our own exhibit ``number``, as ``quality`` tells it."""
    rng, _ = page_of(document, number)
    staged = where.documents[number]
    copy = staged.copies[int(rng.integers(len(staged.copies)))]
    leak = Leak(staged.path(copy), 0, SEED + number, *_beside(document))
    seen = exhibit(CELLS["pdfium_110" if cell == UNTOUCHED else cell], leak)
    return examined_as(where, seen, {"document": staged.name, "page": 0, "copy": copy})[0]


def wrong_bits(name: str, marked: Marked, pixels: Bytes) -> int:
    """Return how many bits a peer reads wrongly out of an exhibit, in the best of three tries."""
    least = BITS
    for candidate in _tries(marked.original, pixels):
        try:
            answer = json.loads(_worker().ask({"tool": PEERS[name].tool}, candidate))
        except NotAvailable:  # the peer failed on this picture: nothing read
            continue
        least = min(least, sum(a != b for a, b in zip(answer, marked.bits, strict=True)))
        if not least:
            break
    return least


def _tries(original: Bytes, pixels: Bytes) -> Iterator[Bytes]:
    size = (original.shape[1], original.shape[0])
    yield pixels
    if pixels.shape != original.shape:
        yield cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        sift = cv2.SIFT_create(4000)
        (points, features), (there, known) = (
            sift.detectAndCompute(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None)
            for picture in (pixels, original)
        )
        if features is None or known is None or len(features) < 8:
            return
        pairs = cv2.BFMatcher().knnMatch(features, known, k=2)
        close = [two[0] for two in pairs if len(two) == 2 and two[0].distance < 0.8 * two[1].distance]
        if len(close) < 8:
            return
        source = np.array([points[match.queryIdx].pt for match in close], np.float32)
        target = np.array([there[match.trainIdx].pt for match in close], np.float32)
        warp, _ = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 3.0)
        if warp is not None:
            yield cv2.warpPerspective(pixels, warp, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def _as_pdf(picture: Bytes) -> bytes:
    import pikepdf

    height, width = picture.shape[:2]
    pdf = pikepdf.new()
    image = pdf.make_stream(
        zlib.compress(picture.tobytes(), 6), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
        Height=height, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.FlateDecode,
    )  # fmt: skip
    size = (width * 72 / DPI, height * 72 / DPI)
    page = pdf.add_blank_page(page_size=size)
    name = page.add_resource(image, pikepdf.Name.XObject)
    page.contents_add(f"q {size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm {name} Do Q".encode())
    file = io.BytesIO()
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def why_not(project: str) -> str:
    """Return why a peer that downloads its model is not measured, from what its package holds."""
    version = DOWNLOADERS[project]
    try:
        largest = max(
            path.stat().st_size for path in from_pypi(project, version).rglob("*") if path.is_file()
        )
    except NotAvailable as fault:
        return f"{project} {version}: not measured: {fault}."
    return (
        f"{project} {version}: not measured: its package holds no model (its largest file has "
        f"{largest / 1e3:.0f} kB); it downloads one at first use, and this run is offline."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two exhibits a cell; nothing is stored")
    parser.add_argument("--exhibits", type=int, default=EXHIBITS)
    parser.add_argument("--cells", default=",".join(DEFAULT_CELLS))
    parser.add_argument("--peers", default=";".join((OURS, *PEERS)), help="semicolon-separated")
    options = parser.parse_args(arguments)
    count = 2 if options.quick else options.exhibits
    cells, peers = options.cells.split(","), options.peers.split(";")
    cv2.setNumThreads(1)
    started = time.monotonic()
    absent = missing()
    partial = Partial("peers")
    documents = [load(name) for name in NAMES if name not in SCANS][:count]
    if OURS in peers:
        _compare_ours(partial, documents, [cell for cell in cells if cell not in absent])
    for name in (peer for peer in peers if peer != OURS):
        for number in range(min(count, PEERS[name].most_pages)):
            document = documents[number % len(documents)]
            wanted = [
                cell for cell in cells if cell not in absent and f"{name}|{cell}|{number}" not in partial
            ]
            if not wanted:
                continue
            marked = mark(name, document, number)
            for cell in wanted:
                seen = (
                    Exhibit(b"", "", marked.picture)
                    if cell == UNTOUCHED
                    else exhibit(CELLS[cell], marked.leak)
                )
                before = time.monotonic()
                wrong = wrong_bits(name, marked, seen.pixels)
                spent = time.monotonic() - before
                partial.put(
                    f"{name}|{cell}|{number}", {"wrong_bits": wrong, "psnr_db": marked.psnr_db, "s": spent}
                )
            print(
                f"peers: {name}, page {number + 1} of {count}, {time.monotonic() - started:.0f} s", flush=True
            )
    close_browsers()
    where = circumstances("pages.peers", seed=SEED, duration_s=time.monotonic() - started)
    results = partial.results()
    lines = _lines(results, peers, cells, absent)
    figures = {"circumstances": asdict(where), "results": results}
    complete = cells == list(DEFAULT_CELLS) and peers == [OURS, *PEERS] and count >= EXHIBITS
    save("pages_peers", ["# Peers", "", *where.lines(), "", *lines], figures, quick=not complete)
    return 0


def _compare_ours(partial: Partial, documents: Sequence[PdfDocument], cells: Sequence[str]) -> None:
    where = office_of_pages(
        [(document.name, page_of(document, number)[1]) for number, document in enumerate(documents)]
    )
    for number, document in enumerate(documents):
        for cell in cells:
            if f"{OURS}|{cell}|{number}" not in partial:
                partial.put(f"{OURS}|{cell}|{number}", ours(where, cell, document, number))
        print(f"peers: {OURS}, page {number + 1} of {len(documents)}", flush=True)


def _lines(
    results: dict[str, Facts], peers: Sequence[str], cells: Sequence[str], absent: dict[str, str]
) -> list[str]:
    right: Counter[tuple[str, str]] = Counter()
    near: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    noise: dict[str, list[float]] = {name: [] for name in peers}
    wrong = 0
    for key, value in results.items():
        name, cell, _ = key.split("|")
        if name == OURS and name in noise:
            right[name, cell] += value["column"] == RIGHT
            wrong += value["column"] == WRONG
            whole[name, cell] += 1
        elif name in noise:
            right[name, cell] += value["wrong_bits"] == 0
            near[name, cell] += value["wrong_bits"] <= NEAR
            whole[name, cell] += 1
            noise[name].append(value["psnr_db"])
    lines = [
        f"{OURS}: exhibits attributed to their copy among 1,000 at a bound of 1e-6, nobody else named, of those made; "
        f"a wrong copy was named in {wrong}. No word, page or document is told. A peer:",
        "exhibits from which all 32 bits of the identifier came back (in brackets: with at most three bits wrong,",
        "too many for the bound of 1e-6 that ours is held to), of those made. Pages of four documents at 110",
        "dpi, default strengths. Any of three tries counts, in the favour of the peer: as it is, scaled, registered.",
        "",
    ]
    rows = [
        [
            "PSNR of the marked page, dB",
            *(f"{np.mean(noise[name]):.1f}" if noise[name] else "-" for name in peers),
        ]
    ]
    for cell in cells:
        title = "the marked picture itself" if cell == UNTOUCHED else CELLS[cell].title
        if cell in absent:
            rows.append([title, *["not measured"] * len(peers)])
        else:
            rows.append(
                [
                    title,
                    *(_share(name, right[name, cell], near[name, cell], whole[name, cell]) for name in peers),
                ]
            )
    lines += table(("exhibit", *peers), rows)
    lines += ["", *(why_not(project) for project in DOWNLOADERS)]
    return lines


def _share(name: str, right: int, near: int, whole: int) -> str:
    return f"{right} of {whole}" if name == OURS else f"{right} ({near}) of {whole}"


if __name__ == "__main__":
    raise SystemExit(main())
