"""Running a verse net with onnxruntime: read the poem so far once, then grow many lines side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from albumen.models.verse.vocabulary import Vocabulary
from albumen.work.errors import Broken

HIDDEN = np.float32(-1e9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A beam: what all lines share (`prefix`), what each has written (`own`), and the scores of the next token."""

    prefix_key: np.ndarray
    prefix_value: np.ndarray
    prefix_mask: np.ndarray
    own_key: np.ndarray
    own_value: np.ndarray
    start: int
    scores: np.ndarray


class NetModel:
    """A verse net as a model of lines; see `lines.LineModel`."""

    def __init__(self, file: Path, vocabulary: Vocabulary, *, threads: int = 1) -> None:
        # One thread: the poems of an album are written side by side, one process a core.
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
            about = self._session.get_modelmeta().custom_metadata_map
            self._layers, self._heads, self._head, self._longest = (
                int(about[key]) for key in ("layers", "heads", "head", "longest")
            )
            self.direction = about["direction"]
        except Exception as error:  # onnxruntime has no common error type of its own
            raise Broken(
                f"this net cannot be loaded ({error})", where=file, next_step="install the model again"
            ) from error
        if self._session.get_outputs()[0].shape[-1] != len(vocabulary):
            raise Broken("this net has another vocabulary", where=file, next_step="install the model again")
        self.vocabulary = vocabulary

    def read(self, tokens: Sequence[int]) -> Lines:
        """See `LineModel.read`; of a long poem its head and its last lines are read."""
        room = self._longest - 48
        kept = list(tokens) if len(tokens) <= room else [*tokens[:12], *tokens[len(tokens) - room + 12 :]]
        if not kept:
            kept = [self.vocabulary.number("<poem>")]
        empty = np.zeros((self._layers, self._heads, 1, self._head), dtype=np.float32)
        nothing = np.zeros((self._layers, 1, self._heads, 0, self._head), dtype=np.float32)
        hidden = np.full(1, HIDDEN, dtype=np.float32)
        scores, key, value = self._step(np.array([kept]), 0, empty, empty, hidden, nothing, nothing)
        return Lines(
            prefix_key=key[:, 0], prefix_value=value[:, 0], prefix_mask=np.zeros(len(kept), dtype=np.float32),
            own_key=nothing, own_value=nothing, start=len(kept), scores=scores[:, -1],
        )  # fmt: skip

    def foretell(self, state: Lines) -> np.ndarray:
        """See `LineModel.foretell`."""
        shifted = state.scores - state.scores.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    def advance(self, state: Lines, rows: np.ndarray, tokens: np.ndarray) -> Lines:
        """See `LineModel.advance`."""
        own_key, own_value = state.own_key[:, rows], state.own_value[:, rows]
        scores, key, value = self._step(
            np.asarray(tokens)[:, None],
            state.start,
            state.prefix_key,
            state.prefix_value,
            state.prefix_mask,
            own_key,
            own_value,
        )
        return Lines(
            prefix_key=state.prefix_key, prefix_value=state.prefix_value, prefix_mask=state.prefix_mask,
            own_key=np.concatenate((own_key, key), axis=3), own_value=np.concatenate((own_value, value), axis=3),
            start=state.start + 1, scores=scores[:, -1],
        )  # fmt: skip

    def score(self, state: Lines, lines: Sequence[Sequence[int]]) -> np.ndarray:
        """See `LineModel.score`; whole lines are read at once, some dozens at a time."""
        totals = np.zeros(len(lines))
        first = self.foretell(state)[0]
        order = sorted((place for place in range(len(lines)) if lines[place]), key=lambda place: len(lines[place]))
        for start in range(0, len(order), 32):
            places = order[start : start + 32]
            longest = max(len(lines[place]) for place in places)
            tokens = np.zeros((len(places), longest), dtype=np.int64)
            for row, place in enumerate(places):
                tokens[row, : len(lines[place])] = lines[place]
            nothing = np.zeros((self._layers, len(places), self._heads, 0, self._head), dtype=np.float32)
            scores = self._step(
                tokens, state.start, state.prefix_key, state.prefix_value, state.prefix_mask, nothing, nothing
            )[0]
            for row, place in enumerate(places):
                line = lines[place]
                later = scores[row, : len(line) - 1]
                peaks = later.max(axis=1, keepdims=True)
                logs = later - peaks - np.log(np.exp(later - peaks).sum(axis=1, keepdims=True))
                totals[place] = first[line[0]] + logs[np.arange(len(line) - 1), line[1:]].sum()
        return totals

    def score_all(self, tokens: np.ndarray) -> np.ndarray:
        """Log-probabilities of the next token after each of `tokens`: float32 `[T, vocabulary]`; for measuring."""
        empty = np.zeros((self._layers, self._heads, 1, self._head), dtype=np.float32)
        nothing = np.zeros((self._layers, 1, self._heads, 0, self._head), dtype=np.float32)
        scores = self._step(tokens[None, :], 0, empty, empty, np.full(1, HIDDEN, dtype=np.float32), nothing, nothing)[
            0
        ][0]
        shifted = scores - scores.max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

    def _step(
        self, tokens: np.ndarray, start: int, prefix_key: np.ndarray, prefix_value: np.ndarray, prefix_mask: np.ndarray,
        own_key: np.ndarray, own_value: np.ndarray,
    ) -> list[np.ndarray]:  # fmt: skip
        length, before = tokens.shape[1], own_key.shape[3]
        own_mask = np.triu(np.full((length, before + length), HIDDEN, dtype=np.float32), k=before + 1)
        given = {
            "tokens": tokens.astype(np.int64),
            "start": np.array([start], dtype=np.int64),
            "prefix_key": prefix_key,
            "prefix_value": prefix_value,
            "prefix_mask": prefix_mask,
            "own_key": own_key,
            "own_value": own_value,
            "own_mask": own_mask,
        }
        return list(self._session.run(["scores", "key", "value"], given))
