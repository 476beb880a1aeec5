"""Names for mark sites that stay the same as long as the version does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

from dyeline.text.fold import fold

_CONTEXT = 20  # folded characters on each side that go into a site's name


def site_id(text: str, start: int, end: int, *, carrier: str, cls: str, ordinal: int) -> str:
    """Return 12 hexadecimal characters naming the site at ``text[start:end]``.

    ``ordinal`` counts, from 0, the sites of the same class and the same matched text before it.
    The name is a hash of carrier, class, matched text, ordinal and 20 folded characters of context
    on each side.
    """
    before = fold(text[max(0, start - 3 * _CONTEXT) : start]).text[-_CONTEXT:]
    after = fold(text[end : end + 3 * _CONTEXT]).text[:_CONTEXT]
    parts = (carrier, cls, fold(text[start:end]).text, str(ordinal), before, after)
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def site_ids(text: str, carrier: str, marked: Iterable[tuple[str, int, int]]) -> list[str]:
    """Return the names of sites given as (class, start, end) in text order, ordinals counted here."""
    seen: Counter[tuple[str, str]] = Counter()
    names = []
    for cls, start, end in marked:
        key = (cls, text[start:end].casefold())
        names.append(site_id(text, start, end, carrier=carrier, cls=cls, ordinal=seen[key]))
        seen[key] += 1
    return names
