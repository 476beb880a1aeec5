"""The blocks of a version as bytes: JSON in columns."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dyeline.errors import BadWorkspace
from dyeline.model.document import Block

BLOCKS_VERSION = "blocks/1"


def dump_blocks(blocks: Sequence[Block]) -> bytes:
    """Return the blocks as UTF-8 JSON; the same blocks always give the same bytes."""
    columns = {
        "version": BLOCKS_VERSION,
        "start": [block.start for block in blocks],
        "end": [block.end for block in blocks],
        "kind": [block.kind for block in blocks],
        "level": [block.level for block in blocks],
    }
    return json.dumps(columns, separators=(",", ":")).encode("ascii")


def load_blocks(data: bytes) -> tuple[Block, ...]:
    """Return the blocks that ``dump_blocks`` wrote. Raises BadWorkspace when the bytes are not such."""
    try:
        columns = json.loads(data)
        if columns["version"] != BLOCKS_VERSION:
            raise ValueError("unknown version")
        rows = zip(columns["start"], columns["end"], columns["kind"], columns["level"], strict=True)
        return tuple(Block(*row) for row in rows)
    except (ValueError, KeyError, TypeError) as fault:
        raise BadWorkspace(
            "Stored text blocks cannot be read: the blob does not hold the columns it should.",
            fix="upgrade Dyeline, or restore the workspace from a backup.",
        ) from fault
