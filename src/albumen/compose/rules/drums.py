"""Drums: a groove that a section keeps, ghost notes that come and go, fills where phrases turn, a crash where they land."""

from __future__ import annotations

from types import MappingProxyType

from albumen.compose.rules.rhythms import drums_for
from albumen.compose.rules.setting import BarFacts, Setting
from albumen.compose.style import DrumStyle, Kit, at_level
from albumen.score.notes import Note
from albumen.work.seed import Seed

# General MIDI percussion keys of the drums a style may name.
KEYS = MappingProxyType(
    {
        "kick": 36,
        "snare": 38,
        "rim": 37,
        "clap": 39,
        "hat": 42,
        "pedal": 44,
        "open": 46,
        "ride": 51,
        "bell": 53,
        "crash": 49,
        "china": 52,
        "tom1": 50,
        "tom2": 47,
        "tom3": 43,
        "tamb": 54,
        "shaker": 70,
        "cowbell": 56,
        "conga": 63,
        "bongo": 60,
        "brush": 40,
        "claves": 75,
        "triangle": 81,
    }
)
_LOUDNESS = {"x": 84, "X": 108, "o": 50}
_HANDS = ("hat", "ride", "open", "brush", "shaker")
_CRASH_FROM = 0.6  # energy at which sections begin with a crash
_ANSWER = 0.75  # of every second bar
_GHOST = 0.12  # chance of a ghost note on a free sixteenth of a snare


def write_drums(setting: Setting, run: list[BarFacts], figures: str, seed: Seed) -> list[Note]:
    """The drums of a run of bars of one section."""
    notes: list[Note] = []
    for facts in run:
        style = drums_for(setting.style, figures, facts.bar.meter)
        kit = _kit(setting, style, facts, seed)
        notes += _bar(setting, facts, kit, facts.place)
        if facts.place == 0 and facts.energy >= _CRASH_FROM and "kick" in kit and facts.bar.index > 0:
            notes.append(Note(facts.bar.start, max(1, setting.score.resolution), KEYS["crash"], 92))
        if not _is_fill(style, facts):
            notes += _ghosts(setting, facts, kit, seed)
            notes = _answered(setting, facts, kit, notes)
    return _without_doubles(notes)


def _is_fill(style: DrumStyle, facts: BarFacts) -> bool:
    return bool(style.fills) and facts.is_section_end and facts.section_bars >= 4


def _kit(setting: Setting, style: DrumStyle, facts: BarFacts, seed: Seed) -> Kit:
    """The groove of the section, or a fill in its last bar."""
    level = setting.style.level(facts.energy)
    rng = setting.song_seed.child("groove", facts.label, level).rng()
    grooves = at_level(style.grooves, level)
    groove = grooves[int(rng.integers(len(grooves)))]
    if not _is_fill(style, facts):
        return groove
    return style.fills[int(seed.child("fill", facts.label, facts.section).rng().integers(len(style.fills)))]


def _bar(setting: Setting, facts: BarFacts, kit: Kit, place: int) -> list[Note]:
    notes = []
    for drum, bars in kit.items():
        for mark in bars[place % len(bars)]:
            if mark.step >= facts.steps:
                continue
            loudness = _LOUDNESS.get(mark.sign, 80)
            if drum in _HANDS and mark.sign == "x":
                loudness -= 8 if mark.step % 12 == 0 else 22  # hands lean on the beat
            start = setting.tick(facts.bar, mark.step)
            notes.append(Note(start, max(1, setting.score.resolution // 8), KEYS[drum], loudness))
    return notes


def _ghosts(setting: Setting, facts: BarFacts, kit: Kit, seed: Seed) -> list[Note]:
    """Soft snare strokes beside the back-beat, another pattern in each bar."""
    if "snare" not in kit or facts.energy < 0.45 or setting.swing or facts.steps % 12:
        return []
    rng = seed.child("ghosts", facts.bar.index).rng()
    taken = {mark.step for mark in kit["snare"][facts.place % len(kit["snare"])]}
    free = [step for step in range(3, facts.steps, 3) if step not in taken and step % 6 == 3]
    chosen = [step for step in free if rng.random() < _GHOST]
    return [
        Note(setting.tick(facts.bar, step), max(1, setting.score.resolution // 12), KEYS["snare"], 34)
        for step in chosen
    ]


def _answered(setting: Setting, facts: BarFacts, kit: Kit, notes: list[Note]) -> list[Note]:
    """The kick answers in the bars between: a stroke of it comes, goes or moves; the hat opens before the next bar."""
    rng = setting.song_seed.child("answer", facts.label, facts.place).rng()
    if facts.place % 2 == 0 or "kick" not in kit or facts.steps % 12 or rng.random() > _ANSWER:
        return notes
    strokes = {mark.step for mark in kit["kick"][facts.place % len(kit["kick"])]}
    eighth = 8 if setting.swing else 6
    free = [step for step in range(eighth, facts.steps, 12) if step not in strokes]
    weak = sorted(step for step in strokes if step and step % 24)
    ticks = {step: setting.tick(facts.bar, step) for step in (*free, *weak)}
    length = max(1, setting.score.resolution // 8)
    if weak and rng.random() < 0.4:
        gone = ticks[weak[int(rng.integers(len(weak)))]]
        notes = [note for note in notes if (note.onset, note.pitch) != (gone, KEYS["kick"])]
    if free and rng.random() < 0.7:
        notes = [*notes, Note(ticks[free[int(rng.integers(len(free)))]], length, KEYS["kick"], 76)]
    if "hat" in kit and facts.energy > _CRASH_FROM and free and rng.random() < 0.5:
        last = setting.tick(facts.bar, facts.steps - 12 + eighth)
        notes = [note for note in notes if (note.onset, note.pitch) != (last, KEYS["hat"])]
        notes.append(Note(last, length, KEYS["open"], 78))
    return notes


def _without_doubles(notes: list[Note]) -> list[Note]:
    """One stroke a drum and tick: the loudest."""
    loudest: dict[tuple[int, int], Note] = {}
    for note in notes:
        spot = (note.onset, note.pitch)
        if spot not in loudest or loudest[spot].velocity < note.velocity:
            loudest[spot] = note
    return sorted(loudest.values())
