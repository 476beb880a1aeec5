"""A progress bar with rate and remaining time, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[int, int], None]
"""Called with how many are done and how many there are in all."""


Told = Callable[[str, int, int], None]
"""Called with what is being done, how many of them are done, and how many there are."""


@contextmanager
def watching() -> Iterator[Told]:
    """Give a function that shows what is being done; in a pipe it does nothing. It is on standard error."""
    if not sys.stderr.isatty():
        yield lambda what, done, whole: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Examining") as status:

        def tell(what: str, done: int, whole: int) -> None:
            status.update(f"{what}: {done + 1} of {whole}" if whole > 1 else what)

        yield tell


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """Give a function that moves the bar; in a pipe it does nothing. The bar is on standard error."""
    if not sys.stderr.isatty():
        yield lambda done, whole: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, rate="")

        def report(done: int, whole: int) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=whole, rate=f"{speed:,.0f}/s" if speed else "")

        yield report
