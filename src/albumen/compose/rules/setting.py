"""Where a bar stands: its key, chords, section, energy and idea. All that the rules may know, with a plan or without."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from albumen.album.plan import SongPlan
from albumen.compose.grid import rhythm_of
from albumen.compose.motif import new_motif
from albumen.compose.roman import MAJOR_SCALE, MINOR_SCALE
from albumen.compose.style import Rhythm, Style
from albumen.compose.style_file import style_named, styles_of_genre
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.score import STEPS_PER_QUARTER, Score
from albumen.score.section import Section
from albumen.score.time_map import Bar
from albumen.work.seed import Seed

_PLAIN_IDEAS = ("m", "c", "m", "k")
_LOOSE_SECTION_BARS = 8  # where a score names no sections
# Genres of the corpus without a style of their own play like a near one.
_KIN = {
    "lieder": "romantic",
    "renaissance": "baroque",
    "sacred": "baroque",
    "chorale": "baroque",
    "hymn": "folk-european",
    "orchestral": "chamber",
    "game": "rock",
    "country": "folk-celtic",
    "funk": "pop",
    "ska-reggae": "latin",
    "folk-american": "folk-celtic",
    "modern": "romantic",
    "world": "latin",
    "quartet": "quartet",
    "drums": "rock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFacts:
    """One bar for the rules. `place` counts bars from the start of its section, `idea` is the plan's letter for it."""

    bar: Bar
    key: Key
    section: int
    label: str
    place: int
    section_bars: int
    energy: float
    idea: str
    idea_bar: int

    @property
    def steps(self) -> int:
        """Grid steps in the bar by its meter."""
        return self.bar.meter.bar_ticks(STEPS_PER_QUARTER)

    @property
    def is_section_end(self) -> bool:
        return self.place == self.section_bars - 1


class Setting:
    """The song around the cells to be written: facts by bar, chords by tick, motif, style."""

    def __init__(self, score: Score, genre: str, seed: Seed, plan: SongPlan | None = None) -> None:
        self.score = score
        self.plan = plan
        # What hangs on the song, not on the take: gaits and grooves that a section keeps.
        self.song_seed = Seed(plan.seed) if plan else seed
        self.style = style_named(plan.style) if plan else style_for(genre)
        self.swing = plan.swing if plan else self.style.swing
        self.bars = _facts(score, plan)
        self._chord_ticks = [change.tick for change in score.chords]
        self.motif = plan.motif if plan else new_motif(seed.child("motif").rng())
        self.is_album_motif = bool(plan and plan.is_album_motif)
        self._plan_rhythm = plan.motif_rhythm if plan else ()

    def motif_rhythm(self, facts: BarFacts) -> tuple[Rhythm, ...]:
        """The two bars of rhythm in which the plan states the motif; empty where there is no plan."""
        return tuple(rhythm_of(text, facts.bar.meter) for text in self._plan_rhythm)

    def tick(self, bar: Bar, step: float) -> int:
        """The tick of a grid step in a bar."""
        return bar.start + round(step * self.score.resolution / STEPS_PER_QUARTER)

    def step_of(self, bar: Bar, tick: int) -> int:
        """The grid step of a tick in a bar."""
        return round((tick - bar.start) * STEPS_PER_QUARTER / self.score.resolution)

    def chord_at(self, tick: int) -> Chord:
        """The harmony at a tick; the tonic chord where none is written."""
        index = bisect_right(self._chord_ticks, tick) - 1
        chord = self.score.chords[index].chord if index >= 0 else None
        if chord is not None:
            return chord
        key = self.key_at(tick)
        return Chord(key.tonic, "m" if key.is_minor else "")

    def chord_changes(self, start: int, stop: int) -> list[int]:
        """Ticks inside start..stop (exclusive) at which another chord begins."""
        found = []
        for change, before in zip(self.score.chords[1:], self.score.chords, strict=False):
            if start < change.tick < stop and change.chord != before.chord:
                found.append(change.tick)
        return found

    def next_chord(self, tick: int) -> tuple[int, Chord]:
        """The tick and chord of the next different harmony after `tick`; the present chord where none follows."""
        now = self.chord_at(tick)
        for change in self.score.chords[bisect_right(self._chord_ticks, tick) :]:
            if change.chord is not None and change.chord != now:
                return change.tick, change.chord
        return self.score.length, now

    def key_at(self, tick: int) -> Key:
        """The key at a tick; C major where none is written."""
        key = Key()
        for change in self.score.keys:
            if change.tick > tick:
                break
            key = change.key
        return key

    def scale_at(self, tick: int) -> frozenset[int]:
        """Pitch classes of the key, bent to the chord of the moment (a raised seventh over V in minor, and so on)."""
        return scale_over(self.key_at(tick), self.chord_at(tick), is_blue=self.style.genre == "blues")


def scale_over(key: Key, chord: Chord, is_blue: bool = False) -> frozenset[int]:
    """The scale of `key` in which every tone of `chord` has a place; blue notes are added for the blues."""
    own = [(key.tonic + step) % 12 for step in (MINOR_SCALE if key.is_minor else MAJOR_SCALE)]
    chord_tones = set(chord.pitch_classes)
    scale = set(own)
    for tone in chord_tones - scale:
        scale -= {other for other in ((tone + 1) % 12, (tone - 1) % 12) if other not in chord_tones}
        scale.add(tone)
    if key.is_minor and chord.root == (key.tonic + 7) % 12 and (key.tonic + 11) % 12 in chord_tones:
        scale -= {(key.tonic + 10) % 12}
    if is_blue:
        scale |= {(key.tonic + step) % 12 for step in (3, 10)}
        scale -= {(key.tonic + 11) % 12, (key.tonic + 8) % 12} - chord_tones
    return frozenset(scale)


def style_for(genre: str) -> Style:
    """The style that plays a corpus genre best; pop where the genre is unknown."""
    found = styles_of_genre(genre) or styles_of_genre(_KIN.get(genre, "pop"))
    return found[0] if found else style_named("pop")


def _facts(score: Score, plan: SongPlan | None) -> tuple[BarFacts, ...]:
    bars = score.bars()
    sections = score.sections or tuple(
        Section(label="A", start_bar=start, bars=min(_LOOSE_SECTION_BARS, len(bars) - start))
        for start in range(0, len(bars), _LOOSE_SECTION_BARS)
    )
    keys = list(score.keys)
    facts: list[BarFacts] = []
    index, key = 0, keys[0].key if keys else Key()
    starts = [section.start_bar for section in sections]
    for bar in bars:
        while index < len(keys) and keys[index].tick <= bar.start:
            key, index = keys[index].key, index + 1
        number = max(0, bisect_right(starts, bar.index) - 1)
        section = sections[number]
        place = max(0, bar.index - section.start_bar)
        planned = plan.sections[number] if plan and number < len(plan.sections) else None
        ideas = planned.ideas if planned else _PLAIN_IDEAS
        idea = ideas[min(place // 2, len(ideas) - 1)] if planned else ideas[(place // 2) % len(ideas)]
        facts.append(
            BarFacts(
                bar=bar,
                key=key,
                section=number,
                label=section.label,
                place=place,
                section_bars=section.bars,
                energy=planned.energy if planned else 0.5,
                idea=idea,
                idea_bar=place % 2,
            )
        )
    return tuple(facts)
