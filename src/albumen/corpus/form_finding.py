"""The form of a song: which bars return, and where one section ends and the next begins.

Bars are compared by what is struck in them (pitch class x eighth note, and rhythm), also transposed. A song is then cut where
that makes it cheapest to tell: a section is either new, or repeats earlier bars; lengths of 4, 8 and 16 bars cost least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from albumen.corpus.sounding import Sounding, sounding
from albumen.score.score import Score
from albumen.score.section import Section
from albumen.score.time_map import Bar

Matrix = NDArray[np.float32]

_CELLS = 16  # eighth notes of the longest bar
_MOST_BARS = 1600
_LENGTHS = {8: 0.0, 16: 0.5, 4: 0.7, 12: 0.9, 6: 1.1, 10: 1.3, 14: 1.7, 9: 1.2, 7: 1.6, 5: 1.5, 3: 2.6, 2: 2.6, 11: 1.9, 13: 2.1,
            15: 2.1, 17: 1.6, 18: 2.0, 20: 2.2, 24: 2.9, 1: 3.6}  # fmt: skip
_NEW_BAR = 0.62  # what a bar costs that is told anew; a repeated one costs its unlikeness
_SCRAP = 4
_JOINED = 16  # bars: what returns only together up to this length is one section
_TRANSPOSED_LENGTHS = (4, 8, 12, 16)
_BEGIN_NEW, _BEGIN_REPEAT = 2.0, 1.2
_TRANSPOSED = 0.25  # per bar, for a repeat on other steps
_SAME = 0.58  # likeness from which two sections of about one length share a label


def with_sections(score: Score, notes: Sounding | None = None) -> Score:
    """The score with its sections: labels A, B, C ... in order of appearance, every bar covered once."""
    bars = score.bars()
    drums = not any(len(part.notes) and not part.is_drum for part in score.parts)
    table = drum_table(score) if drums else (notes if notes is not None else sounding(score))
    return score.replace(sections=find_sections(table, bars, score.resolution))


def drum_table(score: Score) -> Sounding:
    """The notes of drums as if they were pitched, for songs that hold nothing else."""
    pitched = score.replace(parts=tuple(part.replace(is_drum=False) for part in score.parts))
    return sounding(pitched)


def find_sections(notes: Sounding, bars: tuple[Bar, ...], resolution: int) -> tuple[Section, ...]:
    """Sections that cover `bars`; a single one where the song is short, silent or endlessly long."""
    count = len(bars)
    if count < 6 or count > _MOST_BARS or not notes.onset.size:
        return (Section(label="A", start_bar=0, bars=count),)
    chroma = bar_pictures(notes, bars, resolution)
    alike = likeness(chroma)
    edges = _mirrored(*_cut(alike))
    return joined_pairs(_labelled(alike, edges))


def bar_pictures(notes: Sounding, bars: tuple[Bar, ...], resolution: int) -> Matrix:
    """What each bar strikes: bars x (16 eighths x 12 pitch classes), square roots of counts."""
    starts = np.array([bar.start for bar in bars])
    bar = np.searchsorted(starts, notes.onset, side="right") - 1
    cell = np.minimum((notes.onset - starts[bar]) * 2 // resolution, _CELLS - 1)
    flat = (bar * _CELLS + cell) * 12 + notes.pitch % 12
    counts = np.bincount(flat, minlength=len(bars) * _CELLS * 12).astype(np.float32)
    return np.sqrt(counts).reshape(len(bars), _CELLS * 12)


def likeness(pictures: Matrix) -> Matrix:
    """Likeness of every bar with every other, 12 times: with the second bar lowered by 0..11 semitones. 0 none .. 1 same."""
    count = pictures.shape[0]
    sizes = np.linalg.norm(pictures, axis=1)
    empty = sizes < 1e-6
    unit = pictures / np.maximum(sizes, 1e-6)[:, None]
    wheel = unit.reshape(count, _CELLS, 12)
    alike = np.empty((12, count, count), dtype=np.float32)
    # Two tuttis share most pitch classes whatever they play, so likeness begins at one half.
    for shift in range(12):
        turned = np.roll(wheel, -shift, axis=2).reshape(count, -1)
        alike[shift] = np.clip((unit @ turned.T - 0.4) / 0.6, 0.0, 1.0)
    # A silent bar is like a silent bar, and like no other.
    alike[:, empty, :] = 0.0
    alike[:, :, empty] = 0.0
    alike[np.ix_(range(12), empty, empty)] = 1.0
    return alike


class Repeat(NamedTuple):
    """Bars `start` .. `start + length - 1` that are told as a repeat of those from `origin` on."""

    start: int
    origin: int
    length: int


def _cut(alike: Matrix) -> tuple[list[int], list[Repeat]]:
    """The cheapest cutting: the section edges, and which sections repeat which earlier bars."""
    count = alike.shape[1]
    repeat, source = _repeat_costs(alike)
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    choice = [(0, -1)] * (count + 1)
    for start in range(count):
        for length, price in _LENGTHS.items():
            if start + length > count:
                continue
            new = _BEGIN_NEW + price + _NEW_BAR * length
            again = _BEGIN_REPEAT + price + float(repeat[length][start])
            total = best[start] + min(new, again)
            if total < best[start + length]:
                best[start + length] = total
                choice[start + length] = (length, int(source[length][start]) if again < new else -1)
    edges, repeats, end = [count], [], count
    while end > 0:
        length, origin = choice[end]
        if origin >= 0:
            repeats.append(Repeat(end - length, origin, length))
        end -= length
        edges.append(end)
    return sorted(edges), repeats


def _repeat_costs(alike: Matrix) -> tuple[dict[int, Matrix], dict[int, NDArray[np.int64]]]:
    """For every length and start: the least cost of repeating earlier bars, and where those begin."""
    count = alike.shape[1]
    costs = {length: np.full(count, np.inf, dtype=np.float32) for length in _LENGTHS}
    sources = {length: np.full(count, -1, dtype=np.int64) for length in _LENGTHS}
    later, earlier = np.arange(count)[:, None], np.arange(count)[None, :]
    lag_source = later - earlier - 1  # column = lag - 1
    valid = lag_source >= 0
    for shift in range(12):
        unlike = 1.0 - np.where(valid, np.take_along_axis(alike[shift], np.maximum(lag_source, 0), axis=1), 0.0)
        run = np.concatenate([np.zeros((1, count), dtype=np.float32), np.cumsum(unlike, axis=0, dtype=np.float32)])
        if shift and not _has_run(run):
            continue
        for length in _TRANSPOSED_LENGTHS if shift else _LENGTHS:
            if length >= count:
                continue
            # Lags shorter than the section would let it repeat itself.
            total = run[length:, length - 1 :] - run[:-length, length - 1 :]
            lag = np.argmin(total, axis=1)
            cost = total[np.arange(total.shape[0]), lag] + (_TRANSPOSED * length if shift else 0.0)
            better = cost < costs[length][: cost.size]
            costs[length][: cost.size][better] = cost[better]
            origin = np.arange(cost.size) - (lag + length)
            sources[length][: cost.size][better] = origin[better]
    return costs, sources


def _has_run(run: Matrix) -> bool:
    """Whether any four bars in a row are much like four earlier ones, by running sums of unlikeness."""
    return bool(run.shape[0] > 4 and ((run[4:] - run[:-4]) < 4 * (1 - _SAME)).any())


def _mirrored(edges: list[int], repeats: list[Repeat]) -> list[int]:
    """Edges, with a cut in every repeat where its model is cut and the other way round, so that like bars are cut alike.

    A cut that would leave a scrap of under four bars is not made.
    """
    result = list(edges)
    waiting = [bar for repeat in repeats for bar in (repeat.origin, repeat.origin + repeat.length)] + result
    while waiting:
        edge = waiting.pop()
        if edge not in result:
            if any(abs(edge - other) < _SCRAP for other in result):
                continue
            result.append(edge)
        for start, origin, length in repeats:
            for here, there in ((start, origin), (origin, start)):
                if here < edge < here + length and edge - here + there not in result:
                    waiting.append(edge - here + there)
    return sorted(result)


def _labelled(alike: Matrix, edges: list[int]) -> tuple[Section, ...]:
    sections: list[Section] = []
    for start, end in zip(edges, edges[1:], strict=False):
        label = ""
        best = _SAME
        for other in sections:
            worth = _section_likeness(alike, other.start_bar, other.end_bar, start, end)
            if worth > best:
                best, label = worth, other.label
        if not label:
            label = letters(len({section.label for section in sections}))
        sections.append(Section(label=label, start_bar=start, bars=end - start))
    return tuple(sections)


def joined_pairs(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Sections of which two short ones that return only together are one, lettered anew in order of appearance."""
    rows = [(section.label, section.start_bar, section.bars) for section in sections]
    pair = _inseparable(rows)
    while pair:
        merged: list[tuple[str, int, int]] = []
        for label, start, bars in rows:
            if merged and (merged[-1][0], label) == pair:
                merged[-1] = (pair[0], merged[-1][1], merged[-1][2] + bars)
            else:
                merged.append((label, start, bars))
        rows = merged
        pair = _inseparable(rows)
    names = {label: letters(number) for number, label in enumerate(dict.fromkeys(label for label, _, _ in rows))}
    return tuple(Section(label=names[label], start_bar=start, bars=bars) for label, start, bars in rows)


