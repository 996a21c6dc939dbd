"""The other arm: the same net, trained equally long on MidiTok REMI tokens of the same pieces; nats per note on the same bars.

    python bench/remi_arm.py CORPUS PACK --steps 1088 --size tiny [--ours WEIGHTS] [--out bench/remi_arm.json]

Needs the bench extra (miditok). CORPUS is the folder that `albumen corpus build` made (the analysed scores are turned
back into MIDI), PACK its tokens. MidiTok's REMI with programs in one stream, 12 positions a beat, 8 velocities, tempo
and time signatures: what our bare stream tells. Both arms read rows of 1,024 words, 8,192 words a step, and stop after the
same number of steps (not minutes, which a busy machine stretches). `--ours` names weights of our arm that were trained that
long; without it our arm is trained in the same way right after.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from albumen.models.music.checkpoint import CHECKPOINT, WEIGHTS, load_weights
from albumen.models.music.evaluate import likelihoods
from albumen.models.music.held_out import BARE, HeldOut, held_out
from albumen.models.music.net import MusicNet, token_losses
from albumen.models.music.optimizer import OptimizerOptions
from albumen.models.music.train import Pace, pace_for, train_music
from albumen.score.midi_write import midi_bytes
from albumen.score.score import Score
from albumen.score.shelf import read_shelf

CONTEXT = 1024


def tokenizer() -> Any:
    """MidiTok's REMI, as near to our grid as it goes."""
    from miditok import REMI, TokenizerConfig

    return REMI(
        TokenizerConfig(
            beat_res={(0, 4): 12, (4, 12): 4}, num_velocities=8, use_programs=True, one_token_stream_for_programs=True,
            use_time_signatures=True, use_tempos=True, num_tempos=24, tempo_range=(30, 300), use_rests=False,
            time_signature_range={8: [*range(1, 10), 12], 4: [*range(1, 9)], 2: [1, 2, 3, 4], 16: [3, 6, 9, 12]},
        )
    )


def scores(corpus: Path) -> Iterator[tuple[str, str, Score]]:
    """Split, name and score of every piece of the corpus."""
    for shard in sorted(corpus.glob("shard-*.npz")):
        for meta, score in read_shelf(shard):
            yield ("valid" if meta.get("split") == "valid" else "train"), f"{meta['corpus']}/{meta['path']}", score


def encode(remi: Any, score: Score) -> NDArray[np.uint16]:
    """The REMI ids of a score, 1 (BOS) first; id 0 pads."""
    from symusic import Score as Midi

    found = remi(Midi.from_midi(midi_bytes(score)))
    ids = found.ids if hasattr(found, "ids") else found[0].ids
    return np.array([1, *ids], dtype=np.uint16)


def first_bars(score: Score, bars: int) -> Score:
    """The score up to the end of its bar number `bars`."""
    spans = score.bars()
    if len(spans) <= bars:
        return score
    end = spans[bars - 1].end
    parts = tuple(part.replace(notes=part.notes.where(part.notes.onset < end)) for part in score.parts)
    return score.replace(parts=parts)


class RemiStreams:
    """Training rows cut from one long column of REMI words, each row in a key drawn by chance (our words know the key)."""

    def __init__(self, path: Path, split: str) -> None:
        self._words: NDArray[np.uint16] = np.load(path / f"remi-{split}.npy", mmap_mode="r")
        remi = tokenizer()
        pitches = sorted(number for name, number in remi.vocab.items() if name.startswith("Pitch_"))
        self._first, self._last = pitches[0], pitches[-1]
        assert pitches == list(range(self._first, self._last + 1))
        self._in_any_key = split == "train"

    def batch(
        self, rng: np.random.Generator, tokens: int, context: int
    ) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """Rows of `context` ids from random places; every word costs one."""
        starts = rng.integers(0, len(self._words) - context, max(1, round(tokens / context)))
        ids = np.stack([np.asarray(self._words[start : start + context]) for start in starts])
        for row in ids if self._in_any_key else ():
            pitched = (row >= self._first) & (row <= self._last)
            if pitched.any():
                down, up = max(-5, self._first - int(row[pitched].min())), min(6, self._last - int(row[pitched].max()))
                row[pitched] = (row[pitched].astype(np.int64) + rng.integers(down, up + 1)).astype(np.uint16)
        return ids, (ids > 1).astype(np.float32)


