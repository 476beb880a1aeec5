"""How far a clear reading of a site can be trusted: what forecasts need to know of the carriers."""

from __future__ import annotations

from dyeline.carriers import textlayer
from dyeline.carriers.character import MISREAD
from dyeline.carriers.declared import flip_of
from dyeline.carriers.image import carrier as image
from dyeline.carriers.layout import carrier as layout
from dyeline.carriers.wording.classes import flip_prior
from dyeline.model.sites import Site


def chance_of_change(site: Site) -> float:
    """Return the chance that a site shows another variant than was written, though it reads clearly."""
    family = site.carrier.split("/")[0]
    if family == "character":
        return MISREAD
    if family == "textlayer":
        return textlayer.MISREAD
    if family == "layout":
        return layout.MISREAD
    if family == "image":
        return image.MISREAD
    return flip_prior(site.cls) if family == "wording" else flip_of(site)
