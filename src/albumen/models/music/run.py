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
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.work.errors import Broken, Wrong

WEIGHTS = "music.weights"
READ, STEP = "read.onnx", "step.onnx"  # one for many words, one for a few
FILES = (WEIGHTS, READ, STEP)
GRAPH_VERSION = "2"  # of what the graphs ask of this engine; the export writes it
FEW = 16  # words that `step.onnx` takes at most
ROOM = 1024  # slots that a session begins with
CHUNK = 256  # words that are read at once at most
OVERRUN = 256  # words beyond the context that are still read, all at the last position: a long cell may end
LOOK_EVERY = 64
WASTE = 0.25  # share of slots that nobody sees, at which the others are moved together
HIDDEN = np.float32(-1e9)


class Engine:
    """A model folder, ready to run. `threads` 0 lets the runtime choose."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self.version = digest(folder)[:12]
        self.reader = _open(Path(folder) / READ, threads)
        self.stepper = _open(Path(folder) / STEP, threads)
        shape = _notes(self.reader, Path(folder) / READ)
        self.share = shape["heads"] // shape["key_heads"]
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
        self._reading = _Bound(engine.reader, self._cache)
        self._stepping = _Bound(engine.stepper, self._cache)
        self._views = np.empty(0, dtype=np.float32)  # room for the bias of a run

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
            last = list(accumulate(map(len, together.values()), initial=-1))[1:]
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
        # A row's slots ascend, so those behind every row's last one are free again.
        self._used = max((slots[-1] + 1 for slots in self._slots if slots), default=0)

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
            places = range(len(chunk)) if every else [len(chunk) - 1]
            found.append(self._run({row: chunk}, places).copy())
        self._logits[row] = found[-1][-1]
        return np.concatenate(found) if every else found[-1]

    def _see(self, row: int, words: Sequence[int], slots: Sequence[int]) -> None:
        """Let a row consist of words that lie in `slots`."""
        words, slots = list(words), list(slots)
        self._bias[row] = HIDDEN
        self._bias[row, slots] = 0
        self._words[row], self._slots[row] = words, slots

    def _run(self, said: Mapping[int, Sequence[int]], places: Sequence[int]) -> NDArray[np.float32]:
        """Let rows read words and keep their keys and values; logits [some, vocabulary] of `places` among all new words.

        A small net's word takes less than a millisecond, so what happens here for each of them counts.
        """
        new = sum(map(len, said.values()))
        for row, words in said.items():
            self._check(len(self._words[row]) + len(words))
        few = new <= FEW
        written = new * self._engine.share if few else new
        self._make_room(written)
        bound = self._stepping if few else self._reading
        past, total = self._used, self._used + written
        last = self._engine.context - 1
        bound.tell("ids", (1, new), np.int64)[0] = [word for words in said.values() for word in words]
        bound.tell("positions", (1, new), np.int64)[0] = [
            min(place, last) for row, words in said.items()
            for place in range(len(self._words[row]), len(self._words[row]) + len(words))
        ]  # fmt: skip
        bound.tell("places", (len(places),), np.int64)[:] = places
        bound.tell("last", (1,), np.int32)[0] = total - 1
        bound.tell("total", (), np.int32)[()] = total
        bound.tell_input("bias", self._seen_by(said, new, past, total))
        logits = bound.run(len(places))
        slot = past
        for row, words in said.items():
            stop = slot + len(words)
            self._words[row].extend(map(int, words))
            self._slots[row].extend(range(slot, stop))
            self._bias[row, slot:stop] = 0
            slot = stop
        self._used = past + new
        return logits[0]

    def _seen_by(self, said: Mapping[int, Sequence[int]], new: int, past: int, total: int) -> NDArray[np.float32]:
        """The bias by which the `new` words see what their row has read and the words before them of the same row:
        [1, 1, total - past, total], once for each share of the query heads."""
        shares = (total - past) // new
        if len(self._views) < (total - past) * total:
            self._views = np.empty(2 * (total - past) * total, dtype=np.float32)
        bias = self._views[: (total - past) * total].reshape(shares, new, total)
        first = bias[0]
        first[:, past:] = HIDDEN
        start = 0
        for row, words in said.items():
            stop = start + len(words)
            first[start:stop, :past] = self._bias[row, :past]
            if len(words) == 1:
                first[start, past + start] = 0
            else:
                first[start:stop, past + start : past + stop][np.tri(len(words), dtype=bool)] = 0
            start = stop
        bias[1:] = first
        return bias.reshape(1, 1, total - past, total)

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
        self._reading, self._stepping = _Bound(self._engine.reader, cache), _Bound(self._engine.stepper, cache)

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


class _Bound:
    """A graph whose slots are tied to `cache`, once: to be told of them again would take as long as a small net's word."""

    def __init__(self, graph: Any, cache: NDArray[np.float32]) -> None:
        self._graph, self._cache = graph, cache
        self._binding = graph.io_binding()
        self._vocabulary = graph.get_outputs()[0].shape[-1]
        self._told: dict[str, NDArray[Any]] = {}
        for layer, both in enumerate(cache):
            for kind, slots in zip(("key", "value"), both, strict=True):
                self._binding.bind_input(f"past_{kind}_{layer}", *_place(slots))
                self._binding.bind_output(f"present_{kind}_{layer}", *_place(slots))

    def tell(self, name: str, shape: tuple[int, ...], kind: type) -> NDArray[Any]:
        """The memory of an input, to be written; as it was bound before, where it has the shape."""
        told = self._told.get(name)
        if told is None or told.shape != shape:
            told = self._told[name] = np.empty(shape, dtype=kind)
            self.tell_input(name, told)
        return told

    def tell_input(self, name: str, value: NDArray[Any]) -> None:
        """Bind an input to memory of the caller's."""
        self._binding.bind_input(name, *_place(value))

    def run(self, places: int) -> NDArray[np.float32]:
        """Logits [1, places, vocabulary], valid until the next run."""
        logits = self._told.get("logits")
        if logits is None or logits.shape[1] != places:
            logits = self._told["logits"] = np.empty((1, places, self._vocabulary), dtype=np.float32)
            self._binding.bind_output("logits", *_place(logits))
        self._graph.run_with_iobinding(self._binding)
        return logits


def _place(array: NDArray[Any]) -> tuple[Any, ...]:
    """Where an array lies, as onnxruntime wants to be told; the array must be contiguous and outlive the run."""
    return "cpu", 0, array.dtype, array.shape, array.ctypes.data


def digest(folder: Path) -> str:
    """SHA-256 of a model's files. Raises `Wrong` where one is missing."""
    found = hashlib.sha256()
    for name in FILES:
        path = Path(folder) / name
        if not path.is_file():
            raise Wrong("no music model is here", where=path, next_step="train one with `albumen train music`")
        found.update(path.read_bytes())
    return found.hexdigest()


def _open(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
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
    if notes.get("graph") != GRAPH_VERSION:
        raise Wrong("this music model was exported for another version of the engine", where=path, next_step="export it again")
    shape: dict[str, int] = json.loads(notes["shape"])
    return shape


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many words two sequences share from the start."""
    size = min(len(a), len(b))
    differs = np.flatnonzero(np.asarray(a[:size]) != np.asarray(b[:size]))
    return int(differs[0]) if differs.size else size
