"""JSB Chorales on the 16th grid: joint nats of each voice's pitch at each step, no chord given, nothing left out.

    python bench/jsb.py DATA/jsb-chorales-16th.json --work FOLDER --minutes 30 [--test] [--out bench/jsb.json]

Protocol: the published split (229 / 76 / 77), mean over all note words of the split, no transposition at test, whole
pieces from their first step, natural logarithm. At each step the voices are said in the order S B T A, each told those
before it; the joint does not depend on the order. Beside it: the same with the mean of the probabilities that the net
gives in five keys. Weights are chosen on valid; test is read with --test, once all is chosen. Training data: the 229
chorales in all keys that fit, nothing else.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from grid_fit import add_options, fit, way_of
from grid_measure import Task, check_causal, nats_of
from grid_net import GridNet, Line
from grid_past import Columns, before, held_for, longest_match, recent
from numpy.typing import NDArray

LOW, HIGH = 30, 88
PITCHES = HIGH - LOW
VOCABULARY = 1 + PITCHES  # word 0: silence
SAID = (0, 3, 2, 1)  # soprano, bass, tenor, alto
LONGEST_HOLD = 40
LONGEST = 640  # steps of the longest chorale: all of the past is told
SAME_PAST = 6  # steps that must agree before what followed is worth a hint
READ_IN = (0, 1, -1, 2, -2)  # semitones; the same for every piece, so its range is not told
LAGS = (1, 2, 3, 4, 8, 12, 16, 32, 64)


def line_of(piece: NDArray[np.int64], shift: int) -> Line:
    """A chorale [steps, 4] of MIDI pitches (-1: silence), `shift` semitones up."""
    words = np.where(piece < 0, 0, piece + shift - LOW + 1)
    held, last = held_for(words), before(words, 1)
    sounding = np.where(last > 0, np.arange(len(words))[:, None], 0)
    # The last pitch a voice sang, through silences; a middle one before it has sung.
    sung = np.take_along_axis(last, np.maximum.accumulate(sounding, axis=0), axis=0)
    sung = np.where(sung > 0, sung, PITCHES // 2)
    match = longest_match(words)
    steps, bags = step_columns(last, held, match[1]), word_columns(words, last, held, sung)
    count = len(words)
    return Line(
        steps=steps.table(), words=words[:, SAID].reshape(-1), step_of=np.repeat(np.arange(count), 4),
        bags=bags.table().reshape(count * 4, -1),
        base=sung[:, SAID].reshape(-1), floor=np.zeros(count * 4, np.int64), hints=hints_of(words, match), rows=(steps.size, bags.size),
    )  # fmt: skip


def step_columns(last: NDArray[np.int64], held: NDArray[np.int64], matched: NDArray[np.int64]) -> Columns:
    """What a step is told besides attention: the chord before it, how it moved and stood, the time, and for how long the
    past is that of an earlier step."""
    columns, time = Columns(), np.arange(len(last))
    further = np.take_along_axis(
        np.vstack([np.zeros((1, 4), np.int64), last]), np.maximum(time[:, None] - held + 1, 0), axis=0
    )
    for voice in range(4):
        columns.add(last[:, voice], 0, PITCHES)
        columns.add(held[:, voice], 0, LONGEST_HOLD)
        columns.add(last[:, voice] - further[:, voice], -16, 16, where=(last[:, voice] > 0) & (further[:, voice] > 0))
        for other in range(voice):
            known = (last[:, voice] > 0) & (last[:, other] > 0)
            columns.add(last[:, other] - last[:, voice], -12, 40, where=known)
    columns.add(time % 16, 0, 15)
    columns.add(time % 12, 0, 11)
    columns.add(matched // 4, 0, 24)
    return columns


def word_columns(
    words: NDArray[np.int64], last: NDArray[np.int64], held: NDArray[np.int64], sung: NDArray[np.int64]
) -> Columns:
    """What a word is told besides its step: whose turn it is, what that voice did, and what the step has said so far.

    Columns have the shape [steps, 4], the voices in the order in which they are said.
    """
    columns, time = Columns(), np.arange(len(words))[:, None]
    turn = np.arange(4)[None, :] + 0 * time
    order = list(SAID)
    words, last, held, sung = words[:, order], last[:, order], held[:, order], sung[:, order]
    columns.add(turn * 16 + time % 16, 0, 63)
    columns.add(turn * PITCHES + sung - 1, 0, 4 * PITCHES - 1)
    columns.add(turn * (LONGEST_HOLD + 1) + np.minimum(held, LONGEST_HOLD), 0, 4 * (LONGEST_HOLD + 1) - 1)
    stayed = words == last
    so_far = np.cumsum(stayed * (1 << np.arange(4)), axis=1) - stayed * (1 << np.arange(4))
    columns.add((turn * 16 + so_far) * 4 + time % 4, 0, 255)
    for other in range(3):  # the voice said as number `other` of the step
        told = words[:, other : other + 1] + 0 * turn
        known = (turn > other) & (told > 0)
        columns.add(turn * (PITCHES + 1) + told, 0, 4 * (PITCHES + 1) - 1, where=turn > other)
        columns.add(turn * 96 + np.clip(told - sung, -48, 47) + 48, 0, 4 * 96 - 1, where=known)
        moved = np.clip(told - last[:, other : other + 1], -12, 12) + 12
        columns.add(turn * 25 + moved, 0, 99, where=known & (last[:, other : other + 1] > 0))
        for third in range(other):
            apart = np.clip(told - words[:, third : third + 1], -30, 30) + 30
            columns.add(turn * 61 + apart, 0, 4 * 61 - 1, where=known & (words[:, third : third + 1] > 0))
    return columns


def hints_of(words: NDArray[np.int64], match: tuple[NDArray[np.int64], NDArray[np.int64]]) -> NDArray[np.uint8]:
    """How much each pitch is suggested by the past: sung by the same voice some steps ago, or often of late, or the last
    time that the past was the same; its pitch class heard in the last chords or said in this step already.
    [steps x 4, kinds, vocabulary], 0..255."""
    count = len(words)
    own = np.zeros((count, 4, VOCABULARY), np.float32)
    np.put_along_axis(own, words[:, SAID, None], 1.0, axis=2)
    classes = np.arange(PITCHES) % 12
    chord = np.zeros((count, 4, 12), np.float32)  # pitch classes of each voice
    for pitch_class in range(12):
        chord[:, :, pitch_class] = own[:, :, 1:][:, :, classes == pitch_class].sum(-1)
    kinds = [before(own, lag) for lag in LAGS]
    kinds += [np.sqrt(recent(own, 64)), own[match[0]] * (match[1] >= SAME_PAST)[:, None, None]]
    heard = chord.sum(1) / 4
    for span in (4, 16, 64, 1024):
        kinds.append(as_pitches(np.broadcast_to(np.sqrt(recent(heard, span))[:, None], (count, 4, 12))))
    kinds.append(as_pitches(np.broadcast_to(np.minimum(before(heard, 1) * 4, 1)[:, None], (count, 4, 12))))
    kinds.append(as_pitches(np.minimum(np.cumsum(chord, axis=1) - chord, 1)))
    return np.round(np.stack(kinds, axis=2) * 255).astype(np.uint8).reshape(count * 4, len(kinds), VOCABULARY)


def as_pitches(classes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pitch classes [..., 12] spread over all words; silence gets nothing."""
    spread = classes[..., np.arange(PITCHES) % 12]
    return np.concatenate([np.zeros((*classes.shape[:-1], 1), np.float32), spread], axis=-1)


