"""The run engine: the exported net on onnxruntime, many takes side by side, each with its own place in the cache.

An `Engine` is a loaded model folder; a `Session` is a set of rows (takes) whose keys and values stay in memory, so a
new word costs one word's work. What rows have in common is read once and copied. Rows can be cut back (to try a cell
again) and forked. Needs numpy and onnxruntime only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.work.errors import Broken, Wrong

GRAPH = "music.onnx"
ROOM_STEP = 128  # words by which the cache grows
CHUNK = 256  # words that are read at once at most: attention over a chunk does not spare its upper half
HIDDEN = np.float32(-1e9)


class Engine:
    """A model folder, ready to run. `threads` 0 lets the runtime choose."""

    def __init__(self, folder: Path, *, threads: int = 2, graph: str = GRAPH) -> None:
        path = Path(folder) / graph
        if not path.is_file():
            raise Wrong("no music model is here", where=path, next_step="train one with `albumen train music`")
        data = path.read_bytes()
        self.version = hashlib.sha256(data).hexdigest()[:12]
        self.session_of_graph = _open(data, path, threads)
        shape = _notes(self.session_of_graph, path)
        self.context, self.vocabulary = shape["context"], shape["vocabulary"]
        self.layers, self.key_heads, self.head_width = shape["layers"], shape["key_heads"], shape["head_width"]
        self.groups = shape["heads"] // shape["key_heads"]

    def session(self, rows: int) -> Session:
        """`rows` takes, all empty."""
        return Session(self, rows)

    def nats(self, words: Sequence[int] | NDArray[np.uint16]) -> NDArray[np.float32]:
        """What the net thinks of a sequence: -log p of each word given those before it, shape [len(words) - 1]."""
        session = self.session(1)
        found = []
        for start in range(0, len(words) - 1, CHUNK):
            chunk = [int(word) for word in words[start : min(start + CHUNK, len(words) - 1)]]
            logits = session.read(0, chunk, every=True)
            targets = np.asarray(words[start + 1 : start + 1 + len(chunk)])
            top = logits.max(axis=1, keepdims=True)
            partition = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
            found.append(partition - logits[np.arange(len(chunk)), targets])
        return np.concatenate(found) if found else np.zeros(0, np.float32)


class Session:
    """Some takes in the engine, each at its own place."""

    def __init__(self, engine: Engine, rows: int) -> None:
        self._engine = engine
        self._words: list[list[int]] = [[] for _ in range(rows)]
        self._logits = np.zeros((rows, engine.vocabulary), dtype=np.float32)
        self._room = 0
        # Keys lie as columns, values as rows: so both products of attention read them as they are.
        self._keys = np.zeros((engine.layers, rows, engine.key_heads, engine.head_width, 0), dtype=np.float32)
        self._values = np.zeros((engine.layers, rows, engine.key_heads, 0, engine.head_width), dtype=np.float32)

    def length(self, row: int) -> int:
        """How many words row `row` has read."""
        return len(self._words[row])

    def logits(self, row: int) -> NDArray[np.float32]:
        """Scores of every word as the row's next one, shape [vocabulary]; valid until the row reads on."""
        return self._logits[row]

    def begin(self, row: int, words: Sequence[int]) -> None:
        """Forget what row `row` has read and read `words`; what any row has read already is taken from it."""
        words = list(words)
        source, shared = max(
            ((other, _common(self._words[other], words)) for other in range(len(self._words))), key=lambda pair: pair[1]
        )
        if source != row:
            self._copy(source, row, shared)
        if shared == len(words) == len(self._words[source]):
            self._words[row] = words
            self._logits[row] = self._logits[source]
            return
        # The last word is read anew, so that its scores are there.
        keep = min(shared, len(words) - 1)
        self._words[row] = words[:keep]
        self.read(row, words[keep:])

    def feed(self, words: Mapping[int, Sequence[int]]) -> None:
        """Let rows read more words; rows with a single word each go through the net together."""
        single = sorted(row for row, said in words.items() if len(said) == 1)
        for row, said in words.items():
            if len(said) > 1:
                self.read(row, said)
        if single:
            self._step(single, [words[row][0] for row in single])

    def step(self, words: Sequence[int]) -> NDArray[np.float32]:
        """All rows read one word each; their scores [rows, vocabulary]."""
        self._step(list(range(len(self._words))), words)
        return self._logits

    def cut(self, row: int, length: int) -> None:
        """Forget all but the first `length` words; the row must read something before its scores count again."""
        if not 0 <= length <= len(self._words[row]):
            raise ValueError(f"row {row} has {len(self._words[row])} words and cannot be cut to {length}")
        del self._words[row][length:]

    def fork(self, source: int, target: int) -> None:
        """Let row `target` be where row `source` is."""
        self._copy(source, target, len(self._words[source]))
        self._words[target] = list(self._words[source])
        self._logits[target] = self._logits[source]

    def read(self, row: int, words: Sequence[int], *, every: bool = False) -> NDArray[np.float32]:
        """One row reads `words`; gives the scores after the last of them, or after `every` one: [some, vocabulary]."""
        found = []
        for start in range(0, len(words), CHUNK):
            chunk = words[start : start + CHUNK]
            past = len(self._words[row])
            self._make_room(past + len(chunk))
            is_last = start + CHUNK >= len(words)
            places = np.arange(len(chunk) if every else 1, dtype=np.int64) + (0 if every else len(chunk) - 1)
            logits = self._run([row], np.asarray([chunk], dtype=np.int64), places)
            self._words[row].extend(int(word) for word in chunk)
            if every or is_last:
                found.append(logits[0])
        self._logits[row] = found[-1][-1]
        return np.concatenate(found)

    def _step(self, rows: Sequence[int], words: Sequence[int]) -> None:
        """One word for each of `rows` (ascending)."""
        self._make_room(1 + max(len(self._words[row]) for row in rows))
        logits = self._run(rows, np.asarray(words, dtype=np.int64)[:, None], np.zeros(1, np.int64))
        for number, row in enumerate(rows):
            self._words[row].append(int(words[number]))
            self._logits[row] = logits[number, 0]

    def _run(self, rows: Sequence[int], ids: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Let `rows` (ascending) read `ids` [rows, length] and keep their keys and values; logits of `places`."""
        engine, length = self._engine, ids.shape[1]
        low, high = rows[0], rows[-1] + 1
        given = np.zeros((high - low, length), dtype=np.int64)  # rows in between read nothing that is kept
        given[np.asarray(rows) - low] = ids
        past = np.array([len(words) for words in self._words[low:high]], dtype=np.int64)
        places_in_song = np.minimum(past[:, None] + np.arange(length), engine.context - 1)
        logits = np.empty((high - low, len(places), engine.vocabulary), dtype=np.float32)
        new = np.empty((engine.layers, 2, high - low, engine.key_heads, length, engine.head_width), dtype=np.float32)
        hidden = np.arange(self._room) >= past[:, None]
        causal = np.where(np.tri(length, dtype=bool), np.float32(0), HIDDEN)
        inputs = {
            "ids": given, "positions": places_in_song, "places": places, "cut": np.array([self._room, length]),
            "past_bias": np.where(hidden, HIDDEN, np.float32(0))[:, None, None, :],
            "new_bias": np.tile(causal, (engine.groups, 1)),
        }  # fmt: skip
        self._bind_and_run(inputs, low, high, logits, new)
        for row in rows:
            start, stop = past[row - low], past[row - low] + length
            self._keys[:, row, :, :, start:stop] = new[:, 0, row - low].swapaxes(2, 3)
            self._values[:, row, :, start:stop] = new[:, 1, row - low]
        return logits[np.asarray(rows) - low]

    def _bind_and_run(
        self, inputs: Mapping[str, NDArray[Any]], low: int, high: int, logits: NDArray[np.float32], new: NDArray[np.float32]
    ) -> None:
        binding = self._engine.session_of_graph.io_binding()
        for name, value in inputs.items():
            binding.bind_cpu_input(name, np.ascontiguousarray(value))
        binding.bind_output("logits", *_place(logits))
        for layer in range(self._engine.layers):
            binding.bind_input(f"past_key_{layer}", *_place(self._keys[layer, low:high]))
            binding.bind_input(f"past_value_{layer}", *_place(self._values[layer, low:high]))
            binding.bind_output(f"new_key_{layer}", *_place(new[layer, 0]))
            binding.bind_output(f"new_value_{layer}", *_place(new[layer, 1]))
        self._engine.session_of_graph.run_with_iobinding(binding)

    def _copy(self, source: int, target: int, length: int) -> None:
        if length and source != target:
            self._keys[:, target, ..., :length] = self._keys[:, source, ..., :length]
            self._values[:, target, :, :length] = self._values[:, source, :, :length]

    def _make_room(self, words: int) -> None:
        if words > self._engine.context:
            raise Wrong(f"the music model reads {self._engine.context} words at most, not {words}")
        if words <= self._room:
            return
        room = min(-(-words // ROOM_STEP) * ROOM_STEP, self._engine.context)
        layers, rows, heads, width, _ = self._keys.shape
        keys = np.zeros((layers, rows, heads, width, room), dtype=np.float32)
        values = np.zeros((layers, rows, heads, room, width), dtype=np.float32)
        keys[..., : self._room], values[:, :, :, : self._room] = self._keys, self._values
        self._keys, self._values, self._room = keys, values, room


def _place(array: NDArray[np.float32]) -> tuple[str, int, type[np.float32], tuple[int, ...], int]:
    """Where an array lies, as onnxruntime wants to be told; the array must be contiguous and outlive the run."""
    return "cpu", 0, np.float32, array.shape, array.ctypes.data


def _open(data: bytes, path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises plain exceptions of its own making
        raise Broken(f"the music model cannot be opened ({error})", where=path, next_step="fetch or train it again") from error


def _notes(session: Any, path: Path) -> dict[str, int]:
    """The shape that the export wrote into the graph."""
    notes = session.get_modelmeta().custom_metadata_map
    if "shape" not in notes:
        raise Broken("this is no music model of Albumen", where=path, next_step="fetch or train it again")
    if notes.get("words") != str(v.VERSION):
        raise Wrong("this music model speaks another version of the token language", where=path, next_step="train it again")
    shape: dict[str, int] = json.loads(notes["shape"])
    return shape


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many words two sequences share from the start."""
    size = min(len(a), len(b))
    differs = np.flatnonzero(np.asarray(a[:size]) != np.asarray(b[:size]))
    return int(differs[0]) if differs.size else size
