"""The demo documents: each DOCX is what its script makes, and says what its Markdown says."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from docx import Document

from tests.golden.build_demo import DEMO, PAIRS, build


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def docx_words(data: bytes) -> list[str]:
    document = Document(io.BytesIO(data))
    texts: list[str] = []
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            texts += [cell.text for row in item.rows for cell in row.cells]
        else:
            texts.append(item.text)
    return words("\n".join(texts))


@pytest.mark.parametrize("name", PAIRS)
def test_both_files_of_a_pair_hold_the_same_words(name: str) -> None:
    markdown = (DEMO / f"{name}.md").read_text(encoding="utf-8")
    plain = words(re.sub(r"^\d+\. ", "", markdown, flags=re.MULTILINE))
    assert docx_words((DEMO / f"{name}.docx").read_bytes()) == plain
    assert docx_words(build(markdown)) == plain
    assert 1100 <= len(plain) <= 1450


def test_the_informal_document_is_informal_and_the_formal_one_is_not() -> None:
    contraction = re.compile(r"\w+'(?:t|re|ve|ll|d|m)\b")
    announcement, policy = ((DEMO / f"{name}.md").read_text(encoding="utf-8") for name in PAIRS)
    assert 20 <= len(contraction.findall(announcement)) <= 45
    assert not contraction.findall(policy)


def test_the_article_has_one_gap() -> None:
    article = (DEMO / "article.txt").read_text(encoding="utf-8")
    assert article.count("\n{excerpt}\n") == 1


def test_nothing_in_the_demo_is_marked_by_accident() -> None:
    for path in sorted(Path(DEMO).glob("*.[mt][dx]*")):
        text = path.read_text(encoding="utf-8")
        assert text.isascii(), path.name
        assert not re.search(r"(?<=\S) {2}", text), path.name
        assert not re.search(r"[ \t]$", text, flags=re.MULTILINE), path.name
