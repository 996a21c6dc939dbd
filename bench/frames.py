"""Piano-roll frame likelihoods (Boulanger-Lewandowski 2012): -log p of each frame given all frames before it, in nats.

    python bench/frames.py DATA/Nottingham.mat --work FOLDER --minutes 10 [--out bench/frames-nottingham.json]

A frame is said as its pitches from low to high and a word that ends it, so chords are foretold as chords. The mean is
over all frames of the published test split, the first of each piece too; no transposition at test. Weights are chosen on
valid; test is read once at the end. Training data: the set's own pieces in all keys that fit, nothing else.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from grid_fit import add_options, fit, way_of
from grid_measure import Task, check_causal, score
from grid_net import GridNet, Line
from grid_past import Columns, before, longest_match, recent
from numpy.typing import NDArray
from scipy.io import loadmat

KEYS = 88
VOCABULARY = 1 + KEYS  # word 0 ends a frame
MIDDLE = 40  # where intervals are counted from when nothing sounds
CHORD, TOLD = 10, 8  # notes of a frame before, and of this one, that a net is told one by one
LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
LONGEST_HOLD = 32
LOOKED_AT = 4000  # frames of valid that are measured now and then during training
WORDS_A_FRAME = 5.2  # room in a batch; the densest set has 5.0


def line_of(roll: NDArray[np.bool_], shift: int, first: int = 0) -> Line:
    """A stretch of a piano-roll [frames, 88] from frame `first` of its piece, `shift` semitones up."""
    roll = np.roll(roll, shift, axis=1)
    frames, keys = np.nonzero(roll)
    many = roll.sum(1)
    start = np.concatenate([[0], np.cumsum(many + 1)[:-1]])
    words = np.zeros(int((many + 1).sum()), np.int64)
    step_of = np.repeat(np.arange(len(roll)), many + 1)
    words[np.arange(len(keys)) + frames] = keys + 1  # every frame before has put in its end
    place = np.arange(len(words)) - start[step_of]
    last = np.where(place > 0, before(words, 1), 0)
    match = longest_match(roll.astype(np.int64))
    steps = step_columns(roll, first, match[1])
    bags, expected = word_columns(roll, words, step_of, place, last, first)
    return Line(
        steps=steps.table(), words=words, step_of=step_of, bags=bags.table(),
        base=np.where(expected > 0, expected, np.where(last > 0, last, MIDDLE)), floor=last,
        hints=hints_of(roll, words, step_of, last, match), rows=(steps.size, bags.size),
    )  # fmt: skip


def chords(roll: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """The lowest `most` pitch words of each frame, then zeros: [frames, most]."""
    pitches = np.where(roll, np.arange(1, KEYS + 1), KEYS + 1)
    found = np.sort(pitches, axis=1)[:, :most]
    return np.where(found > KEYS, 0, found)


def step_columns(roll: NDArray[np.bool_], first: int, matched: NDArray[np.int64]) -> Columns:
    """What a step is told besides attention: the two frames before it, how long they stood, and the time."""
    columns, time = Columns(), np.arange(len(roll)) + first
    last, further = before(roll, 1), before(roll, 2)
    for frame in (last, further, last & ~further):
        chord = chords(frame, CHORD)
        columns.add_set(chord, 1, KEYS, where=chord > 0)
    chord = chords(last, CHORD)
    columns.add_set(chord[:, 1:] - chord[:, :1], 1, 40, where=chord[:, 1:] > 0)
    stood = np.zeros(len(roll), np.int64)
    for step in range(2, len(roll)):
        stood[step] = stood[step - 1] + 1 if (roll[step - 1] == roll[step - 2]).all() else 0
    columns.add(stood, 0, LONGEST_HOLD)
    columns.add(last.sum(1), 0, 15)
    columns.add(time % 16, 0, 15)
    columns.add(time % 12, 0, 11)
    columns.add(time // 16, 0, 63)
    columns.add(np.log2(matched + 1).astype(np.int64), 0, 8)
    return columns


def word_columns(
    roll: NDArray[np.bool_], words: NDArray[np.int64], step_of: NDArray[np.int64], place: NDArray[np.int64],
    last: NDArray[np.int64], first: int,
) -> tuple[Columns, NDArray[np.int64]]:  # fmt: skip
    """What a word is told besides its step: what the frame has said so far, beside the frame before it. Also the next
    pitch of the frame before that could still come, 0 where there is none."""
    columns = Columns()
    was = before(roll, 1)
    pitches = np.where(was, np.arange(1, KEYS + 1), KEYS + 1)
    nearest = np.minimum.accumulate(pitches[:, ::-1], axis=1)[:, ::-1]
    nearest = np.concatenate([nearest, np.full((len(roll), 1), KEYS + 1)], axis=1)
    expected = nearest[step_of, last]
    expected = np.where(expected > KEYS, 0, expected)
    said = np.stack([np.where(place >= back, before(words, back), 0) for back in range(1, TOLD + 1)], axis=-1)
    bass = words[np.arange(len(words)) - place] * (place > 0)
    columns.add(place * 16 + (step_of + first) % 16, 0, 255)
    columns.add(last, 0, KEYS)
    columns.add(expected, 0, KEYS)
    columns.add(expected - last, -1, 60, where=expected > 0)
    columns.add_set(said, 1, KEYS, where=said > 0)
    columns.add_set((last[:, None] - said[:, 1:]), 1, 48, where=said[:, 1:] > 0)
    columns.add(bass, 0, KEYS)
    columns.add(last - bass, 0, 60, where=place > 1)
    kept = was[step_of, np.maximum(last - 1, 0)] & (last > 0)
    kept_so_far = kept.cumsum() - (kept.cumsum() - kept)[np.arange(len(words)) - place]
    passed = np.concatenate([np.zeros((len(roll), 1), np.int64), was.cumsum(1)], axis=1)[step_of, last]
    fresh, dropped = np.minimum(place - kept_so_far, 7), np.minimum(passed - kept_so_far, 7)
    columns.add(fresh * 8 + dropped, 0, 63)
    columns.add(was.sum(1)[step_of] - passed, 0, 12)
    columns.add(kept.astype(np.int64), 0, 1)
    return columns, expected


def hints_of(
    roll: NDArray[np.bool_], words: NDArray[np.int64], step_of: NDArray[np.int64], last: NDArray[np.int64],
    match: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.uint8]:  # fmt: skip
    """How much each word is suggested by the past: the pitches of earlier frames (and the end, when they have no more),
    of the frame that followed the same past once before, and pitch classes heard of late or said in this frame already.
    [words, kinds, vocabulary], 0..255."""
    where, length = match
    kinds = [before(roll, lag) for lag in LAGS] + [roll[where] & (length > 0)[:, None]]
    found = np.zeros((len(words), len(kinds) + 7, VOCABULARY), np.uint8)
    pitches = np.arange(1, KEYS + 1)
    for number, kind in enumerate(kinds):
        found[:, number, 1:] = kind[step_of] * np.uint8(255)
        highest = (kind * pitches).max(1)
        found[:, number, 0] = (highest[step_of] <= last) * np.uint8(255)
    sounding = roll.astype(np.float32)
    heard = np.stack([roll[:, pitch_class::12].any(1) for pitch_class in range(12)], axis=1).astype(np.float32)
    spread = np.arange(KEYS) % 12
    late = [recent(sounding, 16), recent(sounding, 128)]
    late += [recent(heard, span)[:, spread] for span in (16, 64, 256)] + [before(heard, 1)[:, spread]]
    for number, what in enumerate(late, start=len(kinds)):
        found[:, number, 1:] = np.round(np.sqrt(what) * 255).astype(np.uint8)[step_of]
    # Pitch classes said so far: those of the frame whose lowest pitch does not lie above the last one said.
    lowest = np.stack([np.where(roll[:, kind::12], pitches[kind::12], KEYS + 1).min(1) for kind in range(12)], axis=1)
    found[:, -1, 1:] = (lowest[step_of] <= last[:, None])[:, spread] * np.uint8(255)
    return found


def in_keys(rolls: Sequence[NDArray[np.bool_]], rng: np.random.Generator, longest: int) -> Line:
    """A random stretch of a random piece, long pieces the oftener, in a random key that fits the keyboard."""
    sizes = np.array([len(roll) for roll in rolls], dtype=float)
    roll = rolls[int(rng.choice(len(sizes), p=sizes / sizes.sum()))]
    first = int(rng.integers(0, max(1, len(roll) - longest + 1)))
    used = np.flatnonzero(roll.any(axis=0))
    down, up = (max(-6, -int(used[0])), min(6, KEYS - 1 - int(used[-1]))) if used.size else (0, 0)
    return line_of(roll[first : first + longest], int(rng.integers(down, up + 1)), first)


def look_for_leaks(nets: Sequence[GridNet], roll: NDArray[np.bool_], context: int) -> None:
    """Add or drop a key in some frames: nothing foretold before it, or instead of it, may change."""
    line = line_of(roll, 0)
    for frame in np.linspace(0, len(roll) - 2, 4).astype(int):
        for key in (30, 50):
            changed = roll.copy()
            changed[frame, key] ^= True
            check_causal(nets, line, line_of(changed, 0), context)


def main() -> None:
    """Train, then print and keep the numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    add_options(parser, width=192, head_width=192, rows=6, dropout=0.3)
    given = parser.parse_args()
    table = loadmat(given.data)
    sets = {split: [np.asarray(roll) > 0 for roll in table[f"{split}data"][0]] for split in ("train", "valid", "test")}
    valid = [line_of(roll, 0) for roll in sets["valid"]]
    shuffled = [valid[number] for number in np.random.default_rng(0).permutation(len(valid))]
    enough = int(np.searchsorted(np.cumsum([len(line.steps) for line in shuffled]), LOOKED_AT)) + 1
    task = Task(
        vocabulary=VOCABULARY, draw=lambda rng: in_keys(sets["train"], rng, given.length * 5 // 4), looked_at=shuffled[:enough],
        words_a_step=WORDS_A_FRAME, per_step=True, context=given.length,
    )  # fmt: skip
    nets, facts = fit(task, way_of(given), given.seeds, given.work)
    look_for_leaks(nets, sets["valid"][0], given.length)
    found: dict[str, float] = {**facts, "valid": score(task, nets, valid), "valid_frames": sum(map(len, sets["valid"]))}
    found["test"] = score(task, nets, [line_of(roll, 0) for roll in sets["test"]])
    found["test_frames"] = sum(map(len, sets["test"]))
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
