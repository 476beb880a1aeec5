"""The engine that comes along: PP-OCR models out of the package rapidocr, run by ONNX Runtime.

Only the model files of that package are used (Apache-2.0); its code is never imported, so that nothing
is downloaded, no logger is set up, and lines are cut, batched and spread over the cores as suits pages.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import RecogniserMissing
from dyeline.formats.ocr.contract import Quad
from dyeline.formats.ocr.detection import find_boxes
from dyeline.formats.ocr.order import reading_order
from dyeline.formats.ocr.quads import oriented, runs_down, strip
from dyeline.model.pages import Picture, TextLine

STRIP_HEIGHT_PX: Final = 48  # input height of the recognition network
LONGEST_STRIP_PX: Final = 3_200
MOST_THREADS: Final = 8

_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"
_WIDTH_STEP = 32


class OnnxRecogniser:
    """PP-OCRv6 small: one network finds the lines, one reads them, for 50 languages of Latin script."""

    def __init__(self, threads: int | None = None) -> None:
        folder = _model_folder()
        self._threads = min(threads or os.cpu_count() or 1, MOST_THREADS)
        self._find = _session(folder / _DETECTION, self._threads)
        # lines are spread over threads of our own: one network over several threads gains little
        self._read = _session(folder / _RECOGNITION, 1)
        characters = self._read.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *characters, " "]  # 0 is the blank of the alignment

    @property
    def name(self) -> str:
        """Return the package with the models and its version, and the models."""
        return f"rapidocr/{metadata.version('rapidocr')} {Path(_DETECTION).stem} {Path(_RECOGNITION).stem}"

    def find_lines(self, picture: Picture) -> list[Quad]:
        """Return the lines of text in reading order."""
        network = partial(_run_and_release, self._find)
        quads = oriented(find_boxes(picture.pixels, network))
        if runs_down(quads):
            # the network knows text that runs across better: look again, the picture turned to the left
            left = np.ascontiguousarray(np.rot90(picture.pixels))
            found = oriented(find_boxes(left, network))
            quads = np.stack([picture.pixels.shape[1] - 1 - found[:, :, 1], found[:, :, 0]], axis=2)
        return list(quads[reading_order(quads)])

    def read_lines(self, picture: Picture, quads: Sequence[Quad]) -> list[TextLine]:
        """Return what stands in each quad, one strip of pixels at a time on each thread."""
        if not quads:
            return []
        read = partial(self._line, picture.pixels)
        # the longest first, so that no thread is left with one at the end
        order = sorted(range(len(quads)), key=lambda k: -float(np.ptp(quads[k], axis=0).max()))
        lines: list[TextLine | None] = [None] * len(quads)
        with ThreadPoolExecutor(self._threads) as pool:
            for k, line in zip(order, pool.map(read, [quads[k] for k in order]), strict=True):
                lines[k] = line
        return [line for line in lines if line is not None]

    def _line(self, pixels: NDArray[np.uint8], quad: Quad) -> TextLine:
        image = strip(pixels, quad, STRIP_HEIGHT_PX, LONGEST_STRIP_PX)
        width = -(-image.shape[1] // _WIDTH_STEP) * _WIDTH_STEP
        batch = np.zeros((1, 3, STRIP_HEIGHT_PX, width), dtype=np.float32)
        batch[0, :, :, : image.shape[1]] = (image[:, :, ::-1].astype(np.float32) * (2 / 255) - 1).transpose(
            2, 0, 1
        )
        return self._decoded(_run(self._read, batch)[0], quad)

    def _decoded(self, probability: NDArray[np.float32], quad: Quad) -> TextLine:
        """Return the best path of the network's output (steps, characters): CTC, greedy."""
        best = probability.argmax(axis=1)
        kept = np.flatnonzero((best != 0) & (np.diff(best, prepend=-1) != 0))
        text = "".join(self._characters[best[k]] for k in kept)
        confidence = float(probability[kept, best[kept]].mean()) if len(kept) else 0.0
        return TextLine(" ".join(text.split()), np.asarray(quad, dtype=np.float32), confidence)


def _model_folder() -> Path:
    spec = find_spec("rapidocr")  # finds the package without running it
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in (_DETECTION, _RECOGNITION)):
        raise RecogniserMissing(
            "The models for text recognition are not installed.", fix="pip install 'rapidocr>=3.10,<3.11'."
        )
    return folder


def _session(model: Path, threads: int) -> Any:
    """Load a model. Raises RecogniserMissing."""
    try:
        import cv2  # noqa: F401  # needed later: says now what is missing
        import onnxruntime
    except ImportError as error:
        library = "libGL" in str(error) or "libgthread" in str(error)
        raise RecogniserMissing(
            "Text recognition cannot start: "
            + ("a system library" if library else "a package")
            + " is missing.",
            fix="apt install libgl1 libglib2.0-0, or pip install opencv-python-headless."
            if library
            else "pip install onnxruntime opencv-python-headless.",
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own exceptions share no base class
        raise RecogniserMissing(
            f"The model {model.name} for text recognition cannot be loaded.",
            fix="pip install --force-reinstall rapidocr onnxruntime.",
        ) from error


def _run(session: Any, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(session.run(None, {session.get_inputs()[0].name: batch})[0], dtype=np.float32)


def _run_and_release(session: Any, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a network on a large input, and give its memory back: up to 0.8 GB for a whole picture."""
    from onnxruntime import RunOptions

    options = RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return np.asarray(session.run(None, {session.get_inputs()[0].name: batch}, options)[0], dtype=np.float32)
