"""The run engine: the exported net on onnxruntime, many takes side by side.

An `Engine` is a loaded model folder; a `Session` is a set of rows (takes) that read words. All words that any row has read
lie in one line of slots (keys and values in memory); a row is the list of slots that it sees. So what rows have in common
is read once and kept once, a new word costs one word's work, and rows can be cut back (to try a cell again) and forked
for nothing. Needs numpy and onnxruntime only.
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
ROOM = 1024  # slots that a session begins with
CHUNK = 256  # words that are read at once at most
OVERRUN = 256  # words beyond the context that are still read, all at the last position: a long cell may end
LOOK_EVERY = 64
WASTE = 0.25  # share of slots that nobody sees, at which the others are moved together
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
        self._slots: list[list[int]] = [[] for _ in range(rows)]  # where each word of a row lies
        self._logits = np.zeros((rows, engine.vocabulary), dtype=np.float32)
        self._used = 0
        self._look_at = ROOM // 2  # used slots at which to look for those that nobody sees
        self._bias = np.full((rows, ROOM), HIDDEN, dtype=np.float32)  # 0 where a row sees a slot
        self._cache = _empty_cache(engine, ROOM)
        self._binding = _bound(engine, self._cache)
        self._told: dict[str, NDArray[Any]] = {}  # small inputs as last bound; the same shape again is written in place

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
        if shared == len(words) == len(self._words[source]):
            self.fork(source, row)
            return
        # The last word is read anew, so that its scores are there.
        keep = min(shared, len(words) - 1)
        self._see(row, words[:keep], self._slots[source][:keep])
        self.read(row, words[keep:])

    def feed(self, words: Mapping[int, Sequence[int]]) -> None:
        """Let rows read more words; short ones go through the net together."""
        together: dict[int, Sequence[int]] = {}
        for row, said in sorted(words.items()):
            if len(said) > CHUNK // 4:
                self.read(row, said)
            elif said:
                together[row] = said
        if together:
            last = np.cumsum([len(said) for said in together.values()]) - 1
            for row, scores in zip(together, self._run(together, last), strict=True):
                self._logits[row] = scores

    def step(self, words: Sequence[int]) -> NDArray[np.float32]:
        """All rows read one word each; their scores [rows, vocabulary]."""
        self.feed({row: [word] for row, word in enumerate(words)})
        return self._logits

    def cut(self, row: int, length: int) -> None:
        """Forget all but the first `length` words; the row must read something before its scores count again."""
        if not 0 <= length <= len(self._words[row]):
            raise ValueError(f"row {row} has {len(self._words[row])} words and cannot be cut to {length}")
        self._bias[row, self._slots[row][length:]] = HIDDEN
        del self._words[row][length:], self._slots[row][length:]

    def fork(self, source: int, target: int) -> None:
        """Let row `target` be where row `source` is."""
        if source != target:
            self._see(target, self._words[source], self._slots[source])
            self._logits[target] = self._logits[source]

    def read(self, row: int, words: Sequence[int], *, every: bool = False) -> NDArray[np.float32]:
        """One row reads `words`; gives the scores after the last of them, or after `every` one: [some, vocabulary]."""
        found = []
        for start in range(0, len(words), CHUNK):
            chunk = words[start : start + CHUNK]
            last = len(chunk) - 1
            found.append(self._run({row: chunk}, np.arange(len(chunk)) if every else np.array([last])))
        self._logits[row] = found[-1][-1]
        return np.concatenate(found) if every else found[-1]

    def _see(self, row: int, words: Sequence[int], slots: Sequence[int]) -> None:
        """Let a row consist of words that lie in `slots`."""
        words, slots = list(words), list(slots)
        self._bias[row] = HIDDEN
        self._bias[row, slots] = 0
        self._words[row], self._slots[row] = words, slots

    def _run(self, said: Mapping[int, Sequence[int]], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Let rows read words and keep their keys and values; logits [some, vocabulary] of `places` among all new words."""
        sizes = [len(words) for words in said.values()]
        new = sum(sizes)
        for row, words in said.items():
            self._check(len(self._words[row]) + len(words))
        self._make_room(new)
        rows = np.repeat(list(said), sizes)
        past, total = self._used, self._used + new
        bias = np.empty((new, total), dtype=np.float32)
        bias[:, :past] = self._bias[rows, :past]
        # A new word sees what its row has read and the words before it of the same row.
        bias[:, past:] = np.where((rows[:, None] == rows) & np.tri(new, dtype=bool), np.float32(0), HIDDEN)
        last = self._engine.context - 1
        logits = np.empty((1, len(places), self._engine.vocabulary), dtype=np.float32)
        inputs: dict[str, NDArray[Any]] = {
            "ids": np.array([[word for words in said.values() for word in words]], dtype=np.int64),
            "positions": np.array([[
                min(place, last) for row, words in said.items()
                for place in range(len(self._words[row]), len(self._words[row]) + len(words))
            ]], dtype=np.int64),
            "places": places, "bias": bias[None, None],
            "last": np.array([total - 1], np.int32), "total": np.array(total, np.int32),
        }  # fmt: skip
        self._bind_and_run(inputs, logits)
        slot = past
        for row, words in said.items():
            slots = range(slot, slot + len(words))
            self._words[row].extend(int(word) for word in words)
            self._slots[row].extend(slots)
            self._bias[row, slots.start : slots.stop] = 0
            slot = slots.stop
        self._used = total
        return logits[0]

    def _bind_and_run(self, inputs: Mapping[str, NDArray[Any]], logits: NDArray[np.float32]) -> None:
        for name, value in inputs.items():
            told = self._told.get(name)
            if told is not None and told.shape == value.shape:
                told[...] = value
            else:
                self._told[name] = value
                self._binding.bind_input(name, *_place(value))
        self._binding.bind_output("logits", *_place(logits))
        self._engine.session_of_graph.run_with_iobinding(self._binding)

    def _check(self, words: int) -> None:
        if words > self._engine.context + OVERRUN:
            raise Wrong(f"the music model reads {self._engine.context} words at most, not {words}")

    def _make_room(self, new: int) -> None:
        """See to it that `new` more slots are free, and that few are kept which nobody sees."""
        if self._used + new > min(self._look_at, self._bias.shape[1]):
            self._look_at = max(ROOM // 2, self._used + LOOK_EVERY)
            seen = (self._bias[:, : self._used] == 0).any(axis=0)
            if seen.sum() < (1 - WASTE) * self._used:
                self._move_together(np.flatnonzero(seen))
        room = self._bias.shape[1]
        if self._used + new <= room:
            return
        more = max(2 * room, self._used + new)
        bias = np.full((len(self._words), more), HIDDEN, dtype=np.float32)
        bias[:, :room] = self._bias
        cache = _empty_cache(self._engine, more)
        cache[..., : self._used, :] = self._cache[..., : self._used, :]
        self._bias, self._cache = bias, cache
        self._binding, self._told = _bound(self._engine, cache), {}

    def _move_together(self, kept: NDArray[np.int64]) -> None:
        """Keep the slots `kept` (ascending) only."""
        self._cache[..., : len(kept), :] = self._cache[..., kept, :]
        self._bias[:, : len(kept)] = self._bias[:, kept]
        self._bias[:, len(kept) :] = HIDDEN
        place = np.zeros(self._used, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        self._slots = [place[slots].tolist() if slots else [] for slots in self._slots]
        self._used = len(kept)


def _empty_cache(engine: Engine, room: int) -> NDArray[np.float32]:
    """Keys and values of `room` slots: [layers, 2, 1, key heads, room, head width]."""
    return np.zeros((engine.layers, 2, 1, engine.key_heads, room, engine.head_width), dtype=np.float32)


def _bound(engine: Engine, cache: NDArray[np.float32]) -> Any:
    """The graph's slots tied to `cache`, once: to be told of them again would take as long as a small net's word."""
    binding = engine.session_of_graph.io_binding()
    for layer, both in enumerate(cache):
        for kind, slots in zip(("key", "value"), both, strict=True):
            binding.bind_input(f"past_{kind}_{layer}", *_place(slots))
            binding.bind_output(f"present_{kind}_{layer}", *_place(slots))
    return binding


def _place(array: NDArray[Any]) -> tuple[Any, ...]:
    """Where an array lies, as onnxruntime wants to be told; the array must be contiguous and outlive the run."""
    return "cpu", 0, array.dtype, array.shape, array.ctypes.data


def _open(data: bytes, path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises plain exceptions of its own making
        raise Broken(
            f"the music model cannot be opened ({error})", where=path, next_step="fetch or train it again"
        ) from error


def _notes(session: Any, path: Path) -> dict[str, int]:
    """The shape that the export wrote into the graph."""
    notes = session.get_modelmeta().custom_metadata_map
    if "shape" not in notes:
        raise Broken("this is no music model of Albumen", where=path, next_step="fetch or train it again")
    if notes.get("words") != str(v.VERSION):
        raise Wrong(
            "this music model speaks another version of the token language", where=path, next_step="train it again"
        )
    shape: dict[str, int] = json.loads(notes["shape"])
    return shape


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many words two sequences share from the start."""
    size = min(len(a), len(b))
    differs = np.flatnonzero(np.asarray(a[:size]) != np.asarray(b[:size]))
    return int(differs[0]) if differs.size else size
