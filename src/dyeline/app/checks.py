"""What ``dyeline doctor`` says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what it is, how it stands, what was seen, and the way out unless it is ok."""

    name: str
    state: State
    seen: str
    fix: str = ""
