"""Stretches of a document that no wording rule may touch."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dyeline.model.document import Document, Span

WRITABLE_KINDS = frozenset({"paragraph", "list", "note"})
_FOREIGN_KINDS = frozenset({"code", "quote"})  # a block quote is somebody else's wording

_LINKS_AND_CODE = (
    re.compile(r"\b[a-zA-Z][\w+.-]*://\S+|\bwww\.\S+|\bmailto:\S+"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(
        r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|int|info|io|dev|eu|uk|de|fr|ch|au|ca|us)\b(?:/\S*)?"
    ),
    re.compile(r"`[^`\n]+`"),
    re.compile(r"(?<!\S)(?:~|\.{1,2})?/[\w.~-][^\s,;]*|\b[A-Za-z]:\\\S+"),
    re.compile(r"\b\w+/\w[\w.-]*/\S+"),
    re.compile(r"(?<!\S)--?[A-Za-z][\w-]*(?:=\S+)?"),
    re.compile(r"\$\w+|\$\{[^}\n]*\}|<[^<>\n]{1,80}>|\{[^{}\n]{1,80}\}"),
    re.compile(r"\b\w+\([\w, ]*\)(?!\w)"),
    re.compile(r"\b\w*_\w+\b"),
    re.compile(r"\b[a-z]+[A-Z]\w*\b|\b[A-Z]+[a-z]+[A-Z]\w*\b"),
    re.compile(
        r"\b[\w-]+\.(?:txt|md|html?|docx?|pdf|py|js|c|h|conf|cfg|ini|json|ya?ml|xml|csv|zip"
        r"|deb|gz|sh|exe|jpe?g|png)\b"
    ),
    re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])(?!\d+(?:st|nd|rd|th|am|pm|s|k)\b)\w+\b"),
    re.compile(r"\bv?\d+(?:\.\d+){2,}[\w.-]*|\b[Vv](?:ersion|er\.)? ?\d[\w.-]*"),
)
_CITATIONS = (
    re.compile(
        r"\b(?:[Ss]ections?|[Ss]ect?s?\.|[Aa]rticles?|[Aa]rts?\.|[Cc]hapters?|[Cc]h\."
        r"|[Cc]lauses?|[Pp]aragraphs?|[Pp]aras?\.?"
        r"|[Rr]ules?|[Rr]egulations?|[Ss]chedules?|[Aa]nnex(?:es)?|[Aa]ppendix|[Aa]ppendices"
        r"|[Pp]arts?|[Tt]itles?|[Rr]ecitals?"
        r"|[Tt]ables?|[Ff]igures?|[Ff]igs?\.|[Pp]ages?|[Pp]p?\.|[Nn]os?\.|[Vv]ols?\.?"
        r"|[Ll]ines?|[Ss]teps?|[Ll]evels?|[Nn]otes?"
        r"|[Ee]quations?|[Rr]ooms?|[Pp]latforms?|[Gg]ates?|[Bb]uses|[Bb]us|[Rr]outes?"
        r"|[Ii]tems?|[Oo]ptions?|[Bb]ox|[Ff]loors?)"
        r" (?:\(?[A-Z]{1,4}\)? )?\d[\w./()-]*(?:\([\w]+\))*(?:(?:,| and| or| to|–|-) ?\(?\d[\w.()]*)*"
    ),
    re.compile(r"§{1,2} ?\d[\w.()-]*(?:\(\w+\))*(?:(?:,| and| or| to|–|-) ?\d[\w.()-]*)*"),
    re.compile(
        r"\b(?:Regulation|Directive|Decision|Act|Resolution|Treaty"
        r"|Law) (?:\([A-Z]+\) )?(?:No\.? ?)?\d[\w/.-]*(?:/[A-Z]+)*"
    ),
    re.compile(
        r"\b[A-Z][\w.’'&-]*(?: (?:[A-Z][\w.’'&-]*|of|and|the"
        r"|&))* v\.? (?:the )?[A-Z][\w.’'&-]*(?: (?:[A-Z][\w.’'&-]*|of|and|the|&))*"
    ),
    re.compile(r"\bR\.? \([^)\n]{1,80}\) v\.? [A-Z][\w ’'&-]*|\b(?:[Ii]n re|[Ee]x parte) [A-Z][\w’'-]*"),
    re.compile(
        r"\[[\d,; –-]{1,20}\]|\[\d{4}\][^.;\n]{0,40}|\((?:[A-Z][\w’'-]+(?: et al\.?"
        r"| and [A-Z][\w’'-]+)?,? \d{4}[a-z]?(?:; )?)+\)"
    ),
)
_NAME_WORD = r"[A-Z][\w’'&-]*\.?"
_NAMES = re.compile(
    rf"{_NAME_WORD}(?: (?:(?:of|for|and|de|la|le|du|van|von|der|den|&) (?:the )?)?{_NAME_WORD})+"
)
_NOT_IN_NAMES = frozenset(
    "A An The This That These Those It He She We You They I In On At By For From To With"
    " After Before During Since Until If"
    " When While As Although Though Because But And Or So However Therefore Moreover"
    " Furthermore Nevertheless Nonetheless"
    " There Here What Who How Why Where Which Our Your His Her Their Its My Some Many"
    " Most Few All Both Each Every No Not"
    " Please Thank Thanks Prior Due Despite According Under Over Between Within Without"
    " Unlike Like Also Then Now Today"
    " Yesterday Tomorrow Later Recently Currently Meanwhile Finally First Second Third"
    " Lastly Sometimes Usually Normally"
    " Often Perhaps Maybe Once Whether Whenever Regarding Concerning Through Throughout"
    " Several Numerous Approximately"
    " About Around Nearly Almost Contact Subsequently Consequently Additionally Besides".split()
)
_OPENERS = {"“": "”", "„": "“”", "«": "»", "‹": "›"}


@dataclass(frozen=True, slots=True)
class Protection:
    """What may not be written on, as sorted disjoint ranges.

    ``foreign`` are words that are not the author's running prose (quotations, names, links, code);
    ``closed`` are the author's words in blocks that stay as they are (headings, cells), and
    declared variants.
    """

    foreign: tuple[Span, ...]
    closed: tuple[Span, ...]

    def free(self, start: int, end: int) -> bool:
        """Tell whether ``start:end`` may be written on."""
        return not overlaps(self.foreign, start, end) and not overlaps(self.closed, start, end)


def protection(document: Document) -> Protection:
    """Return the stretches of a document that no wording rule may touch.

    Quotations, links, code-like words, paths, citations, case names, version numbers, names of
    several words, blocks that are not running text, frozen ranges and declared variants.
    """
    text = document.text
    foreign = list(document.frozen)
    for pattern in _LINKS_AND_CODE + _CITATIONS:
        foreign += [found.span() for found in pattern.finditer(text)]
    foreign += _names(text)
    # one character on either side, because a place must not even touch a declared variant
    closed = [(max(0, place.start - 1), max(place.end, place.start) + 1) for place in document.declared]
    done = 0
    for block in sorted(document.blocks, key=lambda block: block.start):
        closed.append((done, block.start))
        done = max(done, block.end)
        if block.kind in WRITABLE_KINDS:
            foreign += quotations(text, block.start, block.end)
        elif block.kind in _FOREIGN_KINDS:
            foreign.append((block.start, block.end))
        else:
            closed.append((block.start, block.end))
    closed.append((done, len(text)))
    return Protection(merged(foreign), merged(closed))


def quotations(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the quoted stretches of one block; an opening mark without a partner quotes to its end."""
    at = start
    while at < end:
        mark = text[at]
        closing = _OPENERS.get(mark, "")
        if mark in "\"'‘" and _opens(text, at, start):
            closing = "’" if mark == "‘" else mark
        if not closing:
            at += 1
            continue
        stop = next((k for k in range(at + 1, end) if text[k] in closing and _closes(text, k, end)), None)
        if stop is None and mark in "'‘":  # an apostrophe that stands for left-out letters
            at += 1
            continue
        yield at, end if stop is None else stop + 1
        at = end if stop is None else stop + 1


def _opens(text: str, at: int, start: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1 : at + 2]
    return (before.isspace() or before in "([{—–-/\"'“‘") and bool(after) and not after.isspace()


def _closes(text: str, at: int, end: int) -> bool:
    after = text[at + 1] if at + 1 < end else " "
    return not text[at - 1].isspace() and not after.isalnum()


def _names(text: str) -> Iterator[Span]:
    """Yield runs of two or more capitalised words, without a common word that opens a sentence."""
    for found in _NAMES.finditer(text):
        start = found.start()
        words = found.group().split(" ")
        while words and words[0] in _NOT_IN_NAMES:
            start += len(words.pop(0)) + 1
        if len(words) > 1:
            yield start, found.end()


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the union of the spans as sorted ranges that neither overlap nor touch."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def overlaps(spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Tell whether ``start:end`` shares a character with a span, or is an insertion inside one."""
    at = bisect_left(spans, start, key=lambda span: span[0])  # the first span that starts at or after
    if at and spans[at - 1][1] > start:
        return True
    return at < len(spans) and spans[at][0] < end