def open_remi(data: Path, split: str) -> RemiStreams:
    """The streams that `prepare` wrote."""
    return RemiStreams(data, split)


def prepare(corpus: Path, folder: Path, remi: Any, chosen: dict[str, int]) -> list[NDArray[np.uint16]]:
    """Write both splits as columns of words; returns the streams of the held-out bars."""
    folder.mkdir(parents=True, exist_ok=True)
    columns: dict[str, list[NDArray[np.uint16]]] = {"train": [], "valid": []}
    held: list[NDArray[np.uint16]] = []
    for split, name, score in scores(corpus):
        columns[split].append(encode(remi, score))
        if name in chosen:
            held.append(encode(remi, first_bars(score, chosen[name])))
    for split, streams in columns.items():
        np.save(folder / f"remi-{split}.npy", np.concatenate(streams))
    return held


class TorchForeteller:
    """A trained net as `evaluate.likelihoods` wants it."""

    context = CONTEXT

    def __init__(self, net: MusicNet) -> None:
        self.net = net

    @torch.no_grad()
    def nats(self, words: NDArray[np.uint16]) -> NDArray[np.float32]:
        """-log p of each word given those before it."""
        ids = torch.from_numpy(words.astype(np.int64))[None].to(self.net.embedding.device)
        found: NDArray[np.float32] = token_losses(self.net(ids[:, :-1])[0], ids[0, 1:])[0].cpu().numpy()
        return found


def remi_nats(net: MusicNet, streams: list[NDArray[np.uint16]]) -> float:
    """All nats of the held-out streams, in windows of CONTEXT words that overlap by half."""
    teller, total = TorchForeteller(net), 0.0
    for stream in streams:
        start = 0
        while start < len(stream) - 1:
            first = max(0, start - CONTEXT // 2) if start else 0
            stop = min(len(stream), first + CONTEXT)
            total += float(teller.nats(stream[first:stop])[start - first :].sum())
            start = stop - 1
    return total


def main() -> None:
    """Prepare, train, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--steps", type=int, default=1088)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--matrix-rate", type=float, default=1e-2)
    parser.add_argument("--embedding-rate", type=float, default=4e-3)
    parser.add_argument("--size", default="tiny")
    parser.add_argument("--work", type=Path, default=Path("remi-arm"))
    parser.add_argument("--ours", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    remi = tokenizer()
    pieces: list[HeldOut] = held_out(given.pack)
    streams = prepare(given.corpus, given.work, remi, {one.name: len(one.piece.bars) for one in pieces})
    print("encoded", flush=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    plan = pace_for(device)
    pace = Pace(
        rows=plan.rows * plan.context // CONTEXT, context=CONTEXT, passes=plan.passes, workers=0,
        threads=given.threads or plan.threads, compiled=True,
    )  # fmt: skip
    options = OptimizerOptions(matrix_rate=given.matrix_rate, embedding_rate=given.embedding_rate)
    notes = sum(int(np.isin(words, _note_ids()).sum()) for one in pieces for words in one.piece.cells.values())
    remi_run, our_run = given.work / "remi", given.work / "ours"
    train_music(
        given.work, remi_run, size=given.size, steps=given.steps, pace=pace, options=options, open_source=open_remi,
        vocabulary=len(remi), resume=(remi_run / CHECKPOINT).exists(),
    )  # fmt: skip
    net, facts = load_weights(remi_run / WEIGHTS)
    found: dict[str, Any] = {
        "remi": {
            "nats_per_note": remi_nats(net, streams) / notes, "words": sum(map(len, streams)),
            "words_per_note": sum(map(len, streams)) / notes, **facts,
        }
    }  # fmt: skip
    if given.ours is None:
        train_music(
            given.pack, our_run, size=given.size, steps=given.steps, pace=pace, options=options,
            resume=(our_run / CHECKPOINT).exists(),
        )  # fmt: skip
    net, facts = load_weights(given.ours or our_run / WEIGHTS)
    result = likelihoods(TorchForeteller(net), pieces)
    words = sum(len(p.words) for one in pieces for p in one.passages(BARE, 1 << 20))
    found["ours"] = {k: result[k] for k in ("nats_per_note", "nats_per_word")} | {"words_per_note": words / notes, **facts}
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _note_ids() -> list[int]:
    from albumen.models.music.held_out import IS_NOTE

    ids: list[int] = np.flatnonzero(IS_NOTE).tolist()
    return ids


if __name__ == "__main__":
    main()
