"""The public likelihood benches: what they tell a net about the past is right, and no net sees what it foretells."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from albumen.work.errors import Broken

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture
def grids(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    names = ("jsb", "frames", "grid_fit", "grid_measure", "grid_net", "grid_past")
    return SimpleNamespace(**{name: importlib.import_module(name) for name in names})


@pytest.fixture
def chorale():
    """Four wandering voices, with repeats and a silence."""
    steps = np.random.default_rng(3).integers(-2, 3, (40, 4)).cumsum(0).repeat(2, axis=0)
    piece = np.clip(steps + [70, 65, 58, 48], 36, 81)
    piece[30:33, 2] = -1
    return np.concatenate([piece[:40], piece[:40]])


@pytest.fixture
def roll():
    """A piano-roll whose chords come back."""
    frames = np.random.default_rng(4).random((30, 88)) < 0.04
    frames[9] = False
    return np.concatenate([frames, frames])


def untrained(grids, line, vocabulary):
    way = SimpleNamespace(layers=2, width=64, head_layers=1, head_width=64, dropout=0.0)
    task = SimpleNamespace(looked_at=[line], vocabulary=vocabulary)
    net = grids.grid_fit.new_net(task, way, 0).eval()
    for weight in (net.saying.scores, net.saying.start, *(layer.looking.nearness for layer in net.layers)):
        torch.nn.init.normal_(weight, std=0.05)
    return net


def test_a_chorale_is_said_voice_by_voice(grids, chorale):
    line = grids.jsb.line_of(chorale, 0)
    said = line.words.reshape(-1, 4)
    back = np.zeros_like(chorale)
    back[:, list(grids.jsb.SAID)] = np.where(said > 0, said - 1 + grids.jsb.LOW, -1)
    assert (back == chorale).all()
    assert line.steps.max() < line.rows[0]
    assert line.bags.max() < line.rows[1]


def test_frames_are_said_from_low_to_high(grids, roll):
    line = grids.frames.line_of(roll, 0)
    back = np.zeros_like(roll)
    sounding = line.words > 0
    back[line.step_of[sounding], line.words[sounding] - 1] = True
    assert (back == roll).all()
    assert (line.words[sounding] > line.floor[sounding]).all()
    assert (line.words == 0).sum() == len(roll)


def test_no_net_sees_the_note_it_foretells(grids, chorale, roll):
    net = untrained(grids, grids.jsb.line_of(chorale, 0), grids.jsb.VOCABULARY)
    grids.jsb.look_for_leaks([net], chorale)
    net = untrained(grids, grids.frames.line_of(roll, 0), grids.frames.VOCABULARY)
    grids.frames.look_for_leaks([net, net], roll, 24)


def test_a_leak_is_found(grids, chorale):
    net = untrained(grids, grids.jsb.line_of(chorale, 0), grids.jsb.VOCABULARY)
    changed = chorale.copy()
    changed[20, 1] += 1
    leaking = []
    for piece in (chorale, changed):
        line = grids.jsb.line_of(piece, 0)
        hints = line.hints.copy()
        hints[:, 0] = 255 * np.eye(grids.jsb.VOCABULARY, dtype=np.uint8)[line.words]
        leaking.append(line._replace(hints=hints))
    with pytest.raises(Broken, match="sees what it foretells"):
        grids.grid_measure.check_causal([net], *leaking, 640)


def test_pieces_in_one_row_do_not_hear_each_other(grids, chorale):
    line = grids.jsb.line_of(chorale, 0)
    net = untrained(grids, line, grids.jsb.VOCABULARY)
    count = len(line.words)
    twice = [np.concatenate([line.step_of, line.step_of + len(chorale)])]
    twice += [np.concatenate([part, part]) for part in (line.bags.astype(np.int32), line.base, line.floor, line.hints)]
    steps = torch.from_numpy(np.concatenate([line.steps, line.steps])[None].astype(np.int32))
    piece = torch.arange(2).repeat_interleave(len(chorale))[None]
    with torch.no_grad():
        found = net((steps, *map(torch.from_numpy, twice)), piece)
    assert torch.allclose(found[:count], found[count:], atol=1e-4)


def test_the_longest_match_is_the_longest(grids):
    rows = np.random.default_rng(0).integers(0, 2, (60, 1))
    places, lengths = grids.grid_past.longest_match(rows)
    words = rows[:, 0].tolist()
    for step in range(60):
        best = (0, 0)
        for other in range(1, step):
            size = 0
            while size < other and words[other - 1 - size] == words[step - 1 - size]:
                size += 1
            if size and size >= best[0]:
                best = (size, other)
        assert (lengths[step], places[step]) == best
