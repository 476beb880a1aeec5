"""A DOCX of twenty pages: real prose first, then made-up sentences, with styles, a table and a header."""

from __future__ import annotations

import io

import numpy as np

from bench.documents import load

PAGE_WORDS = 500
_SUBJECTS = ("The committee", "Our supplier", "The second team", "Every branch", "A visiting auditor", "The depot",
             "Most of the staff", "The laboratory", "One of the drivers", "The new contractor")  # fmt: skip
_VERBS = ("has checked", "did not accept", "will replace", "cannot measure", "has moved", "is going to review",
          "found", "reported", "would prefer", "keeps", "has delivered", "does not need")  # fmt: skip
_OBJECTS = ("the older pumps", "a list of open points", "several boxes of valves", "the figures for the quarter",
            "the keys of the archive", "two thirds of the samples", "the plan for the yard", "the seals",
            "a copy of the contract", "all the spare parts", "the drawings", "the fence")  # fmt: skip
_ENDS = ("before the end of the month", "because the weather was poor", "in order to save time", "near the harbour",
         "after a long discussion", "at the request of the owner", "without any delay", "for the third time",
         "when the road was closed", "which nobody had expected", "and told the office about it")  # fmt: skip


def sentences(count: int, rng: np.random.Generator) -> list[str]:
    """Return so many sentences of about 15 words, hardly any twice."""
    made = []
    for number in range(count):
        subject, verb, thing, end, other = (
            str(rng.choice(choices)) for choices in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS, _ENDS)
        )
        made.append(f"{subject} {verb} {thing} {end}, {other} (item {number + 1}).")
    return made


def long_docx(words: int, seed: int) -> bytes:
    """Return a DOCX of about so many words."""
    import docx

    rng = np.random.default_rng(seed)
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Quarterly report, for named readers only"
    count = 0
    for name in ("announcement", "sockets", "policy", "governance"):
        for paragraph in load(name).text.split("\n"):
            if paragraph.strip() and count < words:
                style = "Normal" if len(paragraph.split()) > 8 else "Heading 2"
                document.add_paragraph(paragraph, style=style)
                count += len(paragraph.split())
    table = document.add_table(rows=12, cols=4, style="Table Grid")
    for row in table.rows:
        for cell in row.cells:
            cell.text = str(rng.choice(_OBJECTS))
    while count < words:
        added = document.add_paragraph()
        for number, sentence in enumerate(sentences(7, rng)):
            added.add_run(f"{sentence} ").italic = number == 3
            count += len(sentence.split())
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
