"""The empty score of a plan: bars, keys, chords, sections and silent parts, ready to be written into."""

from __future__ import annotations

from albumen.album.plan import SongPlan
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.part import Part
from albumen.score.score import TICKS_PER_QUARTER, ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, tempo
from albumen.score.writing import Limits


def empty_score(plan: SongPlan) -> Score:
    """A score of the plan's length without notes."""
    meter = Meter.parse(plan.meter)
    bar = meter.bar_ticks(TICKS_PER_QUARTER)
    slots = meter.chord_slots()
    keys: list[KeyChange] = []
    chords: list[ChordChange] = []
    sections: list[Section] = []
    for start, section in zip(plan.starts(), plan.sections, strict=True):
        key = Key.parse(section.key)
        if not keys or keys[-1].key != key:
            keys.append(KeyChange(start * bar, key))
        for index in range(section.bars * slots):
            chord = section.chord_at(index // slots, index % slots, slots)
            chords.append(ChordChange(start * bar + index * bar // slots, chord))
        sections.append(Section(label=section.label, start_bar=start, bars=section.bars, name=section.name))
    return Score(
        parts=tuple(
            Part(id=p.id, name=p.id.replace("-", " "), program=p.program, is_drum=p.is_drum, role=p.role)
            for p in plan.band
        ),
        tempos=(tempo(plan.tempo_bpm * meter.beat_ticks(TICKS_PER_QUARTER) / TICKS_PER_QUARTER),),
        meters=(MeterChange(0, meter),),
        keys=tuple(keys),
        chords=tuple(_merged(chords)),
        sections=tuple(sections),
        title=plan.title,
        length=plan.bars * bar,
    )


def limits_of(plan: SongPlan) -> dict[str, Limits]:
    """What each part may play, as the plan says."""
    return {part.id: Limits(part.low, part.high, part.voices) for part in plan.band}


def _merged(chords: list[ChordChange]) -> list[ChordChange]:
    """Slots that go on with the same chord are one change."""
    return [change for i, change in enumerate(chords) if i == 0 or change.chord != chords[i - 1].chord]
