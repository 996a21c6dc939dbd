"""Hypothesis strategies for music: scores, parts, notes, time maps. Shared by all property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from albumen.score.chord import QUALITY_NAMES, Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Note, Notes
from albumen.score.part import ROLES, Bend, Control, Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange, TimeMap

LAST_TICK = 20_000
resolutions = st.sampled_from((1, 24, 96, 220, 480, 960))
names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20)
meters = st.builds(Meter, st.integers(1, 99), st.sampled_from((1, 2, 4, 8, 16, 32, 64)))
plain_meters = st.sampled_from(
    [Meter(4, 4), Meter(3, 4), Meter(2, 2), Meter(6, 8), Meter(5, 4), Meter(7, 8), Meter(12, 8)]
)
keys = st.builds(Key, st.integers(-7, 7), st.booleans())
chords = st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(QUALITY_NAMES))
ticks = st.integers(0, LAST_TICK)


@st.composite
def changes(draw: st.DrawFn, kind: type, values: st.SearchStrategy, at_start: bool = True, most: int = 5) -> tuple:
    """Changes at different ticks, each to another value than before."""
    places = sorted(draw(st.sets(st.integers(1, LAST_TICK), max_size=most)))
    found: list = []
    for tick in [0, *places] if at_start or draw(st.booleans()) else places:
        value = draw(values)
        if not found or found[-1][1] != value:
            found.append(kind(tick, value))
    return tuple(found)


def tempo_maps() -> st.SearchStrategy[tuple[TempoChange, ...]]:
    """Tempos a MIDI file may have: 3.6 to 6000 quarter notes a minute."""
    return changes(TempoChange, st.integers(10_000, 0xFFFFFF))


@st.composite
def time_maps(draw: st.DrawFn) -> TimeMap:
    """Any tempos and meters."""
    tempos = draw(changes(TempoChange, st.integers(1, 0xFFFFFF)))
    return TimeMap(draw(resolutions), tempos, draw(changes(MeterChange, meters)))


@st.composite
def notes(draw: st.DrawFn, most: int = 30) -> Notes:
    """Any notes, also overlapping ones of one pitch, but none inside another of the same pitch (MIDI cannot say that)."""
    rows = draw(
        st.lists(st.builds(Note, ticks, st.integers(1, 5000), st.integers(0, 127), st.integers(1, 127)), max_size=most)
    )
    rows.sort()
    kept: dict[int, list[Note]] = {}
    for note in rows:
        line = kept.setdefault(note.pitch, [])
        if not any(other.onset < note.onset and other.end > note.end for other in line):
            line.append(note)
    return Notes.of(note for line in kept.values() for note in line)


@st.composite
def parts(draw: st.DrawFn, part_id: str = "part") -> Part:
    """A part with notes, controllers and bends in time order."""
    controls = st.builds(Control, ticks, st.integers(0, 127), st.integers(0, 127))
    bends = st.builds(Bend, ticks, st.integers(-8192, 8191))
    return Part(
        id=part_id,
        name=draw(names),
        program=draw(st.integers(0, 127)),
        is_drum=draw(st.booleans()),
        role=draw(st.sampled_from(("", *ROLES))),
        notes=draw(notes()),
        controls=tuple(sorted(draw(st.lists(controls, max_size=6)), key=lambda control: control.tick)),
        bends=tuple(sorted(draw(st.lists(bends, max_size=6)), key=lambda bend: bend.tick)),
    )


@st.composite
def scores(draw: st.DrawFn, most_parts: int = 4) -> Score:
    """Any score: odd meters, tempo changes, overlapping notes, foreign names."""
    number = draw(st.integers(0, most_parts))
    bars = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), names, names), max_size=3))
    return Score(
        resolution=draw(resolutions),
        parts=tuple(draw(parts(f"part-{i + 1}")) for i in range(number)),
        tempos=draw(tempo_maps()),
        meters=draw(changes(MeterChange, plain_meters)),
        keys=draw(changes(KeyChange, keys, at_start=False)),
        chords=draw(changes(ChordChange, chords, at_start=False)),
        sections=tuple(Section(start_bar=start, bars=length, label=a, name=b) for start, length, a, b in bars),
        title=draw(names),
        length=draw(ticks),
    )
