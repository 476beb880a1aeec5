"""The Merkle tree of RFC 6962 over the log's entries: roots, inclusion and consistency proofs, and their checks.

A proof is a list of hashes of 32 bytes. The checks follow RFC 9162, sections 2.1.3.2 and 2.1.4.2, and see
nothing of the tree but what they are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class Subtrees(Protocol):
    """The hashes of complete subtrees, wherever they are kept."""

    def subtree(self, height: int, number: int) -> bytes:
        """Return the hash over entries ``number << height`` up to ``(number + 1) << height``, all of them there."""
        ...


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children's."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class RightEdge:
    """A tree as far as it takes to grow it: the hashes of the complete subtrees that it is made of, widest first."""

    def __init__(self, subtrees: Iterable[tuple[int, bytes]] = ()) -> None:
        """Begin with subtrees by height and hash; with none, the tree is empty."""
        self._subtrees = list(subtrees)
        self._root: bytes | None = None

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        return sum(1 << height for height, _ in self._subtrees)

    @property
    def root(self) -> bytes:
        """Return the root over all entries."""
        if self._root is None:
            self._root = _joined([hashed for _, hashed in self._subtrees])
        return self._root

    def last(self, count: int) -> list[bytes]:
        """Return the hashes of the ``count`` narrowest subtrees, from the narrowest."""
        return [hashed for _, hashed in self._subtrees[: -count - 1 : -1]]

    def grown(self, leaves: Iterable[bytes]) -> RightEdge:
        """Return the tree with leaf hashes behind the others."""
        stack = list(self._subtrees)
        for leaf in leaves:
            stack.append((0, leaf))
            while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
                height, right = stack.pop()
                stack[-1] = (height + 1, node_hash(stack[-1][1], right))
        return RightEdge(stack)


def completed(edge: RightEdge, leaf: bytes, height: int) -> bytes:
    """Return the hash of the subtree of ``height`` that a leaf behind the others makes complete."""
    hashed = leaf
    for left in edge.last(height):
        hashed = node_hash(left, hashed)
    return hashed


def right_edge(tree: Subtrees, size: int) -> RightEdge:
    """Return the right edge of the first ``size`` entries."""
    return RightEdge(_complete_subtrees(tree, 0, size))


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in one pass that keeps one hash a level."""
    return RightEdge().grown(leaves).root


def root_of(tree: Subtrees, size: int) -> bytes:
    """Return the root over the first ``size`` entries."""
    return _range_hash(tree, 0, size)


def inclusion_proof(tree: Subtrees, index: int, size: int) -> list[bytes]:
    """Return the proof that entry ``index`` stands in the tree of ``size`` entries. Raises ValueError outside of it."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not among the first {size}")
    low, high, path = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + _largest_power_below(high - low)
        if index < middle:
            path.append(_range_hash(tree, middle, high))
            high = middle
        else:
            path.append(_range_hash(tree, low, middle))
            low = middle
    return path[::-1]


def consistency_proof(tree: Subtrees, earlier: int, later: int) -> list[bytes]:
    """Return the proof that the tree of ``later`` entries begins with that of ``earlier``. Raises ValueError."""
    if not 0 <= earlier <= later:
        raise ValueError(f"a tree of {later} entries does not begin with one of {earlier}")
    if earlier in (0, later):
        return []
    low, high, path, known = 0, later, list[bytes](), True
    while earlier != high:
        middle = low + _largest_power_below(high - low)
        if earlier <= middle:
            path.append(_range_hash(tree, middle, high))
            high = middle
        else:
            path.append(_range_hash(tree, low, middle))
            low, known = middle, False
    if not known:
        path.append(_range_hash(tree, low, high))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof shows that a leaf is entry ``index`` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(beside, result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


def continues(
    earlier: int, earlier_root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether a proof shows that the later tree begins with the earlier one."""
    if not 0 <= earlier <= later:
        return False
    if earlier == later:
        return not proof and earlier_root == later_root
    if earlier == 0:
        return not proof and earlier_root == EMPTY_ROOT
    rest = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    if not rest:
        return False
    position, last = earlier - 1, later - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = rest[0]
    for beside in rest[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and old == earlier_root and new == later_root


def _range_hash(tree: Subtrees, low: int, high: int) -> bytes:
    """Return the root over entries low up to high, where low is where RFC 6962 splits."""
    return _joined([hashed for _, hashed in _complete_subtrees(tree, low, high)])


def _complete_subtrees(tree: Subtrees, low: int, high: int) -> Iterator[tuple[int, bytes]]:
    while low < high:
        height = (high - low).bit_length() - 1
        yield height, tree.subtree(height, low >> height)
        low += 1 << height


def _joined(parts: list[bytes]) -> bytes:
    if not parts:
        return EMPTY_ROOT
    result = parts[-1]
    for part in parts[-2::-1]:
        result = node_hash(part, result)
    return result


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)
