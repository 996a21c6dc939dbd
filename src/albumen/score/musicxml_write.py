"""Writing MusicXML: a Score as sheet music that notation programs open.

Voices, ties across bar lines, triplets, two staves for keyboards, percussion staves, chord symbols, rehearsal marks for
sections, tempos, and each note's velocity. Pitches are written as they sound. What `notation.py` cannot place on a grid of
32nds and triplets is rounded to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from albumen.score.drum_lines import drum_line
from albumen.score.key import Key
from albumen.score.musicxml_part import PartWriter
from albumen.score.notation import bars_in_units
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.staff import Staff, staves
from albumen.work.files import write_text

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">"""


def write_musicxml(path: Path, score: Score) -> None:
    """Write `score` to `path` (.musicxml), in one step."""
    write_text(path, musicxml(score))


def musicxml(score: Score) -> str:
    """`score` as the text of a MusicXML 4.0 document."""
    return "\n".join(_lines(score)) + "\n"


def _lines(score: Score) -> Iterator[str]:
    yield _HEADER
    if score.title:
        yield f"<work><work-title>{escape(score.title)}</work-title></work>"
    yield "<identification><encoding><software>Albumen</software></encoding></identification>"
    yield "<part-list>"
    for number, part in enumerate(score.parts, 1):
        yield from _score_part(part, number)
    yield "</part-list>"
    bars = score.bars()
    units = bars_in_units(bars, score.resolution)
    keys = _keys_of_bars(score, [bar.start for bar in bars])
    for number, part in enumerate(score.parts, 1):
        yield f'<part id="P{number}">'
        lines: Sequence[Staff] = staves(part, units, score.resolution)
        yield from PartWriter(score, part, number, bars, units, keys, lines).measures()
        yield "</part>"
    yield "</score-partwise>"


def _keys_of_bars(score: Score, starts: list[int]) -> list[Key]:
    """The key in force in each bar: changes take effect with the bar they fall into."""
    keys = [score.keys[0].key if score.keys and score.keys[0].tick == 0 else Key()] * len(starts)
    for tick, key in score.keys:
        first = max(0, bisect_right(starts, tick) - 1)
        keys[first:] = [key] * (len(starts) - first)
    return keys


def _score_part(part: Part, number: int) -> Iterator[str]:
    yield f'<score-part id="P{number}"><part-name>{escape(part.name or part.id)}</part-name>'
    # Channel 10 is the drums'; other parts share the rest.
    channel = 10 if part.is_drum else (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16)[(number - 1) % 15]
    sounds = sorted(set(part.notes.pitch.tolist())) if part.is_drum else []
    names = {f"P{number}-I{sound}": drum_line(sound).name for sound in sounds} or {
        f"P{number}-I1": part.instrument_name
    }
    for identity, name in names.items():
        yield f"<score-instrument id={quoteattr(identity)}><instrument-name>{escape(name)}</instrument-name></score-instrument>"
    for identity, sound in zip(names, sounds or [None], strict=True):
        unpitched = "" if sound is None else f"<midi-unpitched>{sound + 1}</midi-unpitched>"
        yield (
            f"<midi-instrument id={quoteattr(identity)}><midi-channel>{channel}</midi-channel>"
            f"<midi-program>{part.program + 1}</midi-program>{unpitched}</midi-instrument>"
        )
    yield "</score-part>"
