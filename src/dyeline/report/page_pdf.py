"""The report as a PDF/A: a constant program of the typesetter, the report as data beside it, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dyeline.errors import RendererMissing, RenderingFailed
from dyeline.formats.typeset.typesetter import is_foreign
from dyeline.report.blocks import Block

_PROGRAM: Final = "report.typ"
_STANDARD: Final = "a-2b"
_FONTS: Final = ("Libertinus Serif", "DejaVu Sans Mono")
"""Come with the typesetter."""
CHART_WIDTH, PICTURE_WIDTH = 0.58, 1.0


def page_pdf(shown: Sequence[Block], pictures: Mapping[str, bytes], footer: str) -> bytes:
    """Return the PDF of these blocks; ``pictures`` are PNG or SVG files by the name that blocks give them.

    Raises RendererMissing or RenderingFailed.
    """
    try:
        import typst
    except ImportError as fault:
        raise RendererMissing("The typesetter is not installed.", fix="install the package typst.") from fault
    with TemporaryDirectory(prefix="dyeline-") as folder:
        root = Path(folder)
        data = {
            "title": next((one["text"] for one in shown if one["kind"] == "title"), "Report"),
            "footer": footer,
            "fonts": list(_FONTS),
            "blocks": [_placed(one, number, root, pictures) for number, one in enumerate(shown)],
        }
        text = json.dumps(_printable(data), ensure_ascii=False)
        (root / "blocks.json").write_text(text, encoding="utf-8")
        nothing = str(root / "nothing")  # no packages: the program imports none
        try:
            compiler = typst.Compiler(
                (files(__package__) / _PROGRAM).read_bytes(),
                root=folder,
                ignore_system_fonts=not any(map(is_foreign, text)),
                package_path=nothing,
                package_cache_path=nothing,
            )
            made = compiler.compile(format="pdf", timestamp=0, pdf_standards=[_STANDARD])
        except typst.TypstError as fault:
            raise _failed() from fault
    if not isinstance(made, bytes):
        raise _failed()
    return made


def _placed(block: Block, number: int, root: Path, pictures: Mapping[str, bytes]) -> Block:
    """Return a block for the typesetter: pictures lie in its folder, under names of its own."""
    if block["kind"] != "picture":
        return block
    chart = block["file"].endswith(".svg")
    name = f"picture{number}.{'svg' if chart else 'png'}"
    (root / name).write_bytes(pictures[block["file"]])
    return {**block, "path": name, "width": CHART_WIDTH if chart else PICTURE_WIDTH}


def _printable(value: Any) -> Any:
    """Return a value whose texts hold nothing that cannot be set."""
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or c.isprintable())
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value


def _failed() -> RenderingFailed:
    return RenderingFailed(
        "The report could not be set on pages.", fix="report this with the output of --debug."
    )
