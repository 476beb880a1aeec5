"""A text shown on a screen and recognised by Tesseract (Apache-2.0; a program, not a dependency)."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np

from dyeline.testing import paths

WIDTH_PX = 900
FONTS = ("DejaVuSerif.ttf", "LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf")
SIZES_PX = (15, 16, 18)
"""Letters of a document on a screen of ordinary density at 100 to 115 %."""


def available() -> str:
    """Return "" when pictures can be made and recognised, else what is missing."""
    if shutil.which("tesseract") is None:
        return "tesseract is not installed"
    try:
        import PIL  # noqa: F401 - asked for, not used
    except ModuleNotFoundError:
        return "Pillow is not installed"
    return "" if _fonts() else "no known font is installed"


def recognised(text: str, rng: np.random.Generator) -> str:
    """Return what Tesseract reads from a picture of the cleaned text, font and size drawn by chance."""
    fonts = _fonts()
    font = fonts[int(rng.integers(len(fonts)))]
    size = SIZES_PX[int(rng.integers(len(SIZES_PX)))]
    picture = _picture([paths.cleaned(paragraph) for paragraph in text.split("\n")], font, size)
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", "6", "--dpi", "96"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=picture, capture_output=True, check=True, env=environment)
    return done.stdout.decode("utf-8", "replace")


@cache
def _fonts() -> tuple[str, ...]:
    folders = [Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/truetype/liberation")]
    found = {path.name: str(path) for folder in folders if folder.is_dir() for path in folder.glob("*.ttf")}
    return tuple(found[name] for name in FONTS if name in found)


def _picture(paragraphs: list[str], font_path: str, size_px: int) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(font_path, size_px)
    lines: list[str] = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            wider = f"{line} {word}".strip()
            if font.getlength(wider) > WIDTH_PX - 80 and line:
                lines.append(line)
                line = word
            else:
                line = wider
        lines += [line, ""]
    leading = round(size_px * 1.45)
    image = Image.new("L", (WIDTH_PX, leading * len(lines) + 80), 255)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((40, 40 + number * leading), line, fill=20, font=font)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
