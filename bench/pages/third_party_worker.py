"""The worker behind ``third_party``: runs in its own environment, knows nothing of Dyeline."""

from __future__ import annotations

import json
import os
import random
import sys

import cv2
import numpy as np


def augraphy_steps(name):
    """Return the steps of an augraphy pipeline."""
    import augraphy as a

    steps = {
        "augraphy: print": lambda: [
            a.InkBleed(intensity_range=(0.3, 0.5), p=1),
            a.LowInkRandomLines(p=1),
            a.NoiseTexturize(p=1),
            a.DirtyRollers(p=1),
            a.LightingGradient(p=1),
        ],
        "augraphy: bad copy": lambda: [
            a.BadPhotoCopy(p=1), a.DirtyDrum(p=1), a.InkBleed(p=1), a.SubtleNoise(p=1)
        ],
        "augraphy: folding": lambda: [a.Folding(p=1, fold_count=3), a.ShadowCast(p=1), a.SubtleNoise(p=1)],
        "augraphy: moire": lambda: [a.Moire(p=1)],
        "augraphy: fax": lambda: [a.Letterpress(p=1), a.Faxify(p=1)],
    }  # fmt: skip
    return steps[name]()


def changed(name, picture, seed):
    """Return a picture (BGR) after a pipeline."""
    random.seed(seed)
    np.random.seed(seed)
    if name.startswith("augraphy"):
        for step in augraphy_steps(name):
            result = step(picture)
            picture = result if isinstance(result, np.ndarray) else result[0]
            if picture.ndim == 2:
                picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
        return picture[..., :3].astype(np.uint8)
    import albumentations as b

    chain = b.Compose(
        [
            b.Perspective(scale=(0.04, 0.08), fit_output=True, p=1),
            b.RandomShadow(p=1),
            b.MotionBlur(blur_limit=(3, 5), p=1),
            b.ISONoise(p=1),
            b.ImageCompression(quality_range=(60, 60), p=1),
        ],
        seed=seed,
    )
    return cv2.cvtColor(chain(image=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))["image"], cv2.COLOR_RGB2BGR)


def main():
    """Answer questions until the pipe closes. What the tools print goes to standard error."""
    cv2.setNumThreads(1)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    stdin = sys.stdin.buffer
    while size := stdin.readline():
        question = json.loads(stdin.read(int(size)))
        picture = cv2.imdecode(np.frombuffer(stdin.read(int(stdin.readline())), np.uint8), cv2.IMREAD_COLOR)
        try:
            result = changed(question["pipeline"], picture, question["seed"])
            status, data = b"ok", cv2.imencode(".png", result)[1].tobytes()
        except Exception as fault:  # somebody else's code: whatever goes wrong there is an answer
            status, data = b"fault", repr(fault).encode()
        answers.write(status + b"\n%d\n" % len(data) + data)
        answers.flush()


if __name__ == "__main__":
    main()