def look_for_leaks(nets: Sequence[GridNet], piece: NDArray[np.int64]) -> None:
    """Change a note of each voice somewhere: nothing foretold before it, or instead of it, may change."""
    line = line_of(piece, 0)
    for voice, step in enumerate(np.linspace(0, len(piece) - 2, 4).astype(int)):
        changed = piece.copy()
        changed[step, voice] += 1
        check_causal(nets, line, line_of(changed, 0), LONGEST)


def measure(nets: Sequence[GridNet], pieces: Sequence[NDArray[np.int64]]) -> dict[str, float]:
    """Mean nats a note word: by the nets together, by each alone, on the beat, and as the mean of several keys."""
    read = {
        shift: [[nats_of([net], line_of(piece, shift), LONGEST) for piece in pieces] for net in nets]
        for shift in READ_IN
    }
    by_net = np.array([np.concatenate(lines) for lines in read[0]])
    together = mixed(by_net)
    on_beat = np.concatenate([np.arange(piece.size) // 4 % 4 == 0 for piece in pieces])
    several = mixed(np.array([np.concatenate(lines) for by_key in read.values() for lines in by_key]))
    alone = {f"net_{number}": float(nats.mean()) for number, nats in enumerate(by_net)}
    return {
        "words": float(together.size), "nats": float(together.mean()), "nats_on_beat": float(together[on_beat].mean()), **alone,
        "nats_in_several_keys": float(several.mean()), "nats_in_several_keys_on_beat": float(several[on_beat].mean()),
    }  # fmt: skip


def mixed(nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nats by the mean of several models' probabilities: [models, words] to [words]."""
    return -np.log(np.exp(-nats).mean(0))


def main() -> None:
    """Train, then print and keep the numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    add_options(
        parser, minutes=11.0, width=192, head_width=192, rows=6, dropout=0.3, feature_dropout=0.15, weight_decay=0.3
    )
    parser.add_argument("--test", action="store_true", help="read the test split too, once all is chosen")
    given = parser.parse_args()
    sets = {
        split: [np.array(p, np.int64) for p in pieces] for split, pieces in json.loads(given.data.read_text()).items()
    }

    @lru_cache(maxsize=3000)
    def training_line(number: int, shift: int) -> Line:
        return line_of(sets["train"][number], shift)

    def draw(rng: np.random.Generator) -> Line:
        number = int(rng.integers(len(sets["train"])))
        sounding = sets["train"][number][sets["train"][number] >= 0]
        down, up = max(-6, 36 - int(sounding.min())), min(6, 84 - int(sounding.max()))
        return training_line(number, int(rng.integers(down, up + 1)))

    task = Task(
        vocabulary=VOCABULARY, draw=draw, looked_at=[line_of(piece, 0) for piece in sets["valid"]],
        words_a_step=4, per_step=False, context=LONGEST,
    )  # fmt: skip
    nets, facts = fit(task, way_of(given), given.seeds, given.work)
    look_for_leaks(nets, sets["valid"][0])
    found: dict[str, float] = dict(facts)
    for split in ("valid", "test") if given.test else ("valid",):
        found |= {f"{split}_{name}": value for name, value in measure(nets, sets[split]).items()}
    print(json.dumps(found, indent=1))
    if given.out:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