def _inseparable(rows: Sequence[tuple[str, int, int]]) -> tuple[str, str] | None:
    """The first two different labels that occur more than once, always one after the other, and are short together."""
    count = Counter(label for label, _, _ in rows)
    follows = Counter((one[0], two[0]) for one, two in pairwise(rows))
    longest = {label: max(bars for other, _, bars in rows if other == label) for label in count}
    for (one, two), times in follows.items():
        together = one != two and times == count[one] == count[two] >= 2
        if together and longest[one] + longest[two] <= _JOINED and min(longest[one], longest[two]) < 8:
            return one, two
    return None


def _section_likeness(alike: Matrix, start: int, end: int, other_start: int, other_end: int) -> float:
    """Mean likeness bar by bar under the best transposition; 0 where the lengths differ by more than a quarter."""
    one, two = end - start, other_end - other_start
    shared = min(one, two)
    if abs(one - two) * 4 > max(one, two):
        return 0.0
    # An upbeat bar makes the first of two like sections longer: they may agree at their ends instead of their beginnings.
    return max(
        _run_likeness(alike, start, other_start, shared),
        _run_likeness(alike, end - shared, other_end - shared, shared),
    )


def _run_likeness(alike: Matrix, start: int, other: int, bars: int) -> float:
    means = alike[:, np.arange(start, start + bars), np.arange(other, other + bars)].mean(axis=1)
    return float(max(means[0], means[1:].max() - 0.12))


def letters(number: int) -> str:
    """A, B ... Z, AA, AB ... for 0, 1 ..."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
