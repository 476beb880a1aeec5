"""Exhibits made by other people's tools: pipelines of augraphy and albumentations (both MIT).

They live in an environment of their own, as they pin packages of ours to other versions.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bench.pages.fetched import environment
from bench.pages.texture import Bytes
from bench.pages.worker import Worker

REQUIREMENTS = ("augraphy==8.2.6", "albumentations==2.0.8")


def pipeline(name: str, picture: Bytes, seed: int) -> Bytes:
    """Return a picture (RGB in, RGB out) after the named pipeline of the worker."""
    return _worker().ask_picture({"pipeline": name, "seed": seed}, picture)


@cache
def _worker() -> Worker:
    return Worker(environment("augment", *REQUIREMENTS), Path(__file__).with_name("third_party_worker.py"))
