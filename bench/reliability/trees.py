"""Random trees compared with pymerkle, a second implementation (GPL: installed by hand, for this comparison only)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from importlib.util import find_spec

from dyeline.evidence.merkle import (
    consistency_proof,
    continues,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
    tree_hash,
)
from dyeline.evidence.tiles import TiledTree, grown_tiles


@dataclass(slots=True)
class Agreement:
    """How many trees were compared, with how many proofs, and how often there was a difference."""

    trees: int = 0
    proofs: int = 0
    differences: int = 0


class _Tiles:
    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, number: int) -> bytes:
        return self.tiles.get((level, number), b"")


def available() -> bool:
    """Tell whether the second implementation is installed."""
    return find_spec("pymerkle") is not None


def compared(trees: int, *, seed: int) -> Agreement:
    """Return how trees of random sizes, grown in random steps, agree: roots, and two proofs each."""
    from pymerkle import InmemoryTree

    rng = random.Random(seed)
    result = Agreement()
    for _ in range(trees):
        theirs = InmemoryTree(algorithm="sha256")
        tiles, leaves = _Tiles(), list[bytes]()
        while True:
            step = rng.choice((1, 2, 7, 60))
            entries = [rng.randbytes(rng.randrange(1, 20)) for _ in range(step)]
            for entry in entries:
                theirs.append_entry(entry)
            fresh = [leaf_hash(entry) for entry in entries]
            tiles.tiles |= {
                (level, number): hashes for level, number, hashes in grown_tiles(tiles, len(leaves), fresh)
            }
            leaves += fresh
            if rng.random() < 0.3 or len(leaves) > 600:
                break
        size = len(leaves)
        part = rng.randrange(1, size + 1)
        index = rng.randrange(part)
        tree = TiledTree(tiles)
        root, part_root = theirs.get_root(size), theirs.get_root(part)
        proof = inclusion_proof(tree, index, part)
        path = theirs.prove_inclusion(index + 1, part).path
        ours = (
            tree_hash(leaves) == root,
            root_of(tree, part) == part_root,
            sorted([*proof, leaves[index]]) == sorted(path),  # theirs begins with the leaf itself
            includes(leaves[index], index, part, proof, part_root),
            continues(part, part_root, size, root, consistency_proof(tree, part, size)),
        )
        result.trees += 1
        result.proofs += 2
        result.differences += not all(ours)
    return result
