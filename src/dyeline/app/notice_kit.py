"""The notice kit: texts that tell recipients, the data protection officer and staff what is done."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from dyeline.errors import BadInput
from dyeline.store.files import make_folder, write_durably

TEMPLATES = (
    "copy-footer.txt",
    "covering-mail.txt",
    "data-protection-assessment.md",
    "works-council-sheet.md",
)


def write_notices(folder: Path) -> list[Path]:
    """Write the templates into a folder and return their paths. Raises BadInput if one of them is there already."""
    there = [name for name in TEMPLATES if (folder / name).exists()]
    if there or (folder.exists() and not folder.is_dir()):
        raise BadInput(
            f"{folder} holds {there[0]} already." if there else f"{folder} is a file.",
            fix="name another folder.",
            path=str(folder),
        )
    make_folder(folder, private=False)
    for name in TEMPLATES:
        text = files("dyeline").joinpath("notice", name).read_bytes()
        write_durably(folder / name, text, mode=0o644)
    return [folder / name for name in TEMPLATES]
