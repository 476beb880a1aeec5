"""A BagIt container (RFC 8493): payload, manifests, and what seals them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Bag:
    """Payload with its manifest; ``seal`` are files beside the payload that speak of the manifest."""

    payload: Mapping[str, bytes]
    label: str
    agent: str
    made: datetime

    @property
    def manifest(self) -> bytes:
        """Return the manifest: what the seal is about."""
        return _lines({f"data/{name}": data for name, data in self.payload.items()})

    @property
    def manifest_sha256(self) -> str:
        """Return the hash that stands for the whole payload."""
        return hashlib.sha256(self.manifest).hexdigest()

    def files(self, seal: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return every file of the container by its path."""
        octets = sum(map(len, self.payload.values()))
        about = (
            f"Bag-Software-Agent: {self.agent}\nBagging-Date: {self.made:%Y-%m-%d}\n"
            f"External-Identifier: {self.label}\nPayload-Oxum: {octets}.{len(self.payload)}\n"
        )
        tags = {"bagit.txt": _DECLARATION, "bag-info.txt": about.encode(), MANIFEST: self.manifest, **seal}
        return {
            **{f"data/{name}": data for name, data in self.payload.items()},
            **tags,
            TAG_MANIFEST: _lines(tags),
        }


def _lines(files: Mapping[str, bytes]) -> bytes:
    rows = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(rows).encode()
