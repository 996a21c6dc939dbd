"""Voice leading: which notes of a chord, how spread, so that each voice moves little from the chord before."""

from __future__ import annotations

from albumen.score.chord import Chord

_THIRDS = frozenset((3, 4))


def voicing(
    chord: Chord, voices: int, low: int, high: int, before: tuple[int, ...] = (), ceiling: int | None = None
) -> tuple[int, ...]:
    """Up to `voices` pitches of `chord` inside `low`..`high`, rising; near `before`, and under `ceiling` where there is room."""
    options = list(_options(chord, voices, low, high)) or list(_options(chord, 1, low, high))
    if not options:
        return ()
    middle = (low + high) / 2
    return min(options, key=lambda option: _cost(option, chord, before, middle, ceiling))


def _options(chord: Chord, voices: int, low: int, high: int) -> list[tuple[int, ...]]:
    """Close positions, and open ones with the second voice from above dropped an octave."""
    classes = _kept(chord, voices)
    options = []
    for bottom in range(low, high + 1):
        if bottom % 12 not in classes:
            continue
        close = [bottom]
        while len(close) < min(voices, max(len(classes), min(voices, 4))):
            pitch = close[-1] + 1
            while pitch % 12 not in classes:
                pitch += 1
            close.append(pitch)
        if close[-1] <= high:
            options.append(tuple(close))
        if len(close) >= 3:
            opened = tuple(sorted([*close[:-2], close[-1], close[-2] - 12]))
            if opened[0] >= low and opened[-1] <= high:
                options.append(opened)
    return options


def _kept(chord: Chord, voices: int) -> frozenset[int]:
    """The pitch classes to sound: with few voices a four-note chord leaves out its fifth."""
    classes = chord.pitch_classes
    if voices < len(classes) and len(classes) == 4:
        return frozenset(tone for i, tone in enumerate(classes) if i != 2)
    return frozenset(classes)


def _cost(option: tuple[int, ...], chord: Chord, before: tuple[int, ...], middle: float, ceiling: int | None) -> float:
    cost = 0.15 * abs(sum(option) / len(option) - middle)
    if before:
        cost += sum(min(abs(pitch - other) for other in before) for pitch in option) / len(option)
        cost += 0.6 * abs(option[-1] - before[-1])  # the top voice is heard: let it step
        cost += 0.25 * abs(option[0] - before[0])
    has_third = any((pitch - chord.root) % 12 in _THIRDS for pitch in option)
    cost += 0.0 if has_third or chord.quality in ("5", "sus4") else 3.0
    cost += 1.5 * (len({pitch % 12 for pitch in option}) < min(3, len(option)))
    if ceiling is not None and option[-1] >= ceiling:
        cost += 1.0 + 0.3 * (option[-1] - ceiling)
    if len(option) > 1 and option[1] - option[0] < 3 and option[0] < 48:
        cost += 3.0  # seconds in the bass are mud
    return cost


def nearest(pitch_class: int, goal: float, low: int, high: int) -> int:
    """The pitch of a class nearest to `goal` inside `low`..`high`; `goal` cut to the range where the class is not in it."""
    options = [pitch for pitch in range(low, high + 1) if pitch % 12 == pitch_class]
    if not options:
        return max(low, min(high, round(goal)))
    return min(options, key=lambda pitch: (abs(pitch - goal), pitch))
