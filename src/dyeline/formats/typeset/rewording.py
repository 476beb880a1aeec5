"""Other words on the pages of a rendition: which mark sites of the text fit, and what shows their variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.formats.content import Content
from dyeline.formats.pdf.building import build_template
from dyeline.formats.pdf.cutting import Swap
from dyeline.formats.pdf.lines import SetLine, find_lines
from dyeline.formats.pdf.pages import FAULTS, Source, pdf_opened
from dyeline.formats.pdf.reading import opened, page_texts
from dyeline.formats.pdf.resetting import Group, reset_line
from dyeline.formats.pdf.words import in_text, lay_out, no_words, paragraph_blocks, text_offsets
from dyeline.model.pages import PageWords
from dyeline.model.sites import Place, Site

MOST_IN_LINE: Final = 2  # places in one line
LINES_SHARE: Final = 1 / 4
"""Share of a page's lines that wording may take: a line that is set anew has no word shifts, about six of them."""

_ROUNDS: Final = 4  # of trying copies out and leaving out what does not come back

LineKey = tuple[int, int]
"""Number of a page and of a line on it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The lines of a rendition that can be set anew, and the words of all its pages.

    Everything is in offsets of the PDF's own text.
    """

    pdf: Content
    words: tuple[PageWords, ...]
    lines: Mapping[LineKey, SetLine]


@dataclass(slots=True)
class Plan:
    """Places (by the caller's number) in the lines that show them, in text order within each."""

    setting: Setting
    most_lines: Mapping[int, int] | None = None  # by page; None for all
    groups: dict[LineKey, dict[int, Group]] = field(default_factory=dict)

    def swaps(self, first: int) -> dict[int, list[Swap]]:
        """Return the swaps by page; the lines, in order, are the places from ``first`` on."""
        found: defaultdict[int, list[Swap]] = defaultdict(list)
        for number, (key, groups) in enumerate(self.groups.items(), first):
            made = reset_line(self.setting.lines[key], list(groups.values()), number)
            assert made is not None  # tried when the place was added
            found[key[0]] += made
        return found

    def moving(self) -> tuple[NDArray[np.bool_], ...]:
        """Tell of the words of each page whether they stand in a line that is set anew."""
        return tuple(
            np.isin(page.lines, [line for number, line in self.groups if number == page.number])
            for page in self.setting.words
        )

    def add(self, places: Sequence[tuple[int, Place]], *, limited: bool = False) -> bool:
        """Add places that show one choice, all or none of them. Tell whether they fit.

        ``limited``: they may begin no line beyond ``most_lines`` of a page.
        """
        changed: dict[LineKey, dict[int, Group]] = {}
        for number, place in places:
            found = _locate(self.setting, place)
            if found is None:
                return False
            key, group = found
            line = {**(changed.get(key) or self.groups.get(key, {})), number: group}
            line = dict(sorted(line.items(), key=lambda item: item[1].first))
            known = list(line.values())
            apart = all(one.last < other.first for one, other in pairwise(known))
            if len(line) > MOST_IN_LINE or not apart or reset_line(self.setting.lines[key], known, 0) is None:
                return False
            changed[key] = line
        if limited and any(self._is_full(key[0], changed) for key in changed if key not in self.groups):
            return False
        self.groups |= changed
        return True

    def _is_full(self, page: int, changed: Iterable[LineKey]) -> bool:
        lines = {key for key in (*self.groups, *changed) if key[0] == page}
        return self.most_lines is not None and len(lines) > self.most_lines[page]


def find_setting(rendition: bytes, pdf: Content) -> Setting:
    """Return what of a rendition, whose content is ``pdf``, can be set anew. Cost: about 150 ms a page."""
    words: list[PageWords] = []
    lines: dict[LineKey, SetLine] = {}
    with opened(rendition) as document, pdf_opened(rendition) as file:
        source = Source(file)
        texts = [page.text for page in page_texts(document)]
        for number, (flow, blocks) in enumerate(paragraph_blocks(texts, pdf.blocks)):
            page = lay_out(document, number)
            if page is None:
                words.append(no_words(number))
                continue
            words.append(in_text(page, text_offsets(flow, page.text, blocks, pdf.text)))
            try:
                found = find_lines(page, source.shown(number), source.annotations(number))
            except FAULTS:
                continue
            lines |= {(number, line): set_line for line, set_line in found.items()}
    return Setting(pdf, tuple(words), lines)


