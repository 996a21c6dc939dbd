"""Counter-melodies: a second voice that fits the first. It runs in thirds, sings slow guide tones, or answers in the pauses."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from albumen.compose.grid import Beat
from albumen.compose.rules.fit import into_range
from albumen.compose.rules.line import Slot, best_line, metrical_weight
from albumen.compose.rules.rhythms import swung
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.score.notes import Note, Notes
from albumen.score.score import STEPS_PER_QUARTER
from albumen.score.writing import Limits
from albumen.work.seed import Seed

_IMITATIVE = frozenset(("baroque", "quartet", "chorale", "renaissance", "sacred"))
_SHORTEST_ECHO = 12  # steps of rest in the tune that invite an answer


class _Spot(NamedTuple):
    facts: BarFacts
    step: int
    length: int


def write_counter(
    setting: Setting,
    run: list[BarFacts],
    tune: Notes,
    low: int,
    high: int,
    voices: int,
    seed: Seed,
    before: tuple[int, ...] = (),
    temperature: float = 1.0,
) -> list[Note]:
    """A second voice for a run of bars of one section, against the notes of the tune."""
    rng = seed.child("counter", run[0].label).rng()
    manner = _manner(setting, run[0].energy, tune, low, high, float(rng.random()))
    makers = {"thirds": _with_the_tune, "slow": _slow, "answer": _in_the_pauses, "imitate": _a_bar_behind}
    spots = makers[manner](setting, run, tune)
    if not spots:
        spots = _slow(setting, run, tune)
    slots = [_slot(setting, spot, tune, manner, low, high) for spot in spots]
    pitches = best_line(slots, low, high, setting.style.manner, seed.child("pitch").rng(), before, temperature)
    notes = []
    for spot, pitch in zip(spots, pitches, strict=True):
        start, stop = setting.tick(spot.facts.bar, spot.step), setting.tick(spot.facts.bar, spot.step + spot.length)
        notes.append(Note(start, max(1, stop - start), pitch, 68 if manner == "slow" else 74))
    return notes


def _manner(setting: Setting, energy: float, tune: Notes, low: int, high: int, draw: float) -> str:
    """How the voice behaves: learned styles imitate; a voice far above the tune answers; one below sings slowly or runs along."""
    if not len(tune):
        return "slow"
    if setting.style.genre in _IMITATIVE:
        return "imitate" if draw < 0.7 else "thirds"
    above = (low + high) / 2 > float(tune.pitch.mean()) + 4
    if above:
        return "answer"
    if energy > 0.68:
        return "thirds" if draw < 0.6 else "answer"
    return "slow" if draw < 0.6 else "answer" if draw < 0.85 else "thirds"


def _with_the_tune(setting: Setting, run: list[BarFacts], tune: Notes) -> list[_Spot]:
    """The rhythm of the tune without its shortest notes."""
    spots = []
    for facts in run:
        cell = tune.between(facts.bar.start, facts.bar.end)
        steps = sorted({setting.step_of(facts.bar, int(tick)) for tick in cell.onset})
        steps = [step for step in steps if step < facts.steps] or [0]
        kept = [step for step in steps if step % 6 == 0 or step % 12 == 8] or steps
        for step, after in zip(kept, [*kept[1:], facts.steps], strict=True):
            if after > step:
                spots.append(_Spot(facts, step, min(after - step, 24)))
    return spots


def _a_bar_behind(setting: Setting, run: list[BarFacts], tune: Notes) -> list[_Spot]:
    """The rhythm of the tune one bar late; the voice enters with one held note."""
    spots = [_Spot(run[0], 0, run[0].steps)]
    for before, facts in zip(run, run[1:], strict=False):
        cell = tune.between(before.bar.start, before.bar.end)
        steps = sorted({setting.step_of(before.bar, int(tick)) for tick in cell.onset})
        steps = [step for step in steps if step < facts.steps] or [0]
        for step, after in zip(steps, [*steps[1:], facts.steps], strict=True):
            spots.append(_Spot(facts, step, min(after - step, 24)))
    return spots


def _slow(setting: Setting, run: list[BarFacts], tune: Notes) -> list[_Spot]:
    """One or two notes a bar, placed where the harmony moves; every fourth bar breathes out in one note."""
    spots = []
    for facts in run:
        beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
        changes = [setting.step_of(facts.bar, tick) for tick in setting.chord_changes(facts.bar.start, facts.bar.end)]
        beats = max(1, facts.steps // max(1, beat))
        half = beat * ((beats + 1) // 2)
        cuts = sorted({0, *changes} | ({half} if facts.place % 4 != 3 and beats > 1 else set()))
        for start, stop in zip(cuts, [*cuts[1:], facts.steps], strict=True):
            if stop > start:
                spots.append(_Spot(facts, start, stop - start))
    return spots


def _in_the_pauses(setting: Setting, run: list[BarFacts], tune: Notes) -> list[_Spot]:
    """Eighths and a longer note wherever the tune holds or rests; one held note in bars without a pause every second bar."""
    spots = []
    for facts in run:
        beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
        onsets = {setting.step_of(facts.bar, int(tick)) for tick in tune.between(facts.bar.start, facts.bar.end).onset}
        edges = sorted(onsets | {0, facts.steps})
        gaps = [(b - a, a, b) for a, b in zip(edges, edges[1:], strict=False)]
        width, start, stop = max(gaps)
        if width >= 2 * _SHORTEST_ECHO:
            first = start + (beat if start in onsets else 0)
            lengths = [6] * ((stop - first) // 6)
            beats = tuple(Beat(first + 6 * i, 6, False) for i in range(len(lengths)))
            beats = swung(beats) if setting.swing else beats
            spots += [_Spot(facts, b.step, b.length) for b in beats if b.step < facts.steps]
        elif facts.place % 2 == 0:
            spots.append(_Spot(facts, 0, facts.steps))
    return spots


def _slot(setting: Setting, spot: _Spot, tune: Notes, manner: str, low: int, high: int) -> Slot:
    tick = setting.tick(spot.facts.bar, spot.step)
    beat = spot.facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
    sounding = _sounding(tune, tick)
    scale = setting.scale_at(tick)
    middle = (low + high) / 2
    target = None
    if manner == "thirds" and sounding is not None:
        target = _steps_below(sounding, 2, scale)
        while target > high:
            target -= 12
        target = target + 12 if target < low else target
        target = target if low <= target <= high else None
    if manner == "imitate" and spot.facts.place:
        bar = setting.bars[spot.facts.bar.index - 1].bar
        led = _sounding(tune, setting.tick(bar, spot.step))
        target = None if led is None else into_range(led - 7, Limits(low, high, 1))
    return Slot(
        weight=metrical_weight(spot.step, max(1, beat), max(1, spot.facts.steps)),
        length=spot.length,
        chord=frozenset(setting.chord_at(tick).pitch_classes),
        scale=scale,
        height=middle,
        target=target,
        target_weight=0.9 if manner == "thirds" else 0.45,
        against=sounding,
    )


def _sounding(tune: Notes, tick: int) -> int | None:
    """The pitch of the tune at a tick; None in its rests."""
    index = bisect_right(tune.onset.tolist(), tick) - 1
    if index < 0 or int(tune.end[index]) <= tick:
        return None
    return int(tune.pitch[index])


def _steps_below(pitch: int, steps: int, scale: frozenset[int]) -> int:
    for _ in range(steps):
        pitch -= 1
        while pitch % 12 not in scale:
            pitch -= 1
    return pitch
