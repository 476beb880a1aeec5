"""Which versions of which methods an examination used; goes on record with every finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dyeline import __version__
from dyeline.carriers.contract import Carrier
from dyeline.carriers.layout.carrier import READER_VERSION
from dyeline.codes.design import DESIGN_VERSION
from dyeline.codes.scheme import NEW_SCHEME, drawing_of
from dyeline.match.align import ALIGN_VERSION
from dyeline.match.grams import GRAMS_VERSION
from dyeline.match.pages import PAGES_VERSION
from dyeline.stats.models import MODELS_VERSION
from dyeline.stats.nulltail import TAIL_VERSION
from dyeline.text.fold import FOLD_VERSION
from dyeline.trace.judge import RULES_VERSION


def method_versions(carriers: Mapping[str, Carrier], schemes: Iterable[str] = ()) -> dict[str, str]:
    """Return name -> "method/version" for everything that can change a finding.

    ``schemes`` are those of the circulations compared; without any, the scheme of new ones is stated.
    """
    drawings = sorted({drawing_of(scheme) for scheme in schemes}) or [drawing_of(NEW_SCHEME)]
    return {
        "dyeline": __version__,
        "fold": FOLD_VERSION,
        "grams": GRAMS_VERSION,
        "align": ALIGN_VERSION,
        "pages": PAGES_VERSION,
        "layout": READER_VERSION,
        "carriers": " ".join(sorted(carriers)),
        "bias": DESIGN_VERSION,
        "codewords": " ".join(drawings),
        "models": MODELS_VERSION,
        "tail": TAIL_VERSION,
        "rules": RULES_VERSION,
    }
