"""Signs above and before the notes in MusicXML: clefs, keys, meters, tempos, chord symbols, rehearsal marks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.note_values import UNITS
from albumen.score.score import Score
from albumen.score.spelling import spelled

_KINDS = {
    "": "major", "m": "minor", "dim": "diminished", "aug": "augmented", "7": "dominant", "maj7": "major-seventh",
    "m7": "minor-seventh", "m7b5": "half-diminished", "dim7": "diminished-seventh", "sus4": "suspended-fourth",
    "5": "power",
}  # fmt: skip
_SEEN_CHANGE = 0.04  # tempo changes below this share are played, not printed

Signs = dict[int, list[str]]  # by bar


def attributes(
    divisions: int | None, key: Key | None, meter: Meter | None, clefs: Sequence[tuple[str, int, int]]
) -> Iterator[str]:
    """The attributes of a measure; nothing where nothing changes."""
    inside = ""
    if divisions is not None:
        inside += f"<divisions>{divisions}</divisions>"
    if key is not None:
        mode = "minor" if key.is_minor else "major"
        inside += f"<key><fifths>{key.fifths}</fifths><mode>{mode}</mode></key>"
    if meter is not None:
        inside += f"<time><beats>{meter.numerator}</beats><beat-type>{meter.denominator}</beat-type></time>"
    if len(clefs) > 1:
        inside += f"<staves>{len(clefs)}</staves>"
    for number, (sign, line, octaves) in enumerate(clefs, 1):
        which = f' number="{number}"' if len(clefs) > 1 else ""
        change = f"<clef-octave-change>{octaves}</clef-octave-change>" if octaves else ""
        inside += f"<clef{which}><sign>{sign}</sign><line>{line}</line>{change}</clef>"
    if inside:
        yield f"<attributes>{inside}</attributes>"


def _places(score: Score, ticks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Bar and offset in 24ths of a quarter note for each tick."""
    bars = score.bars()
    starts = [bar.start for bar in bars]
    for tick in ticks:
        bar = bars[max(0, bisect_right(starts, tick) - 1)]
        yield bar.index, round((min(tick, bar.end) - bar.start) * UNITS / score.resolution)


def tempo_marks(score: Score) -> Signs:
    """Metronome marks; small changes are given to players but not printed."""
    signs: Signs = defaultdict(list)
    printed = 0.0
    for change, (bar, offset) in zip(score.tempos, _places(score, [c.tick for c in score.tempos]), strict=True):
        pace = change.quarters_per_minute
        where = f"<offset>{offset}</offset>" if offset else ""
        if abs(pace - printed) < _SEEN_CHANGE * printed:
            signs[bar].append(f'<sound tempo="{pace:.6f}">{where}</sound>')
            continue
        printed = pace
        mark = f"<beat-unit>quarter</beat-unit><per-minute>{round(pace, 1):g}</per-minute>"
        signs[bar].append(
            f'<direction placement="above"><direction-type><metronome>{mark}</metronome></direction-type>{where}'
            f'<sound tempo="{pace:.6f}"/></direction>'
        )
    return signs


def rehearsal_marks(score: Score) -> Signs:
    """A mark where each section begins: its name and label."""
    signs: Signs = defaultdict(list)
    for section in score.sections:
        text = f"{section.name} ({section.label})" if section.name else section.label
        if text:
            signs[section.start_bar].append(
                f'<direction placement="above"><direction-type><rehearsal>{escape(text)}</rehearsal></direction-type></direction>'
            )
    return signs


def chord_symbols(score: Score) -> Signs:
    """Chord symbols where the harmony changes."""
    signs: Signs = defaultdict(list)
    for change, (bar, offset) in zip(score.chords, _places(score, [c.tick for c in score.chords]), strict=True):
        where = f"<offset>{offset}</offset>" if offset else ""
        signs[bar].append(f"<harmony>{_harmony(change.chord, score, change.tick)}{where}</harmony>")
    return signs


def _harmony(chord: Chord | None, score: Score, tick: int) -> str:
    if chord is None:
        return '<root><root-step text="">C</root-step></root><kind text="N.C.">none</kind>'
    key = next((change.key for change in reversed(score.keys) if change.tick <= tick), Key())
    root = spelled(60 + chord.root, key)
    alter = f"<root-alter>{root.alter}</root-alter>" if root.alter else ""
    kind = f'<kind text="{escape(chord.quality)}">{_KINDS[chord.quality]}</kind>'
    return f"<root><root-step>{root.step}</root-step>{alter}</root>{kind}"
