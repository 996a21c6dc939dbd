"""What a decoder asks of a verse model, net or counts: read what stands, then foretell word by word, many lines at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from albumen.models.verse.vocabulary import Vocabulary


class LineModel(Protocol):
    """A model of verse in one direction; `State` is the model's own and opaque to the decoder."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens it knows."""
        ...

    @property
    def direction(self) -> str:
        """`r2l` or `l2r`."""
        ...

    def read(self, tokens: Sequence[int]) -> Any:
        """The state after `tokens`, for a beam of one line."""
        ...

    def foretell(self, state: Any) -> np.ndarray:
        """Log-probabilities of the next token, float32 `[lines, vocabulary]`."""
        ...

    def advance(self, state: Any, rows: np.ndarray, tokens: np.ndarray) -> Any:
        """The state in which line i is old line `rows[i]` with `tokens[i]` added."""
        ...

    def score(self, state: Any, lines: Sequence[Sequence[int]]) -> np.ndarray:
        """Log-probability of each of `lines` (in the model's direction) after a state of one line: float64 `[lines]`."""
        ...
