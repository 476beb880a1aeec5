"""Real screenshots: a Chromium window on a virtual screen (Xvfb), showing a PDF file or pdf.js.

Chromium is driven over a pipe; the picture is the frame buffer of the whole screen, with tabs, tool bar
and mouse pointer. Screen numbers are our own, so that no other program's window gets into the picture.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from bench.pages.fetched import NotAvailable, from_npm
from bench.pages.texture import Bytes

PDFJS = "5.6.205"
_SETTLED = 4  # equal pictures in a row
_PAUSE_S = 0.25
_LEAST_S = 1.5
_MOST_S = 40.0


class Browser:
    """A Chromium window that fills a virtual screen; use it as a context manager."""

    def __init__(self, *, scale: float = 1.0, screen_px: tuple[int, int] = (1920, 1080)) -> None:
        """Start a screen of ``screen_px`` (columns, rows) and a browser at a device scale factor."""
        for program in ("Xvfb", "chromium"):
            if shutil.which(program) is None:
                raise NotAvailable(f"the program {program} is not installed")
        self._folder = tempfile.TemporaryDirectory(prefix="bench-browser-", ignore_cleanup_errors=True)
        home = Path(self._folder.name)
        self._frame = home / "Xvfb_screen0"
        number_end, display_end = os.pipe()
        columns, rows = screen_px
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(display_end), "-screen", "0", f"{columns}x{rows}x24",
             "-fbdir", str(home), "-nolisten", "tcp"],
            pass_fds=(display_end,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(display_end)
        with os.fdopen(number_end) as told:
            display = told.readline().strip()
        if not display:
            raise NotAvailable("Xvfb does not start")
        command_out, self._write = os.pipe()
        self._read, answer_in = os.pipe()
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 30) for fd in (command_out, answer_in)]

        def wire() -> None:  # the browser expects the pipe at these numbers
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            ["chromium", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--password-store=basic", "--allow-file-access-from-files", f"--user-data-dir={home / 'profile'}",
             f"--window-size={columns / scale:.0f},{rows / scale:.0f}", "--window-position=0,0",
             f"--force-device-scale-factor={scale:g}", "about:blank"],
            env={**os.environ, "DISPLAY": f":{display}"}, preexec_fn=wire, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for fd in (command_out, answer_in, *ends):
            os.close(fd)
        self._pending = b""
        self._calls = 0
        self._tab = self._tabs()[0]

    def __enter__(self) -> Browser:
        """Return the browser."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the window and the screen."""
        for process in (self._process, self._screen):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        os.close(self._write)
        os.close(self._read)
        self._folder.cleanup()

    def viewer(self, path: Path, page: int, *, zoom_percent: int) -> Bytes:
        """Return a picture of the screen, RGB, with Chromium's own viewer at a page (from 0)."""
        return self._shown(f"{path.resolve().as_uri()}#page={page + 1}&zoom={zoom_percent}")

    def pdfjs(self, path: Path, page: int, *, zoom_percent: int) -> Bytes:
        """Return a picture of the screen, RGB, with a page drawn by pdf.js on a canvas."""
        library = from_npm("pdfjs-dist", PDFJS) / "legacy" / "build"
        target = Path(self._folder.name) / "pdfjs.html"
        target.write_text(
            _PDFJS
            % (
                library.as_uri(),
                library.as_uri(),
                json.dumps(path.resolve().as_uri()),
                page + 1,
                zoom_percent,
            )
        )
        return self._shown(target.as_uri(), title="drawn")

    def _shown(self, address: str, *, title: str | None = None) -> Bytes:
        before, started = self._tab, time.monotonic()
        self._tab = self._call("Target.createTarget", url=address)["targetId"]
        self._call("Target.closeTarget", targetId=before)
        last, equal = self._picture(), 0
        while equal < _SETTLED or time.monotonic() - started < _LEAST_S:
            if time.monotonic() - started > _MOST_S:
                raise NotAvailable(f"the browser's window does not settle within {_MOST_S:.0f} s")
            time.sleep(_PAUSE_S)
            now = self._picture()
            drawn = title is None or self._title() == title
            equal = equal + 1 if drawn and np.array_equal(now, last) else 0
            last = now
        return last

    def _title(self) -> str:
        return str(self._call("Target.getTargetInfo", targetId=self._tab)["targetInfo"]["title"])

    def _tabs(self) -> list[str]:
        infos = self._call("Target.getTargets")["targetInfos"]
        return [info["targetId"] for info in infos if info["type"] == "page"]

    def _picture(self) -> Bytes:
        """Return the frame buffer: an XWD file that Xvfb keeps up to date."""
        data = np.fromfile(self._frame, dtype=np.uint8)
        header = struct.unpack(">25I", data[:100].tobytes())
        start, columns, rows, stride, colours = header[0], header[4], header[5], header[12], header[19]
        start += 12 * colours
        pixels = data[start : start + rows * stride].reshape(rows, stride)[:, : columns * 4]
        return np.ascontiguousarray(pixels.reshape(rows, columns, 4)[..., 2::-1])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._pending:
                piece = os.read(self._read, 1 << 20)
                if not piece:
                    raise NotAvailable("the browser ended")
                self._pending += piece
            answer, self._pending = self._pending.split(b"\0", 1)
            heard: dict[str, Any] = json.loads(answer)
            if heard.get("id") == self._calls:
                if "error" in heard:
                    raise NotAvailable(f"the browser refuses {method}: {heard['error'].get('message', '')}")
                return dict(heard["result"])


_PDFJS = """<!doctype html><title>loading</title><body style="margin:0;background:#525659;text-align:center">
<div style="height:40px;background:#323639"></div><script type="module">
import * as pdfjs from "%s/pdf.mjs";
pdfjs.GlobalWorkerOptions.workerSrc = "%s/pdf.worker.mjs";
const pdf = await pdfjs.getDocument(%s).promise, page = await pdf.getPage(%d);
const scale = devicePixelRatio, viewport = page.getViewport({scale: %d / 100 * 96 / 72 * scale});
const canvas = document.createElement("canvas");
canvas.width = Math.floor(viewport.width); canvas.height = Math.floor(viewport.height);
canvas.style.cssText = `width:${canvas.width / scale}px;margin:9px auto;display:block`;
document.body.append(canvas);
await page.render({canvasContext: canvas.getContext("2d"), viewport}).promise;
document.title = "drawn";
</script>"""
