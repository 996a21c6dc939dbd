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
ROOM_STEP = 256  # words by which the cache grows
CHUNK = 512  # words that are read at once at most: bounds the memory of attention


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

    def session(self, rows: int) -> Session:
        """`rows` takes, all empty."""
        return Session(self, rows)

    def nats(self, words: Sequence[int]) -> NDArray[np.float32]:
        """What the net thinks of a sequence: -log p of each word given those before it, shape [len(words) - 1]."""
        session = self.session(1)
        found = []
        for start in range(0, len(words) - 1, CHUNK):
            chunk = list(words[start : min(start + CHUNK, len(words) - 1)])
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
        self._cache = np.zeros((engine.layers, 2, rows, engine.key_heads, 0, engine.head_width), dtype=np.float32)
        self._bindings: dict[tuple[int, int], Any] = {}

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
        for group in self._together(single):
            self._step(group, [words[row][0] for row in group])

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
            logits = np.empty((1, len(places), self._engine.vocabulary), dtype=np.float32)
            ids = np.asarray([chunk], dtype=np.int64)
            self._run(row, row + 1, ids, np.array([past + len(chunk) - 1], np.int32), places, logits)
            self._words[row].extend(int(word) for word in chunk)
            if every or is_last:
                found.append(logits[0])
        self._logits[row] = found[-1][-1]
        return np.concatenate(found)

    def _together(self, rows: Sequence[int]) -> list[list[int]]:
        """Rows (ascending) in groups that go through the net at once: a row that is full cannot lie idle in between."""
        groups: list[list[int]] = []
        for row in rows:
            between = range(groups[-1][-1] + 1, row) if groups else ()
            if not groups or any(len(self._words[idle]) >= self._engine.context for idle in between):
                groups.append([])
            groups[-1].append(row)
        return groups

    def _step(self, rows: Sequence[int], words: Sequence[int]) -> None:
        """One word for each of `rows` (ascending)."""
        low, high = rows[0], rows[-1] + 1
        self._make_room(1 + max(len(self._words[row]) for row in range(low, high)))
        # Rows between that do not read write a word beyond their end, where nothing looks before it is overwritten.
        ids = np.zeros((high - low, 1), dtype=np.int64)
        for row, word in zip(rows, words, strict=True):
            ids[row - low, 0] = word
        lengths = np.array([len(self._words[row]) for row in range(low, high)], dtype=np.int32)
        logits = np.empty((high - low, 1, self._engine.vocabulary), dtype=np.float32)
        self._run(low, high, ids, lengths, np.zeros(1, np.int64), logits)
        for row, word in zip(rows, words, strict=True):
            self._words[row].append(int(word))
            self._logits[row] = logits[row - low, 0]

    def _run(
        self, low: int, high: int, ids: NDArray[np.int64], lengths: NDArray[np.int32], places: NDArray[np.int64],
        logits: NDArray[np.float32],
    ) -> None:  # fmt: skip
        binding = self._binding(low, high)
        binding.bind_cpu_input("ids", ids)
        binding.bind_cpu_input("lengths", lengths)
        binding.bind_cpu_input("total", np.array(lengths.max() + 1, dtype=np.int32))
        binding.bind_cpu_input("places", places)
        binding.bind_output("logits", "cpu", 0, np.float32, logits.shape, logits.ctypes.data)
        self._engine.session_of_graph.run_with_iobinding(binding)

    def _binding(self, low: int, high: int) -> Any:
        """Rows `low`..`high - 1` of the cache as the graph's past and present, which are the same memory."""
        if (low, high) not in self._bindings:
            binding = self._engine.session_of_graph.io_binding()
            for layer in range(self._engine.layers):
                for number, kind in enumerate(("key", "value")):
                    part = self._cache[layer, number, low:high]
                    place = ("cpu", 0, np.float32, part.shape, part.ctypes.data)
                    binding.bind_input(f"past_{kind}_{layer}", *place)
                    binding.bind_output(f"present_{kind}_{layer}", *place)
            self._bindings[low, high] = binding
        return self._bindings[low, high]

    def _copy(self, source: int, target: int, length: int) -> None:
        if length and source != target:
            self._cache[:, :, target, :, :length] = self._cache[:, :, source, :, :length]

    def _make_room(self, words: int) -> None:
        if words > self._engine.context:
            raise Wrong(f"the music model reads {self._engine.context} words at most, not {words}")
        if words <= self._room:
            return
        room = min(-(-words // ROOM_STEP) * ROOM_STEP, self._engine.context)
        layers, kinds, rows, heads, _, width = self._cache.shape
        wider = np.zeros((layers, kinds, rows, heads, room, width), dtype=np.float32)
        wider[..., : self._room, :] = self._cache
        self._cache, self._room = wider, room
        self._bindings.clear()


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
