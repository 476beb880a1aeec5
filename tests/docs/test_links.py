"""Every link between pages leads somewhere, down to the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, pages, without_code, without_fences

_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)\)")


def _anchors(page: Path) -> set[str]:
    found: set[str] = set()
    for heading in re.findall(
        r"^#{1,6} (.+)$", without_fences(page.read_text(encoding="utf-8")), re.MULTILINE
    ):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
        number = 1
        while slug in found:
            slug = f"{slug.rsplit('~', 1)[0]}-{number}"
            number += 1
        found.add(slug)
    return found


def _links(page: Path) -> list[str]:
    # a link's text may be a code span; a link inside of one is an example
    text = re.sub(r"\[`[^`]*`\]\(", "[code](", without_fences(page.read_text(encoding="utf-8")))
    return _LINK.findall(without_code(text))


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in _links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(link)
    assert not broken


def test_pages_are_found_and_linked_from_the_start_page() -> None:
    start = {(ROOT / "README.md"), (ROOT / "docs" / "README.md")}
    reached, todo = set(start), list(start)
    while todo:
        page = todo.pop()
        for link in _links(page):
            file = (page.parent / link.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.is_file() and file not in reached:
                reached.add(file)
                todo.append(file)
    lonely = [str(page.relative_to(ROOT)) for page in pages() if page not in reached]
    assert not lonely, "no page links to these"
