"""The sentences of a report: what was found, how sure, what else could explain it, what was not done.

They speak of copies. A reader who knows nothing of statistics has to be able to read them aloud in a court.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dyeline.report.scale import chance_text, number_text, rung

ALTERNATIVES: Final = (
    "The copy left its recipient's hands without the recipient passing it on: it was forwarded, stolen, "
    "photographed over a shoulder, or read from a shared account or a shared device.",
    "Somebody else, the issuer included, had access to that copy or could make it anew and passed it on.",
    "The copy was handed to the wrong person when it was delivered; a delivery is only as good as its record.",
    "Parts of what leaked came from another source that carries no mark.",
)

NOT_DONE: Final = (
    "Who handled the copy after it was issued was not examined.",
    "No fingerprint, handwriting, network trace or witness was examined.",
    "Which marks the exhibit shows was read by a program; the table of readings is enclosed so that it can be "
    "compared with the exhibit by eye.",
    "The recipient was not heard.",
)

_NOBODY: Final = {
    "insufficient": "holds a passage of the document, but its marks do not suffice to name a copy",
    "no_readable_mark": "holds a passage of the document, but no mark in it can be read",
    "not_ours": "holds no passage of any document that was compared",
}


def found_sentence(exhibit: str, finding: Mapping[str, Any]) -> str:
    """Return in one sentence what an exhibit shows; it speaks of a copy."""
    copies = [one["copy"] for one in finding["candidates"]]
    if finding["outcome"] == "attributed" and len(copies) == 1:
        return f"Exhibit {exhibit} descends from copy {copies[0]}."
    if finding["outcome"] == "attributed":
        return f"Exhibit {exhibit} was merged from several copies; {_listed(copies, 'and')} took part."
    if finding["outcome"] == "narrowed":
        return f"Exhibit {exhibit} descends from one of the copies {_listed(copies, 'or')}; which, cannot be told."
    return f"Exhibit {exhibit} {_NOBODY[finding['outcome']]}."


def case_sentence(same_source: Mapping[str, Any]) -> str:
    """Return what the exhibits show together; "" where they name nobody.

    Copies of several recipients are each in some exhibit; that holds without the assumption of one source.
    """
    held = [_listed(one["copies"], "and") for one in same_source["candidates"]]
    if same_source["outcome"] == "attributed" and len(held) == 1:
        return f"If all exhibits come from one source, it is the holder of {held[0]}."
    if same_source["outcome"] == "attributed":
        each = "; ".join(f"of the holder of {copies}" for copies in held)
        return f"Copies of {len(held)} recipients went into the exhibits together: {each}."
    if same_source["outcome"] == "narrowed":
        return f"If all exhibits come from one source, it is the holder of {'; or of '.join(held)}."
    return ""


def statement(
    *, exhibit: str | None, copy: str, recipient: str, log10_ratio: float, chance: float | None, compared: int
) -> dict[str, Any]:
    """Return how sure a finding is about one copy, in a number and a word of the scale.

    ``chance`` is the family-wise one, for any of ``compared`` copies, None where the finding does not rest on it;
    ``exhibit`` None stands for all together.
    """
    step = rung(log10_ratio)
    what = f"what was read in {exhibit}" if exhibit else "what was read in all exhibits"
    sentence = (
        f"{what[0].upper()}{what[1:]} is {number_text(log10_ratio)} times as probable if it descends from copy {copy} "
        f"as if it does not. That is {step['word']} support ({step['bounds']} on the scale used)."
    )
    if chance is not None:
        sentence += (
            f" The chance that any of the {compared:,} copies compared would be named although none of them is the "
            f"source is {chance_text(chance)}."
        )
    return {
        "exhibit": exhibit,
        "copy": copy,
        "recipient": recipient,
        "log10_ratio": log10_ratio,
        "word": step["word"],
        "family_wise_p": chance,
        "compared": compared,
        "sentence": sentence,
    }


def exculpation_sentence(exhibit: str, copy: str, log10_ratio: float) -> str:
    """Return in words that an exhibit speaks against a copy."""
    return (
        f"What was read in {exhibit} is {number_text(log10_ratio)} times as probable if it descends from copy {copy} "
        f"as if it does not: it speaks against descending from copy {copy}."
    )


EXCULPATION_LIMITS: Final = (
    "This says that the exhibit does not look like this copy. It does not say that the holder of this copy had no "
    "part in the leak by other means: another document, another copy, or word of mouth.",
    "Where several copies were merged, a small part taken from this copy can remain unseen. The figure allows for "
    "that, and is therefore smaller than a comparison with one other copy would give.",
    "It holds for the exhibit named and for what was read in it, not for other exhibits.",
)


def limits_of(report: Mapping[str, Any]) -> list[str]:
    """Return what remains possible after everything that the bundle proves."""
    limits = [
        "The issuer knew all codewords when the copies were issued. Somebody who controlled the issue from the start "
        "could have kept a copy of a recipient's file and leaked it; nothing in this bundle excludes that.",
        "A recipient who got hold of somebody else's copy can leak that one; the marks then lead to the other copy.",
        "Readings are what a program saw. That they are right can be checked with the exhibit and the table of "
        "readings, not by calculation.",
        "An exhibit is known by the hash of its file. The same text in a file that differs by a byte counts as another "
        "exhibit: how often such a file was examined is not told here, and a decision that it may be a protected "
        "disclosure does not hold for the exhibits of this case.",
    ]
    if not report["log"]["attested"]:
        limits.append(
            "Nobody outside attested to the log between the issue of the copies and the exhibits. Whoever keeps it, "
            "with its key, could have written all of it anew; the order of its entries then rests on that person's "
            "word."
        )
    if not report["log"]["whole"]:
        limits.append("The count of examinations is the issuer's: the whole log is not enclosed.")
    if any(one["recorded_late"] for one in report["circulations"].values()):
        limits.append(
            "Copies had been issued before the log began. The log shows their codewords from its beginning on."
        )
    missing = [one["label"] for one in report["exhibits"] if one["file"] is None]
    if missing:
        limits.append(f"The file of {_listed(missing, 'and')} is not enclosed; only its hash is.")
    return limits


def _listed(labels: Sequence[str], joined: str) -> str:
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} {joined} {labels[-1]}"
