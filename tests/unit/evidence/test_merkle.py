"""The log's tree against the published roots, a second implementation, and forged proofs."""

from __future__ import annotations

import hashlib
import random

import pytest

from dyeline.evidence.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    continues,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    tree_hash,
)
from dyeline.evidence.tiles import TILE_BYTES, TiledTree, entry_bundle, grown_tiles, tile_path

# the eight leaves and roots that certificate-transparency implementations test themselves with
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Tiles:
    """Tiles in memory, grown as the log grows."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def tile(self, level: int, number: int) -> bytes:
        return self.kept.get((level, number), b"")

    def grow(self, leaves: list[bytes]) -> None:
        changed = list(grown_tiles(self, self.size, leaves))
        self.kept.update({(level, number): hashes for level, number, hashes in changed})
        self.size += len(leaves)


def recursive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(recursive_root(leaves[:k]), recursive_root(leaves[k:]))


def grown(size: int, *, step: int) -> tuple[Tiles, list[bytes]]:
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(size)]
    tiles = Tiles()
    for begin in range(0, size, step):
        tiles.grow(leaves[begin : begin + step])
    return tiles, leaves


def test_roots_are_the_published_ones() -> None:
    leaves = [leaf_hash(leaf) for leaf in LEAVES]
    assert [tree_hash(leaves[: n + 1]).hex() for n in range(8)] == ROOTS
    assert tree_hash([]) == EMPTY_ROOT


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 512, 1000, 65_537])
@pytest.mark.parametrize("step", [1, 100, 70_000])
def test_tiles_give_the_root_of_the_definition(size: int, step: int) -> None:
    if size > 2000 and step == 1:
        step = 997
    tiles, leaves = grown(size, step=step)
    assert root_of(TiledTree(tiles), size) == recursive_root(leaves) == tree_hash(leaves)
    assert all(len(hashes) <= TILE_BYTES for hashes in tiles.kept.values())


def test_every_proof_of_small_trees_holds_and_no_other_does() -> None:
    tiles, leaves = grown(70, step=7)
    tree = TiledTree(tiles)
    for size in range(1, 71):
        root = tree_hash(leaves[:size])
        for index in range(size):
            proof = inclusion_proof(tree, index, size)
            assert includes(leaves[index], index, size, proof, root)
            assert not includes(leaves[index], (index + 1) % size, size, proof, root) or size == 1
            assert not includes(leaves[index], index, size, [*proof, root], root)
            if proof:
                assert not includes(leaves[index], index, size, proof[:-1], root)
        for earlier in range(size + 1):
            proof = consistency_proof(tree, earlier, size)
            old = tree_hash(leaves[:earlier])
            assert continues(earlier, old, size, root, proof)
            assert not continues(earlier, leaf_hash(b"other"), size, root, proof)
            assert not continues(earlier, old, size, root, [*proof, root])


def test_a_changed_hash_breaks_a_proof() -> None:
    tiles, leaves = grown(1_234, step=100)
    tree, root = TiledTree(tiles), tree_hash(leaves)
    draw = random.Random(5)
    for _ in range(300):
        index, earlier = draw.randrange(1_234), draw.randrange(1, 1_234)
        for proof, holds in (
            (inclusion_proof(tree, index, 1_234), lambda p, i=index: includes(leaves[i], i, 1_234, p, root)),
            (
                consistency_proof(tree, earlier, 1_234),
                lambda p, e=earlier: continues(e, tree_hash(leaves[:e]), 1_234, root, p),
            ),
        ):
            assert holds(proof)
            at, bit = draw.randrange(len(proof)), draw.randrange(256)
            changed = (int.from_bytes(proof[at], "big") ^ (1 << bit)).to_bytes(32, "big")
            assert not holds([*proof[:at], changed, *proof[at + 1 :]])


@pytest.mark.parametrize("wrong", [(-1, 5), (5, 5), (7, 5)])
def test_no_proof_outside_of_the_tree(wrong: tuple[int, int]) -> None:
    tree = TiledTree(grown(10, step=10)[0])
    with pytest.raises(ValueError, match="not among"):
        inclusion_proof(tree, *wrong)
    assert not includes(EMPTY_ROOT, *wrong, [], EMPTY_ROOT)


def test_tiles_that_are_not_there_are_no_hash() -> None:
    with pytest.raises(LookupError):
        TiledTree(Tiles()).subtree(0, 3)


def test_tiles_are_published_where_the_format_says() -> None:
    assert tile_path(0, 0) == "tile/0/000"
    assert tile_path(1, 1234067) == "tile/1/x001/x234/067"
    assert tile_path(0, 1, 17) == "tile/0/001.p/17"
    assert tile_path("entries", 5) == "tile/entries/005"
    assert entry_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
