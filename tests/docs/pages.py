"""The Markdown pages of the repository, and the blocks of code in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(
    r"^(?P<note><!-- not run: .+? -->\n+)?"
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block: language, the file name that may follow it, and whether the page says it is not run."""

    language: str
    file: str
    body: str
    line: int
    not_run: bool


def pages() -> list[Path]:
    """Return all pages that people read: the top folder's, those below docs, and the notes on test files."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def code_blocks(page: Path) -> list[CodeBlock]:
    """Return the fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    blocks = []
    for match in _FENCE.finditer(text):
        language, _, file = match["info"].strip().partition(" ")
        line = text.count("\n", 0, match.start("fence")) + 1
        blocks.append(CodeBlock(language, file.strip(), match["body"], line, match["note"] is not None))
    return blocks


def without_fences(text: str) -> str:
    """Return the text without fenced blocks."""
    return _FENCE.sub("", text)


def without_code(text: str) -> str:
    """Return the text without fenced blocks and code spans."""
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", without_fences(text))
