"""The report as a PDF/A: a constant program of the typesetter, the report as data beside it, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dyeline.errors import RendererMissing, RenderingFailed
from dyeline.report.blocks import Block
from dyeline.report.letters import NOTE, beyond_ascii, by_number, lacking, printable

_PROGRAM: Final = "report.typ"
_TRIAL: Final = b'#let report = json("blocks.json")\n#set text(font: report.fonts)\n#report.text'
_STANDARD: Final = "a-2b"
_FONTS: Final = ("Libertinus Serif", "DejaVu Sans Mono")
"""Come with the typesetter."""
CHART_WIDTH, PICTURE_WIDTH = 0.58, 1.0


def page_pdf(shown: Sequence[Block], pictures: Mapping[str, bytes], footer: str) -> bytes:
    """Return the PDF of these blocks; ``pictures`` are PNG or SVG files by the name that blocks give them.

    A letter that no font at hand has is written by its number, and the PDF says so.
    Raises RendererMissing or RenderingFailed.
    """
    with TemporaryDirectory(prefix="dyeline-") as folder:
        root = Path(folder)
        data = printable(
            {
                "title": next((one["text"] for one in shown if one["kind"] == "title"), "Report"),
                "footer": footer,
                "fonts": list(_FONTS),
                "blocks": [_placed(one, number, root, pictures) for number, one in enumerate(shown)],
            }
        )
        program = (files(__package__) / _PROGRAM).read_bytes()
        made = _compiled(root, program, data, system_fonts=False) or _compiled(root, program, data)
        if made is None:
            unset = lacking(beyond_ascii(data), partial(_settable, root))
            made = _compiled(root, program, _replaced(data, unset))
        if made is None:  # letters that can be set one by one and not beside each other
            made = _compiled(root, program, _replaced(data, beyond_ascii(data)))
    if made is None:
        raise RenderingFailed(
            "The report could not be set on pages.", fix="report this with the output of --debug."
        )
    return made


def _compiled(
    root: Path, program: bytes, data: Mapping[str, Any], *, system_fonts: bool = True
) -> bytes | None:
    """Return the PDF; None where the typesetter refuses it, above all for a letter that no font has."""
    try:
        import typst
    except ImportError as fault:
        raise RendererMissing("The typesetter is not installed.", fix="install the package typst.") from fault
    (root / "blocks.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    nothing = str(root / "nothing")  # no packages: the program imports none
    try:
        compiler = typst.Compiler(
            program,
            root=str(root),
            ignore_system_fonts=not system_fonts,
            package_path=nothing,
            package_cache_path=nothing,
        )
        made = compiler.compile(format="pdf", timestamp=0, pdf_standards=[_STANDARD])
    except typst.TypstError:
        return None
    return made if isinstance(made, bytes) else None


def _settable(root: Path, text: str) -> bool:
    return _compiled(root, _TRIAL, {"fonts": list(_FONTS), "text": text}) is not None


def _replaced(data: Mapping[str, Any], letters: frozenset[str]) -> dict[str, Any]:
    """Return the data with these letters by their number, and a line below the title that says so."""
    changed: dict[str, Any] = by_number(data, letters)
    note = {"kind": "text", "text": NOTE}
    first = next((n + 1 for n, one in enumerate(changed["blocks"]) if one["kind"] == "title"), 0)
    return {**changed, "blocks": [*changed["blocks"][:first], note, *changed["blocks"][first:]]}


def _placed(block: Block, number: int, root: Path, pictures: Mapping[str, bytes]) -> Block:
    """Return a block for the typesetter: pictures lie in its folder, under names of its own."""
    if block["kind"] != "picture":
        return block
    chart = block["file"].endswith(".svg")
    name = f"picture{number}.{'svg' if chart else 'png'}"
    (root / name).write_bytes(pictures[block["file"]])
    return {**block, "path": name, "width": CHART_WIDTH if chart else PICTURE_WIDTH}
