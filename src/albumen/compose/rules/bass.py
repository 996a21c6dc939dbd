"""Bass lines: the style's grid on roots and fifths, walking towards the next root.

Signs: `R` root, `8` its octave, `5` fifth above, `L` fifth below, `3` third, `6` sixth, `7` seventh,
`p` a scale note on the way to the next root, `a` the note that leads into it.
"""

from __future__ import annotations

from albumen.compose.grid import Mark
from albumen.compose.rules.figures import bar_of, chosen_grid, turning_grid
from albumen.compose.rules.line import metrical_weight
from albumen.compose.rules.living import living
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.rules.voicing import nearest
from albumen.score.notes import Note
from albumen.score.score import STEPS_PER_QUARTER

_INTERVALS = {"3": (3, 4), "5": (6, 7, 8), "7": (9, 10, 11)}


def write_bass(
    setting: Setting, run: list[BarFacts], figures: str, low: int, high: int, before: int | None = None
) -> list[Note]:
    """The bass of a run of bars of one section; `before` is the pitch it comes from."""
    grid = chosen_grid(setting, run[0], figures, "R")
    turn = turning_grid(setting, run[0], figures, "R")
    home = low + (high - low) * 0.36
    placed = [
        (facts, mark)
        for facts in run
        for mark in _marks(setting, facts, living(setting, facts, bar_of(grid, turn, facts), figures))
    ]
    roots = _roots(setting, placed, low, high, home, before)
    notes: list[Note] = []
    last = before if before is not None else round(home)
    for index, (facts, mark) in enumerate(placed):
        tick = setting.tick(facts.bar, mark.step)
        pitch = _pitch(setting, placed, roots, index, tick, last, low, high)
        stop = setting.tick(facts.bar, mark.step + mark.length)
        length = stop - tick
        if index + 1 < len(placed) and pitch == last:
            length = max(1, length - max(1, setting.score.resolution // 24))
        beat = facts.bar.meter.beat_ticks(STEPS_PER_QUARTER)
        stress = metrical_weight(mark.step, max(1, beat), max(1, facts.steps))
        notes.append(Note(tick, max(1, length), pitch, round(74 + 12 * stress)))
        last = pitch
    return notes


def _marks(setting: Setting, facts: BarFacts, bar: tuple[Mark, ...]) -> list[Mark]:
    """The grid of one bar, struck anew at the root wherever the harmony changes."""
    changes = {setting.step_of(facts.bar, tick) for tick in setting.chord_changes(facts.bar.start, facts.bar.end)}
    marks: list[Mark] = []
    for mark in bar:
        if mark.step >= facts.steps:
            continue
        stop = min(mark.step + mark.length, facts.steps)
        cuts = sorted(change for change in changes if mark.step < change < stop)
        start, sign = mark.step, "R" if mark.step in changes else mark.sign
        for cut in [*cuts, stop]:
            marks.append(Mark(start, cut - start, sign))
            start, sign = cut, "R"
    if setting.swing:
        marks = [
            mark if mark.step % 12 != 6 else mark._replace(step=mark.step + 2, length=max(1, mark.length - 2))
            for mark in marks
        ]
    return marks


def _roots(
    setting: Setting, placed: list[tuple[BarFacts, Mark]], low: int, high: int, home: float, before: int | None
) -> dict[int, int]:
    """The pitch of every `R`, each near the one before and not far from home."""
    roots: dict[int, int] = {}
    last = float(before) if before is not None else home
    for index, (facts, mark) in enumerate(placed):
        if mark.sign == "R":
            chord = setting.chord_at(setting.tick(facts.bar, mark.step))
            roots[index] = nearest(chord.root, 0.55 * last + 0.45 * home, low, high)
            last = roots[index]
    return roots


def _pitch(
    setting: Setting,
    placed: list[tuple[BarFacts, Mark]],
    roots: dict[int, int],
    index: int,
    tick: int,
    last: int,
    low: int,
    high: int,
) -> int:
    sign = placed[index][1].sign
    if index in roots:
        return roots[index]
    chord = setting.chord_at(tick)
    root = roots.get(max((i for i in roots if i < index), default=-1), nearest(chord.root, last, low, high))
    if root % 12 != chord.root:
        root = nearest(chord.root, root, low, high)
    goal_index = min((i for i in roots if i > index), default=None)
    goal = roots[goal_index] if goal_index is not None else nearest(setting.next_chord(tick)[1].root, root, low, high)
    if sign == "p":
        ahead = (goal_index if goal_index is not None else index + 1) - index
        return _passing(setting, tick, last, goal, ahead, low, high)
    if sign == "a":
        return _approach(setting, tick, last, goal, low, high)
    if sign == "8":
        return root + 12 if root + 12 <= high else root
    if sign == "6":
        return nearest((chord.root + 9) % 12, root + 9, low, high)
    if sign == "L":
        return nearest((chord.root + 7) % 12, root - 5, low, high)
    wanted = _INTERVALS.get(sign, (0,))
    tones = [tone for tone in chord.pitch_classes if (tone - chord.root) % 12 in wanted]
    return nearest(tones[0] if tones else chord.root, root + wanted[0], low, high)


def _passing(setting: Setting, tick: int, last: int, goal: int, ahead: int, low: int, high: int) -> int:
    """The next scale note on the way to `goal`, `ahead` notes off; where there is no way to go, a neighbour or a chord tone."""
    scale = setting.scale_at(tick)
    ladder = [pitch for pitch in range(low, high + 1) if pitch % 12 in scale]
    here = min(range(len(ladder)), key=lambda i: abs(ladder[i] - last))
    there = min(range(len(ladder)), key=lambda i: abs(ladder[i] - goal))
    distance = there - here
    if abs(distance) >= ahead and distance:
        move = round(distance / (ahead + 0.0)) or (1 if distance > 0 else -1)
    elif abs(distance) < ahead:
        # Too near: step away first and come back, upwards while there is room.
        move = 1 if ladder[here] < (low + high) / 2 else -1
    else:
        move = 1
    return ladder[max(0, min(len(ladder) - 1, here + max(-2, min(2, move))))]


def _approach(setting: Setting, tick: int, last: int, goal: int, low: int, high: int) -> int:
    """The note before a root: a half step in jazz and blues, else the scale step from the side the line comes from."""
    from_below = last <= goal
    if setting.style.manner.chromatic < 0.75:
        pitch = goal - 1 if from_below else goal + 1
    else:
        pitch = goal - 1 if from_below else goal + 1
        while pitch % 12 not in setting.scale_at(tick):
            pitch += -1 if from_below else 1
    if pitch == last or not low <= pitch <= high:
        pitch = nearest((goal + 7) % 12, last, low, high)
    return pitch
