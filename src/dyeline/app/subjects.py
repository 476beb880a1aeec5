"""Subjects of a briefing: a document (D-001), a fact of one (D-001/f3), or a free fact by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(r"d-\d+", re.IGNORECASE)
MOST_LETTERS = 200


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What somebody was told. ``document`` is a label or ""; ``fact`` is "" for the whole document."""

    document: str
    fact: str

    @property
    def written(self) -> str:
        """Return it as people write it."""
        return f"{self.document}/{self.fact}" if self.document and self.fact else self.document or self.fact

    @property
    def key(self) -> tuple[str, str]:
        """Return what is equal for equal subjects: case does not matter."""
        return self.document.casefold(), self.fact.casefold()


def read_subject(text: str, documents: dict[str, str]) -> Subject | str:
    """Return the subject that a text means, or the reason why it means none.

    ``documents`` has the label of every document by its case-folded label and title. What looks like
    a label and is none is a mistake, never a free fact.
    """
    text = " ".join(text.split())
    if not text:
        return "is empty"
    if len(text) > MOST_LETTERS:
        return f"has {len(text)} characters; the limit is {MOST_LETTERS}"
    whole = documents.get(text.casefold())
    if whole is not None:
        return Subject(whole, "")
    head, slash, fact = text.partition("/")
    head, fact = head.strip(), fact.strip()
    if not _LABEL.fullmatch(head):
        return Subject("", text)
    label = documents.get(head.casefold())
    if label is None:
        return f"names {head}, which is no document here; dyeline document list shows their labels"
    if slash and fact.isdigit():
        return f"names a version; write {label} for the document, or {label}/ and the name of a fact"
    if slash and not fact:
        return f"has nothing after the /; write {label} for the whole document"
    return Subject(label, fact)
