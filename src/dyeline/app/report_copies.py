"""The copies that a report names: their codewords opened, and the circulations that these mean something in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.app.circulations import frozen_sites, secret_of
from dyeline.app.log_copies import require_committed
from dyeline.app.report_log import LogPart
from dyeline.app.workspace import Workspace
from dyeline.carriers.notice import notice_line
from dyeline.codes.codeword import commitment_salt
from dyeline.codes.design import site_weights, weights_bytes
from dyeline.codes.scheme import codewords_of
from dyeline.errors import NotFound
from dyeline.evidence.entries import canonical_json
from dyeline.issue.recipe import committed_statement
from dyeline.model.sites import Site
from dyeline.store.blocks_json import load_blocks

_NOBODY = "[name of the recipient]"


@dataclass(frozen=True, slots=True)
class OpenedCopy:
    """One copy with its codeword, (sites,) symbols."""

    label: str
    circulation: str
    recipient: str
    index: int
    symbols: NDArray[np.uint8]


@dataclass(slots=True)
class Copies:
    """Named copies and their circulations, with the files that show them."""

    circulations: dict[str, dict[str, Any]] = field(default_factory=dict)
    copies: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    opened: dict[str, OpenedCopy] = field(default_factory=dict)
    sites: dict[str, tuple[Site, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    weights: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    blocks: dict[str, list[int]] = field(default_factory=dict)


def open_copies(workspace: Workspace, labels: Iterable[str], log: LogPart) -> Copies:
    """Return the openings of exactly these copies, in this order.

    Raises NotFound, BadWorkspace where the log knows them not, and LogDisagrees for a copy whose recipient or
    index is not what the log is committed to.
    """
    found = Copies()
    for label in dict.fromkeys(labels):
        _open(workspace, label, log, found)
    return found


def _open(workspace: Workspace, label: str, log: LogPart, found: Copies) -> None:
    from dyeline.store.tables import IssuedCopy

    with workspace.reading():
        row = (
            IssuedCopy.objects.filter(label=label)
            .exclude(sha256="")
            .select_related("recipient", "circulation__version__document")
            .first()
        )
        if row is None:
            raise NotFound(
                "No copy of this label was issued.", fix="see: dyeline case show NAME.", copy=label
            )
        require_committed(workspace, label)
        circulation = row.circulation
    name = circulation.label
    if name not in found.circulations:
        _enclose(workspace, circulation, log, found)
    secret, weights = secret_of(workspace, circulation), found.weights[name]
    symbols = codewords_of(circulation.code_scheme, secret, [row.index], weights)[0]
    holder, layout = row.recipient.label, circulation.layout_sha256
    entry = log.entry(row.log_entry, f"copy {label}", fixed=True)
    opening = {
        "circulation": name,
        "copy": label,
        "index": row.index,
        "salt": commitment_salt(secret, row.index).hex(),
        "statement": committed_statement(label, holder, layout, weights, circulation.code_scheme),
        "symbols": symbols.tobytes().hex(),
    }
    found.files[f"openings/{label}.json"] = canonical_json(opening)
    found.opened[label] = OpenedCopy(label, name, holder, row.index, symbols)
    found.copies.append(
        {
            "copy": label,
            "circulation": name,
            "recipient": holder,
            "opening": f"openings/{label}.json",
            "entry": row.log_entry,
            "issued": entry["at"],
            "file_sha256": entry["facts"]["file_sha256"],
            "notice": notice_line(_NOBODY, label) if circulation.notice else None,
        }
    )


def _enclose(workspace: Workspace, circulation: Any, log: LogPart, found: Copies) -> None:
    """Put a circulation's sites, bias and paragraphs among the files."""
    name, version = circulation.label, circulation.version
    sites = frozen_sites(workspace, circulation)
    secret = secret_of(workspace, circulation)
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    blocks = [block.start for block in load_blocks(workspace.blobs.get(version.blocks_sha256))]
    folder = f"circulations/{name}"
    found.files |= {
        f"{folder}/sites.json": workspace.blobs.get(circulation.layout_sha256),
        f"{folder}/bias.i64": weights_bytes(weights),
        f"{folder}/blocks.json": json.dumps(blocks).encode(),
    }
    found.sites[name], found.weights[name], found.blocks[name] = sites, weights, blocks
    found.texts[name] = workspace.blobs.get(version.text_sha256).decode()
    entry = log.entry(circulation.log_entry, f"circulation {name}", fixed=True)
    found.circulations[name] = {
        "entry": circulation.log_entry,
        "opened": entry["at"],
        "bound": entry["facts"].get("bound"),
        "document": version.document.label,
        "version": version.number,
        "title": version.document.title,
        "format": circulation.format,
        "notice": circulation.notice,
        "scheme": circulation.code_scheme,
        "sites": f"{folder}/sites.json",
        "bias": f"{folder}/bias.i64",
        "blocks": f"{folder}/blocks.json",
        "sites_count": len(sites),
        "recorded_late": bool(entry["facts"].get("recorded_late")),
    }
