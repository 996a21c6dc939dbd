"""Piano rolls: a song on one picture, all parts in their colours, with its sections and chords."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.spelling import spelled
from albumen.work.files import replacing

PAPER, INK, FAINT, LINE = "#fbf8f3", "#2a2730", "#8b8591", "#e4ded6"
# Hues far apart also for colour-blind eyes, all of one darkness, so that no part shouts.
COLOURS = (
    "#c0392f",
    "#2b6ca3",
    "#d98a1f",
    "#3c8d5a",
    "#7d4fa0",
    "#1e9aa0",
    "#a8577e",
    "#6d7a2d",
    "#4f5f8f",
    "#9a6a3f",
)
DRUM_COLOUR = "#5b5560"
SECTION_TINTS = ("#efe3d0", "#dfe7ec", "#e9dfe9", "#dfeadf", "#f1dfdb", "#e6e6d6")
ROW_BARS = (8, 12, 16, 20, 24, 32, 40, 48, 64)
MOST_ROWS = 6
WIDTH_INCHES, ROW_INCHES, HEAD_INCHES = 16.0, 2.7, 1.35
DOTS_PER_INCH = 150
_DRUM_LANES = 4  # height of the drum strip in semitones of the roll, times two
_FEWEST_SEMITONES = 19


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layout:
    """Where things stand: bar edges in ticks, the pitch range, and how many bars go on a row."""

    edges: NDArray[np.int64]
    low: int
    high: int
    row_bars: int
    has_drums: bool

    @property
    def rows(self) -> int:
        return -(-(len(self.edges) - 1) // self.row_bars)

    def across(self, ticks: ArrayLike) -> NDArray[np.float64]:
        """Ticks in bars, so that bars are equally wide whatever their meter."""
        return np.interp(np.asarray(ticks, dtype=np.float64), self.edges, np.arange(len(self.edges)))


def roll_png(score: Score, path: Path) -> None:
    """Draw the whole song as a PNG, 2400 pixels wide, in rows of bars; equal scores give equal bytes."""
    layout = _layout(score)
    height = HEAD_INCHES + ROW_INCHES * layout.rows
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DOTS_PER_INCH, facecolor=PAPER)
    FigureCanvasAgg(figure)
    colours = part_colours(score)
    _head(figure, score, colours, height)
    for row in range(layout.rows):
        bottom = 0.30 + ROW_INCHES * (layout.rows - 1 - row)
        axes = figure.add_axes((0.035, bottom / height, 0.945, (ROW_INCHES - 0.75) / height))
        _row(axes, score, layout, colours, row)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", facecolor=PAPER, metadata={"Software": None})


def part_colours(score: Score) -> dict[str, str]:
    """The colour of every part: the melody has the first one, drums are grey."""
    pitched = sorted((part for part in score.parts if not part.is_drum), key=lambda part: part.role != "melody")
    colours = {part.id: COLOURS[number % len(COLOURS)] for number, part in enumerate(pitched)}
    return {part.id: colours.get(part.id, DRUM_COLOUR) for part in score.parts}


def _layout(score: Score) -> _Layout:
    bars = score.bars()
    edges = np.array([*(bar.start for bar in bars), bars[-1].end], dtype=np.int64)
    pitches = np.concatenate([part.notes.pitch for part in score.parts if not part.is_drum] or [np.array([60])])
    if not pitches.size:
        pitches = np.array([60])
    low, high = int(pitches.min()) - 2, int(pitches.max()) + 2
    spare = max(0, _FEWEST_SEMITONES - (high - low))
    wanted = -(-len(bars) // MOST_ROWS)
    row_bars = next((count for count in ROW_BARS if count >= wanted), -(-wanted // 8) * 8)
    if len(bars) <= ROW_BARS[2]:
        row_bars = max(1, len(bars)) if len(bars) <= ROW_BARS[0] else ROW_BARS[0]
    return _Layout(
        edges=edges,
        low=low - spare // 2,
        high=high + spare - spare // 2,
        row_bars=row_bars,
        has_drums=any(part.is_drum for part in score.parts),
    )


def _head(figure: Figure, score: Score, colours: dict[str, str], height: float) -> None:
    figure.text(0.035, 1 - 0.42 / height, score.title or "Untitled", fontsize=24, color=INK, weight="bold", va="center")
    figure.text(0.98, 1 - 0.42 / height, _facts(score), fontsize=11, color=FAINT, ha="right", va="center")
    x = 0.035
    for part in score.parts:
        name = part.name or part.instrument_name
        figure.text(x, 1 - 0.87 / height, "■", fontsize=13, color=colours[part.id], va="center")
        figure.text(x + 0.0135, 1 - 0.87 / height, name, fontsize=10, color=INK, va="center")
        x += 0.032 + 0.0058 * len(name)
        if x > 0.9:
            break


def _facts(score: Score) -> str:
    words = []
    if score.keys:
        words.append(f"{str(score.keys[0].key).removesuffix('m')} {'minor' if score.keys[0].key.is_minor else 'major'}")
    words.append(str(score.meters[0].meter))
    words.append(f"{score.tempos[0].quarters_per_minute:.0f} quarters a minute")
    seconds = round(score.seconds)
    words.append(f"{len(score.bars())} bars")
    words.append(f"{seconds // 60}:{seconds % 60:02d}")
    return "   ·   ".join(words)


def _row(axes: Axes, score: Score, layout: _Layout, colours: dict[str, str], row: int) -> None:
    first = row * layout.row_bars
    last = min(first + layout.row_bars, len(layout.edges) - 1)
    drum_floor = layout.low - (2 * _DRUM_LANES if layout.has_drums else 0)
    axes.set_xlim(first, first + layout.row_bars)
    axes.set_ylim(drum_floor, layout.high)
    axes.set_facecolor(PAPER)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
    _grid(axes, layout, first, last, drum_floor)
    for part in sorted(score.parts, key=lambda part: (part.role == "melody", part.is_drum)):
        _notes(axes, part, layout, first, last, colours[part.id], drum_floor)
    _sections(axes, score, layout, first, last)
    _chords(axes, score, layout, first, last)


def _grid(axes: Axes, layout: _Layout, first: int, last: int, drum_floor: int) -> None:
    for pitch in range(layout.low, layout.high):
        if pitch % 12 in (1, 3, 6, 8, 10):
            axes.fill_between((first, last), pitch - 0.5, pitch + 0.5, color="#f4efe7", lw=0, zorder=0)
        if pitch % 12 == 0:
            axes.plot((first, last), (pitch - 0.5, pitch - 0.5), color=LINE, lw=0.8, zorder=1)
            axes.text(
                first - 0.004 * layout.row_bars,
                pitch,
                f"C{pitch // 12 - 1}",
                fontsize=7,
                color=FAINT,
                ha="right",
                va="center",
            )
    for bar in range(first, last + 1):
        strong = bar % 4 == 0
        axes.plot((bar, bar), (drum_floor, layout.high), color=LINE, lw=1.0 if strong else 0.5, zorder=1)
        if strong and bar < last:
            axes.annotate(
                str(bar + 1),
                (bar, drum_floor),
                xytext=(1, -3),
                textcoords="offset points",
                fontsize=7,
                color=FAINT,
                va="top",
            )
    if layout.has_drums:
        axes.plot((first, last), (layout.low - 0.5, layout.low - 0.5), color=LINE, lw=1.0, zorder=1)


def _notes(axes: Axes, part: Part, layout: _Layout, first: int, last: int, colour: str, drum_floor: int) -> None:
    span = (int(layout.edges[first]), int(layout.edges[last]))
    notes = part.notes.where((part.notes.onset < span[1]) & (part.notes.end > span[0]))
    if not len(notes):
        return
    left = np.clip(layout.across(notes.onset), first, last)
    right = np.clip(layout.across(notes.end), first, last)
    if part.is_drum:
        middle = drum_floor + 0.7 + (notes.pitch.clip(35, 59) - 35) / 24 * (2 * _DRUM_LANES - 2.2)
        right, half = left + 0.0042 * layout.row_bars, 0.42
    else:
        middle, half = notes.pitch.astype(float), 0.42
        right = np.maximum(right - 0.0009 * layout.row_bars, left + 0.0016 * layout.row_bars)
    corners = np.stack(
        [
            np.stack([left, middle - half], axis=1),
            np.stack([right, middle - half], axis=1),
            np.stack([right, middle + half], axis=1),
            np.stack([left, middle + half], axis=1),
        ],
        axis=1,
    )
    faces = np.empty((len(notes), 4))
    faces[:, :3] = to_rgb(colour)
    faces[:, 3] = 0.35 + 0.6 * np.clip((notes.velocity - 30) / 80, 0, 1)
    axes.add_collection(PolyCollection(list(corners), facecolors=faces, linewidths=0, zorder=3))


def _sections(axes: Axes, score: Score, layout: _Layout, first: int, last: int) -> None:
    labels = list(dict.fromkeys(section.label for section in score.sections))
    base, top = 1.115, 1.225
    for section in score.sections:
        left, right = max(section.start_bar, first), min(section.end_bar, last)
        if left >= right:
            continue
        tint = SECTION_TINTS[labels.index(section.label) % len(SECTION_TINTS)]
        edge = 0.0008 * layout.row_bars
        axes.fill_between(
            (left + edge, right - edge),
            base,
            top,
            transform=axes.get_xaxis_transform(),
            color=tint,
            lw=0,
            clip_on=False,
        )
        name = f"{section.label}  {section.name}" if section.name and section.name != section.label else section.label
        if left > section.start_bar:
            name = f"({section.label})"
        if right - left >= len(name) * 0.006 * layout.row_bars:
            axes.text(
                left + 0.004 * layout.row_bars,
                (base + top) / 2 - 0.006,
                name,
                transform=axes.get_xaxis_transform(),
                fontsize=9,
                color=INK,
                weight="bold",
                va="center",
            )


def _chord_name(chord: Chord, key: Key) -> str:
    """A chord with its root spelled as the key calls for: F#m in B minor."""
    root = spelled(60 + chord.root, key)
    return root.step + ("#" * root.alter if root.alter > 0 else "b" * -root.alter) + chord.quality


def _key_at(score: Score, tick: int) -> Key:
    return next((change.key for change in reversed(score.keys) if change.tick <= tick), Key(0))


def _chords(axes: Axes, score: Score, layout: _Layout, first: int, last: int) -> None:
    ends = [*(change.tick for change in score.chords[1:]), int(layout.edges[-1])][: len(score.chords)]
    free_from = float(first)
    before = None
    for change, end in zip(score.chords, ends, strict=True):
        left, right = layout.across([change.tick, end])
        inside = first <= left < last or (left < first < right)
        same = change.chord == before and left > first
        before = change.chord
        x = max(float(left), float(first))
        if not inside or change.chord is None or same or x < free_from:
            continue
        text = _chord_name(change.chord, _key_at(score, change.tick))
        axes.text(
            x + 0.0008 * layout.row_bars,
            1.045,
            text,
            transform=axes.get_xaxis_transform(),
            fontsize=8.5,
            color=INK,
            va="center",
        )
        free_from = x + (0.0055 * len(text) + 0.003) * layout.row_bars
