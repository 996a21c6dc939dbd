"""Electronic voices in other processes: the same sound, ended when they hang, stopped when asked, failures told."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from albumen.sound.faust_voice import render_voice
from albumen.sound.layer import Layer
from albumen.sound.performance import SUSTAIN, Performance, PlayedControl, performance_of
from albumen.sound.player_process import played_blocks
from albumen.work.errors import Broken, Cancelled

RATE = 44_100
SINE = """freq = hslider("freq", 100, 20, 9000, 0.01); gain = hslider("gain", 0.5, 0, 1, 0.01); gate = button("gate");
import("stdfaust.lib"); process = os.osc(freq) * gain * en.adsr(0.01, 0.1, 0.8, 0.05, gate) <: _, _; effect = _, _;"""


def played() -> Performance:
    start = np.array([0.1, 1.2, 21.0])
    pitch, velocity = np.array([60, 64, 67], dtype=np.int32), np.array([90, 60, 100], dtype=np.int32)
    pedal = (PlayedControl(0.1, SUSTAIN, 127), PlayedControl(2.0, SUSTAIN, 0))
    return performance_of(start, start + 0.5, pitch, velocity, pedal, 23.0)


def test_another_process_plays_the_same() -> None:
    asked = {"sample_rate": RATE, "gain": 0.5}
    here = np.concatenate(list(render_voice(played(), SINE, **asked)))
    there = np.concatenate(list(played_blocks(played(), Layer(voice=SINE), **asked)))
    np.testing.assert_array_equal(here, there)
    assert np.abs(there[round(1.8 * RATE) : round(1.9 * RATE)]).max() > 0.05  # the pedal was heard


def test_what_does_not_compile_is_told() -> None:
    with pytest.raises(Broken, match="does not compile"):
        list(played_blocks(played(), Layer(voice="process = nonsense("), sample_rate=RATE))


def test_a_voice_that_hangs_is_ended_and_one_that_dies_is_noticed() -> None:
    hangs = (sys.executable, "-c", "import sys, time; sys.stdin.buffer.read(); time.sleep(60)")
    began = time.monotonic()
    with pytest.raises(Broken, match="said nothing for 1 s"):
        list(played_blocks(played(), Layer(voice=SINE), sample_rate=RATE, command=hangs, patience_seconds=1.0))
    assert time.monotonic() - began < 10
    dies = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
    with pytest.raises(Broken, match="ended too early"):
        list(played_blocks(played(), Layer(voice=SINE), sample_rate=RATE, command=dies))


def test_waiting_for_a_voice_can_be_stopped() -> None:
    hangs = (sys.executable, "-c", "import sys, time; sys.stdin.buffer.read(); time.sleep(60)")
    asked: list[float] = []

    def check() -> None:
        asked.append(time.monotonic())
        if len(asked) > 3:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        list(played_blocks(played(), Layer(voice=SINE), sample_rate=RATE, check=check, command=hangs))
    assert asked[-1] - asked[0] < 5
