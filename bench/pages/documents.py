"""Real PDF files by seven producers and two scans, fetched or made at bench time, never committed.

A long document is cut to ``EXCERPT`` consecutive pages, its content streams untouched: the place is drawn
once, by ``SEED``, among the places with the most text pages. A text page has at least ``WORDS`` words in lines
of at least ``LINE_WORDS``: pages of diagrams and code are left out.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as cached
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.documents import TEXTS
from bench.pages.fetched import NotAvailable, cache, environment, from_debian, from_sdist, run

SEED = 20261124
WORDS = 250
LINE_WORDS = 5
EXCERPT = 12
WEASYPRINT = "weasyprint==70.0"
BLACK = 165  # grey level below which a scanner sees black
_MADE = 3  # part of the names of made files: another number where the making changes


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A PDF file to protect. ``pages``: the numbers, from 0, of its text pages."""

    name: str
    producer: str
    origin: str
    path: Path
    pages: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of the file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Source:
    producer: str
    origin: str
    make: Callable[[], Path]


def _debian(package: str, member: str) -> Callable[[], Path]:
    return lambda: from_debian(package, member)


def _by_libreoffice(name: str) -> Callable[[], Path]:
    def make() -> Path:
        target = cache("made", f"libreoffice-{name}.pdf")
        if not target.exists():
            source = cache("made", f"{name}.docx")
            source.write_bytes(files("dyeline").joinpath("demo", f"{name}.docx").read_bytes())
            profile = cache("made", "libreoffice-profile")
            run(
                "soffice", f"-env:UserInstallation=file://{profile}", "--headless",
                "--convert-to", "pdf", "--outdir", source.parent, source,
            )  # fmt: skip
            source.with_suffix(".pdf").rename(target)
        return target

    return make


def _typst(text: Path, heading: str) -> bytes:
    try:
        import typst
    except ImportError as fault:
        raise NotAvailable("the package typst is not installed") from fault
    lines = []
    for paragraph in text.read_text(encoding="utf-8").split("\n\n"):
        marker = re.match(r"#+ ", paragraph)
        body = re.sub(r"([#$*_@<>`\[\]\\/~=+-])", r"\\\1", paragraph[marker.end() if marker else 0 :])
        lines.append("=" * (len(marker[0]) - 1) + " " + body if marker else body)
    return bytes(typst.compile((heading + "\n\n".join(lines)).encode()))


def _by_typst() -> Path:
    target = cache("made", f"typst-sockets-{_MADE}.pdf")
    if not target.exists():
        heading = '#set page(paper: "a4", margin: 30mm, numbering: "1")\n#set par(justify: true)\n'
        heading += '#set text(font: "Libertinus Serif", size: 12pt, lang: "en", hyphenate: true)\n'
        target.write_bytes(_typst(TEXTS / "sockets.md", heading))
    return target


def _by_weasyprint() -> Path:
    target = cache("made", f"weasyprint-maint-guide-{_MADE}.pdf")
    if not target.exists():
        chapters = ("dreq", "update", "advanced")
        pages = [from_debian("maint-guide", f"usr/share/doc/maint-guide/html/{c}.en.html") for c in chapters]
        style = cache("made", "weasyprint.css")
        style.write_text(
            "@page { size: A4; margin: 22mm } body { font: 10.5pt/1.35 'Liberation Serif', serif; "
            "text-align: justify } h1, h2, h3 { font-family: 'DejaVu Sans', sans-serif } "
            "pre, tt, code { font-family: 'DejaVu Sans Mono', monospace; font-size: 8.5pt } "
            ".navheader, .navfooter { display: none }"
        )
        joined = cache("made", "maint-guide.html")
        bodies = [re.sub(r"(?s).*<body[^>]*>|</body>.*", "", p.read_text("utf-8", "replace")) for p in pages]
        joined.write_text(f"<html><meta charset=utf-8><body>{''.join(bodies)}", encoding="utf-8")
        python = environment("weasyprint", WEASYPRINT)
        run(python, "-m", "weasyprint", "-s", style, joined, target)
    return target


def _scanned(kind: str, dpi: int) -> Callable[[], Path]:
    """Make a scan: pages printed by a laser printer, scanned a little askew, no text layer.

    ``kind``: "grey" as JPEG, or "bw", black and white as a fax machine packs it.
    """

    def make() -> Path:
        target = cache("made", f"scan-{kind}-governance-{_MADE}.pdf")
        if not target.exists():
            target.write_bytes(_scan(kind, dpi))
        return target

    return make


def _scan(kind: str, dpi: int) -> bytes:
    import pikepdf
    import pypdfium2

    from bench.pages.paper import printed, scanned

    heading = '#set page(paper: "us-letter", margin: 30mm)\n#set par(justify: true, leading: 0.75em)\n'
    heading += '#set text(font: "New Computer Modern", size: 11.5pt, lang: "en")\n'
    rng = np.random.default_rng(SEED)
    pdf = pikepdf.new()
    with pypdfium2.PdfDocument(_typst(TEXTS / "governance.md", heading)) as source:
        for page in source:
            raster = page.render(scale=600 / 72, grayscale=True).to_numpy()
            image = scanned(printed(raster, rng), rng, dpi=dpi, askew_degrees=rng.uniform(-1, 1))
            data, entries = _jpeg(image) if kind == "grey" else _fax(image)
            height, width = image.shape
            picture = pdf.make_stream(
                data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
                ColorSpace=pikepdf.Name.DeviceGray, **entries,
            )  # fmt: skip
            size = (width * 72 / dpi, height * 72 / dpi)
            added = pdf.add_blank_page(page_size=size)
            name = added.add_resource(picture, pikepdf.Name.XObject)
            added.contents_add(f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm {name} Do Q".encode())
    file = io.BytesIO()
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def _jpeg(image: NDArray[np.uint8]) -> tuple[bytes, dict[str, Any]]:
    import cv2
    import pikepdf

    data = bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])
    return data, {"BitsPerComponent": 8, "Filter": pikepdf.Name.DCTDecode}