def fitting_sites(
    rendition: bytes, setting: Setting, sites: Sequence[Site], *, lines_share: float = LINES_SHARE
) -> tuple[list[Site], Plan]:
    """Return the sites whose words can be shown under every variant, all of them at once, and how.

    Of sites that do not fit beside each other, declared ones come first, in the order given. The others
    follow in an order by chance (of their ids), so that they spread over the pages, in at most
    ``lines_share`` of the lines of each. Each is proven by reading copies that show its variants.
    """
    lines = {page.number: len(np.unique(page.lines)) for page in setting.words}
    most = {number: round(lines_share * count) for number, count in lines.items()}
    declared = [site for site in sites if _is_declared(site)]
    chosen = declared + sorted((site for site in sites if not _is_declared(site)), key=lambda site: site.id)
    for _ in range(_ROUNDS):
        plan = Plan(setting, most)
        owners: list[int] = []  # number of the site, by place
        fitting: list[Site] = []
        for site in chosen:
            numbers = range(len(owners), len(owners) + len(site.places))
            if plan.add(list(zip(numbers, site.places, strict=True)), limited=not _is_declared(site)):
                owners += [len(fitting)] * len(site.places)
                fitting.append(site)
        failed = {owners[number] for number in _not_coming_back(rendition, plan)}
        if not failed:
            return fitting, plan
        chosen = [site for number, site in enumerate(fitting) if number not in failed]
    return [], Plan(setting)


def _is_declared(site: Site) -> bool:
    return site.carrier.startswith("declared/")


def _locate(setting: Setting, place: Place) -> tuple[LineKey, Group] | None:
    """Return the line and the words of a place, with what stands there under each variant."""
    text, start, end = setting.pdf.text, place.start, place.end
    low, high = start, end
    while low > 0 and not text[low - 1].isspace():
        low -= 1
    while high < len(text) and not text[high].isspace():
        high += 1
    if low == high:
        return None
    variants = tuple(tuple((text[low:start] + shown + text[end:high]).split()) for shown in place.texts)
    for page in setting.words:
        inside = np.flatnonzero((page.starts >= low) & (page.ends <= high) & (page.ends > 0))
        if not inside.size:
            continue
        first, last = int(inside[0]), int(inside[-1])
        line = setting.lines.get((page.number, int(page.lines[first])))
        whole = int(page.starts[first]) == low and int(page.ends[last]) == high
        if line is None or not whole or page.lines[first] != page.lines[last] or not all(variants):
            return None
        begins = line.words[0].number
        return (page.number, int(page.lines[first])), Group(first - begins, last - begins, variants)
    return None


def _not_coming_back(rendition: bytes, plan: Plan) -> set[int]:
    """Return the places that a copy with each of their variants does not show as text."""
    failed: set[int] = set()
    if not plan.groups:
        return failed
    with pdf_opened(rendition) as file:
        template = build_template(Source(file), {}, {}, plan.swaps(0))
    most = max(len(group.variants) for groups in plan.groups.values() for group in groups.values())
    none = [""] * len(plan.groups)
    for variant in range(most):
        joint = [
            joint_symbol([(min(variant, len(g.variants) - 1), len(g.variants)) for g in groups.values()])
            for groups in plan.groups.values()
        ]
        copy = template.render(none, variants=joint, notice=None, stamp=None)
        with opened(copy) as document:
            seen = [lay_out(document, number) for number in range(len(document))]
        for key, groups in plan.groups.items():
            page = seen[key[0]]
            wanted = _line_words(plan.setting, key, groups, variant)
            if page is None or wanted not in _lines_of(page.shown):
                failed |= set(groups)
    return failed


def joint_symbol(chosen: Sequence[tuple[int, int]]) -> int:
    """Return the symbol of a line from (variant, number of variants) of its places: the last changes fastest."""
    symbol = 0
    for variant, count in chosen:
        symbol = symbol * count + variant
    return symbol


def _line_words(setting: Setting, key: LineKey, groups: Mapping[int, Group], variant: int) -> tuple[str, ...]:
    page = setting.words[key[0]]
    begins = {group.first: group for group in groups.values()}
    inside = {k for group in groups.values() for k in range(group.first, group.last + 1)}
    words: list[str] = []
    for k, word in enumerate(setting.lines[key].words):
        if k in begins:
            words += begins[k].variants[min(variant, len(begins[k].variants) - 1)]
        elif k not in inside:
            words.append(setting.pdf.text[int(page.starts[word.number]) : int(page.ends[word.number])])
    return tuple(words)


def _lines_of(shown: str) -> Iterator[tuple[str, ...]]:
    return (tuple(line.split()) for line in shown.splitlines())
