"""The worker behind ``peers``: other people's image watermarks, each at its default strength, 32 bits.

Runs in its own environment and knows nothing of Dyeline. A question is a line of JSON and a picture; the
answer a picture (for marking) or the bits read.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np

BITS = 32


def blind_watermark_mark(picture, bits):
    """Mark with blind-watermark."""
    from blind_watermark import WaterMark

    mark = WaterMark(password_wm=1, password_img=1, processes=1)
    mark.read_img(img=picture)
    mark.read_wm([bool(b) for b in bits], mode="bit")
    return np.clip(mark.embed(), 0, 255).astype(np.uint8)


def blind_watermark_read(picture):
    """Read with blind-watermark."""
    from blind_watermark import WaterMark

    mark = WaterMark(password_wm=1, password_img=1, processes=1)
    return [int(b > 0.5) for b in mark.extract(embed_img=picture, wm_shape=BITS, mode="bit")]


def _imwatermark(name):
    """Import a module of invisible-watermark past its ``__init__``, which wants PyTorch for one of three."""
    import importlib.util

    (folder,) = [Path(p) / "imwatermark" for p in sys.path if (Path(p) / "imwatermark").is_dir()]
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, folder


def dwt_mark(name, kind):
    """Return the marking function of one of the two wavelet methods."""

    def mark(picture, bits):
        module, _ = _imwatermark(name)
        return np.clip(getattr(module, kind)(watermarks=bits, wmLen=BITS).encode(picture), 0, 255).astype(
            np.uint8
        )

    return mark


def dwt_read(name, kind):
    """Return the reading function of one of the two wavelet methods."""

    def read(picture):
        module, _ = _imwatermark(name)
        return [int(b) for b in getattr(module, kind)(watermarks=[], wmLen=BITS).decode(picture)]

    return read


_SESSIONS = {}


def _riva(which):
    import onnxruntime

    if which not in _SESSIONS:
        (folder,) = [Path(p) / "imwatermark" for p in sys.path if (Path(p) / "imwatermark").is_dir()]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        _SESSIONS[which] = onnxruntime.InferenceSession(str(folder / f"rivagan_{which}.onnx"), options)
    return _SESSIONS[which]


def _riva_frame(picture):
    return (picture.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None, :, None]


def riva_mark(picture, bits):
    """Mark with the shipped models of rivaGan: what the package does with PyTorch is shuffling of axes."""
    data = np.array([bits], np.float32)
    out = _riva("encoder").run(None, {"frame": _riva_frame(picture), "data": data})[0]
    return ((np.clip(out, -1, 1)[0, :, 0].transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)


def riva_read(picture):
    """Read with the shipped models of rivaGan, at the package's threshold 0.52."""
    out = _riva("decoder").run(None, {"frame": _riva_frame(picture)})[0]
    return [int(value > 0.52) for value in out.reshape(-1)]


TOOLS = {
    "blind-watermark": (blind_watermark_mark, blind_watermark_read),
    "invisible-watermark dwtDct": (dwt_mark("maxDct", "EmbedMaxDct"), dwt_read("maxDct", "EmbedMaxDct")),
    "invisible-watermark dwtDctSvd": (
        dwt_mark("dwtDctSvd", "EmbedDwtDctSvd"), dwt_read("dwtDctSvd", "EmbedDwtDctSvd")
    ),
    "invisible-watermark rivaGan": (riva_mark, riva_read),
}  # fmt: skip


def main():
    """Answer questions until the pipe closes. What the tools print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    stdin = sys.stdin.buffer
    while size := stdin.readline():
        question = json.loads(stdin.read(int(size)))
        picture = cv2.imdecode(np.frombuffer(stdin.read(int(stdin.readline())), np.uint8), cv2.IMREAD_COLOR)
        mark, read = TOOLS[question["tool"]]
        try:
            if "bits" in question:
                marked = mark(picture, question["bits"])
                status, data = (
                    b"ok",
                    cv2.imencode(".png", marked, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes(),
                )
            else:
                status, data = b"ok", json.dumps(read(picture)).encode()
        except Exception as fault:  # somebody else's code: whatever goes wrong there is an answer
            status, data = b"fault", repr(fault).encode()
        answers.write(status + b"\n%d\n" % len(data) + data)
        answers.flush()


if __name__ == "__main__":
    main()
