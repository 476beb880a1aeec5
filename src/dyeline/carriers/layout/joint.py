"""Reading marked words together: a word whose direction is clear tells where its neighbours would stand.

Where nearly every word of a line moves, few references are left. Expectation maximisation (Dempster, Laird
and Rubin 1977) over two directions a word: from the references alone each marked word gets the probability
of either direction; the clear ones, put back by what they are expected to have moved, join the references,
what remains unclear of them counting as noise; then all are predicted anew, no word ever from itself. No
codeword is looked at: directions are independent of each other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.layout.likelihood import shift_log_ratio
from dyeline.carriers.layout.prediction import Prediction, Words, predict

_ROUNDS: Final = 2
_CLEAR: Final = 0.9  # expected direction (-1 to 1) from which on a word helps its neighbours


def predict_jointly(words: Words, shift_pt: NDArray[np.float64], references: Words) -> Prediction:
    """Return the prediction of marked ``words``, which stand ``shift_pt`` to the left or right of their place.

    ``near`` counts the references and the helpers around. Needs two references or more.
    """
    found, _ = predict(words, references)
    helped = np.zeros(0)
    for _ in range(_ROUNDS):
        ratio, _ = shift_log_ratio(found.rest_pt, found.noise_pt, shift_pt, found.freedom)
        side = np.tanh(ratio / 2)
        clear = np.flatnonzero(np.abs(side) > _CLEAR)
        if not len(clear) or (len(clear) == len(helped) and (np.sign(side[clear]) == helped).all()):
            break
        helped = np.sign(side[clear])
        restored = replace(
            words.at(clear),
            shift_pt=words.shift_pt[clear] - shift_pt[clear] * side[clear],
            doubt=shift_pt[clear] ** 2 * (1 - side[clear] ** 2),
        )
        own = np.full(len(words.shift_pt), -1)
        own[clear] = len(references.shift_pt) + np.arange(len(clear))
        found, _ = predict(words, references.joined(restored), own, found.covariance)
    return found
