"""Real browsers on a screen of their own: open a PDF, select all, copy, and read the clipboard.

Needs Linux with Xvfb, xdotool and xclip, beside the browser. A key press goes to the page only once
its window has the focus and the viewer has laid the document out, hence the waiting and trying again.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

TOOLS = ("Xvfb", "xdotool", "xclip")
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
}
WIDTH, HEIGHT = 1100, 1000
_TRIES = 40
_PAUSE_S = 0.5
_QUIET_S = 10


class NoClipboard(Exception):
    """A browser showed nothing, or copied nothing, within the time given."""


def missing(browser: str) -> str:
    """Return why a browser cannot be driven here; "" when it can."""
    lacking = [tool for tool in TOOLS if which(tool) is None]
    if _program(browser) is None:
        lacking.insert(0, browser)
    return f"not installed: {', '.join(lacking)}" if lacking else ""


def _program(browser: str) -> str | None:
    return next((found for name in PROGRAMS[browser] if (found := which(name))), None)


@dataclass(frozen=True, slots=True)
class Screen:
    """A display without a monitor."""

    display: str

    def run(self, *words: str, data: bytes = b"") -> bytes:
        """Run a program on the display and return what it printed, whatever its exit status."""
        done = subprocess.run(
            words, env=self.environment(), input=data, capture_output=True, check=False, timeout=_QUIET_S
        )
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Return the environment of programs that show their windows there."""
        kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
        return {**kept, "DISPLAY": self.display}

    def clipboard(self) -> str:
        """Return what was copied last."""
        return self.run("xclip", "-selection", "clipboard", "-o", "-t", "UTF8_STRING").decode(
            "utf-8", "replace"
        )


@contextmanager
def screen() -> Iterator[Screen]:
    """Give a display of its own, ended afterwards."""
    reading, writing = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as number:
                yield Screen(f":{number.readline().strip()}")
        finally:
            server.terminate()


def copied(pdf: Path, browser: str) -> str:
    """Return the text that a browser copies when everything of a PDF is selected. Raises NoClipboard."""
    with screen() as shown, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(_program(browser)), *_OPTIONS[browser](Path(profile)), pdf.resolve().as_uri()]
        with subprocess.Popen(
            command,
            env=shown.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                return _select_and_copy(shown)
            finally:
                process.terminate()
                try:
                    process.wait(_QUIET_S)
                except subprocess.TimeoutExpired:
                    process.kill()


def _select_and_copy(shown: Screen) -> str:
    """Press Ctrl+A, Ctrl+C until twice in a row the same text is in the clipboard."""
    before = ""
    for _ in range(_TRIES):
        time.sleep(_PAUSE_S)
        window = shown.run(
            "xdotool", "search", "--onlyvisible", "--name", "(Chromium|Chrome|Firefox|pdf)"
        ).split()
        if not window:
            continue
        shown.run("xdotool", "windowfocus", window[-1].decode())
        shown.run("xdotool", "mousemove", str(WIDTH // 2), str(HEIGHT - 30), "click", "1")
        shown.run("xdotool", "key", "ctrl+a")
        time.sleep(_PAUSE_S)
        shown.run("xdotool", "key", "ctrl+c")
        time.sleep(_PAUSE_S)
        found = shown.clipboard()
        if found.strip() and found == before:
            return found
        before = found
    raise NoClipboard("nothing was copied")


def _chromium(profile: Path) -> list[str]:
    return [
        "--no-sandbox",  # the files are our own, and containers have no user namespaces
        f"--user-data-dir={profile}",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--password-store=basic",
        f"--window-size={WIDTH},{HEIGHT}",
        "--window-position=0,0",
    ]


_FIREFOX_SETTINGS = {
    "browser.shell.checkDefaultBrowser": "false",
    "browser.aboutwelcome.enabled": "false",
    "browser.startup.homepage_override.mstone": '"ignore"',
    "datareporting.policy.dataSubmissionEnabled": "false",
    "termsofuse.acceptedVersion": "999",
    "termsofuse.acceptedDate": '"1"',
    "pdfjs.enableAltText": "false",
    "pdfjs.sidebarViewOnLoad": "0",
}


def _firefox(profile: Path) -> list[str]:
    lines = [f'user_pref("{name}", {value});' for name, value in _FIREFOX_SETTINGS.items()]
    (profile / "user.js").write_text("\n".join(lines))
    return ["--no-remote", "--profile", str(profile), "--width", str(WIDTH), "--height", str(HEIGHT)]


_OPTIONS = {"chromium": _chromium, "firefox": _firefox}