def _fax(image: NDArray[np.uint8]) -> tuple[bytes, dict[str, Any]]:
    import cv2
    import pikepdf
    from PIL import Image

    height, width = image.shape
    smooth = cv2.GaussianBlur(image, (0, 0), 0.8)
    dark = Image.fromarray(np.where(smooth < BLACK, 255, 0).astype(np.uint8)).convert("1", dither=0)
    file = io.BytesIO()
    dark.save(file, "TIFF", compression="group4", tiffinfo={278: height})
    with Image.open(io.BytesIO(file.getvalue())) as tiff:
        start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    parameters = pikepdf.Dictionary(K=-1, Columns=width, Rows=height)
    entries = {"BitsPerComponent": 1, "Filter": pikepdf.Name.CCITTFaxDecode, "DecodeParms": parameters}
    return file.getvalue()[start : start + length], entries


_SOURCES: dict[str, _Source] = {
    "developers-reference": _Source(
        "pdfTeX 1.40",
        "Debian package developers-reference",
        _debian("developers-reference", "usr/share/developers-reference/developers-reference.pdf"),
    ),
    "policy": _Source(
        "XeTeX, xdvipdfmx",
        "Debian package debian-policy",
        _debian("debian-policy", "usr/share/doc/debian-policy/policy.pdf"),
    ),
    "fhs": _Source(
        "Apache FOP 1.1",
        "Debian package debian-policy (standard fonts, not embedded)",
        _debian("debian-policy", "usr/share/doc/debian-policy/fhs/fhs-3.0.pdf"),
    ),
    "libreoffice-1": _Source(
        "LibreOffice", "the demo announcement, converted here", _by_libreoffice("announcement")
    ),
    "libreoffice-2": _Source("LibreOffice", "the demo policy, converted here", _by_libreoffice("policy")),
    "word": _Source(
        "Microsoft Word 2010",
        "GeoBase data model, from the tests of pypdf 7.1.0",
        lambda: from_sdist("pypdf", "7.1.0", "resources/GeoBase_NHNC1_Data_Model_UML_EN.pdf"),
    ),
    "typst": _Source("Typst", "bench/texts/sockets.md", _by_typst),
    "weasyprint": _Source("WeasyPrint", "Debian package maint-guide, HTML chapters", _by_weasyprint),
    "scan": _Source(
        "scanner (made here)",
        "bench/texts/governance.md, printed and scanned grey, 200 dpi",
        _scanned("grey", 200),
    ),
    "scan-bw": _Source(
        "scanner (made here)",
        "bench/texts/governance.md, printed and scanned black and white, 300 dpi",
        _scanned("bw", 300),
    ),
}
NAMES = tuple(_SOURCES)
SCANS = ("scan", "scan-bw")
"""Documents without a text layer: their words are known from the print only, the last page is short."""


@cached
def load(name: str) -> PdfDocument:
    """Return a document by name. Raises NotAvailable where its producer or package is not to be had."""
    source = _SOURCES[name]
    path = _excerpt(name, source.make())
    words = page_words(path)
    pages = tuple(n for n, count in enumerate(words) if count >= WORDS)
    if name in SCANS:
        pages = tuple(range(len(words) - 1))
    if not pages:
        raise NotAvailable(f"{name} has no page with {WORDS} words")
    return PdfDocument(name, source.producer, source.origin, path, pages)


def page_words(path: Path) -> list[int]:
    """Return how many words in lines of prose pdfium finds on each page."""
    import pypdfium2

    def count(text: str) -> int:
        lines = [len(line.split()) for line in text.splitlines()]
        return sum(words for words in lines if words >= LINE_WORDS)

    with pypdfium2.PdfDocument(path) as pdf:
        return [count(page.get_textpage().get_text_range()) for page in pdf]


def _excerpt(name: str, whole: Path) -> Path:
    import pikepdf

    words = page_words(whole)
    if len(words) <= 20:
        return whole
    target = cache("made", f"{name}-{EXCERPT}-pages-{SEED}.pdf")
    if not target.exists():
        texts = np.array([count >= WORDS for count in words], dtype=int)
        held = np.convolve(texts, np.ones(EXCERPT, dtype=int), mode="valid")
        rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        start = int(rng.choice(np.flatnonzero(held == held.max())))
        with pikepdf.open(whole) as pdf:
            del pdf.pages[start + EXCERPT :]
            del pdf.pages[:start]
            pdf.remove_unreferenced_resources()
            pdf.save(target, deterministic_id=True)
    return target


if __name__ == "__main__":
    for known in NAMES:
        try:
            document = load(known)
        except NotAvailable as fault:
            print(f"{known}: not available: {fault}")
        else:
            counts = page_words(document.path)
            print(f"{known}: {document.producer}; words {counts}; text pages {document.pages}")
