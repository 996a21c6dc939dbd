"""Choosing the next word from the net's scores: temperature by kind of word, min-p, and the grammar's mask.

Rhythm is drawn cooler than pitch: a wrong pitch is a colour, a wrong position a stumble (Aria ships T 0.98 with
min-p 0.035; the values here follow it).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.scripts import ENDED
from albumen.models.music.tokens import vocabulary as v

MIN_P = 0.035
COOLER = 0.92  # positions and lengths against pitches

_TEMPERATURES = np.ones(v.SIZE, dtype=np.float32)
for _family in (v.POSITION, v.LENGTH, v.TIE):
    _TEMPERATURES[_family.ids] = COOLER


class Sampler:
    """A stream of chance with a taste. `temperature` 1 follows the net, lower is safer, higher bolder."""

    def __init__(self, rng: np.random.Generator, *, temperature: float = 1.0, min_p: float = MIN_P) -> None:
        self._rng = rng
        self._temperatures = np.maximum(_TEMPERATURES * max(temperature, 1e-3), 1e-3)
        self._min_p = min_p

    def choose(
        self, logits: NDArray[np.float32], allowed: NDArray[np.bool_], enders: NDArray[np.bool_] | None
    ) -> tuple[int, float]:
        """A word of `allowed`, or `ENDED` (any of `enders`, where ending is allowed), and what the net thought of it.

        `logits` [vocabulary]. The second value is -log p of the choice under the net alone, in nats.
        """
        shifted = logits - logits.max()
        log_p = shifted - np.log(np.exp(shifted).sum())
        words = np.flatnonzero(allowed)
        scores = log_p[words] / self._temperatures[words]
        if enders is not None:
            end = float(np.logaddexp.reduce(log_p[enders]))
            words, scores = np.append(words, ENDED), np.append(scores, end / self._temperatures[v.BAR.first])
        chances = np.exp(scores - scores.max())
        chances[chances < self._min_p * chances.max()] = 0.0
        pick = int(np.searchsorted(np.cumsum(chances), self._rng.random() * chances.sum(), side="right"))
        word = int(words[min(pick, len(words) - 1)])
        return word, -(end if word == ENDED else float(log_p[word]))
