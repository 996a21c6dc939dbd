"""Edits to the whole song: tempo, key, meter, transposition."""

from __future__ import annotations

import math
from dataclasses import dataclass

from albumen.score.edits.span import Span, part_meant, ticks_of
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.midi_song import collapsed
from albumen.score.notes import Notes
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong

SLOWEST, FASTEST = 10.0, 1000.0  # quarter notes a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTempo:
    """The song at `quarters_per_minute`, its changes of tempo in proportion; or some bars at exactly this tempo."""

    quarters_per_minute: float
    bars: Span | None = None

    def applied(self, score: Score) -> Score:
        """The score at the new tempo."""
        if not SLOWEST <= self.quarters_per_minute <= FASTEST:
            raise Wrong(f"a tempo lies in {SLOWEST:g} to {FASTEST:g}, got {self.quarters_per_minute:g}")
        quarter_us = round(60e6 / self.quarters_per_minute)
        if self.bars is None:
            factor = quarter_us / score.tempos[0].quarter_us
            scaled = [TempoChange(tick, min(0xFFFFFF, max(1, round(us * factor)))) for tick, us in score.tempos]
            return score.replace(tempos=collapsed(scaled))
        start, stop = ticks_of(score, self.bars)
        after = max(change for change in score.tempos if change.tick <= stop)
        outside = [change for change in score.tempos if not start <= change.tick < stop]
        inside = [TempoChange(start, quarter_us), after._replace(tick=stop)]
        return score.replace(tempos=collapsed([*outside, *inside]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpose:
    """Notes `semitones` higher: of one part, of some bars, or of the whole song with its keys and chords. Drums stay."""

    semitones: int
    part: str = ""
    bars: Span | None = None

    def applied(self, score: Score) -> Score:
        """The score with its notes moved."""
        if not -48 <= self.semitones <= 48:
            raise Wrong(f"transposing goes up to 48 semitones, got {self.semitones}")
        only = part_meant(score, self.part) if self.part else None
        if only and only.is_drum:
            raise Wrong(f"{only.id} plays drums, which have no pitch to transpose")
        start, stop = ticks_of(score, self.bars)
        parts = tuple(
            part.replace(notes=_moved(part.notes, self.semitones, start, stop, part.id))
            if not part.is_drum and only in (None, part)
            else part
            for part in score.parts
        )
        score = score.replace(parts=parts)
        if only is not None or self.bars is not None:
            return score
        keys = tuple(change._replace(key=change.key.transposed(self.semitones)) for change in score.keys)
        chords = tuple(
            ChordChange(tick, chord.transposed(self.semitones) if chord else None) for tick, chord in score.chords
        )
        return score.replace(keys=keys, chords=chords)


def _moved(notes: Notes, semitones: int, start: int, stop: int, part: str) -> Notes:
    chosen = (notes.onset >= start) & (notes.onset < stop)
    pitch = notes.pitch + chosen * semitones
    if pitch.size and not 0 <= pitch.min() <= pitch.max() <= 127:
        raise Wrong(f"{semitones:+d} semitones takes {part} out of what can be played", next_step="use a smaller step")
    return notes.replace(pitch=pitch)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKey:
    """The song in another key of the same mode, by the nearest transposition; a song without a key just gets it."""

    key: str

    def applied(self, score: Score) -> Score:
        """The score in the new key."""
        try:
            wanted = Key.parse(self.key)
        except ValueError as error:
            raise Wrong(str(error)) from error
        if not score.keys:
            return score.replace(keys=(KeyChange(0, wanted),))
        now = score.keys[0].key
        if now.is_minor != wanted.is_minor:
            raise Wrong(
                f"the song is in {now}, and turning major into minor needs new notes", next_step="regenerate it"
            )
        return Transpose(semitones=(wanted.tonic - now.tonic + 5) % 12 - 5).applied(score)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMeter:
    """Other bar lines over the same notes; sections move to the nearest bar line."""

    meter: str

    def applied(self, score: Score) -> Score:
        """The score in the new meter."""
        try:
            meter = Meter.parse(self.meter)
        except ValueError as error:
            raise Wrong(str(error)) from error
        before = score.bars()
        length = math.ceil(before[-1].end / meter.bar_ticks(score.resolution)) * meter.bar_ticks(score.resolution)
        if length // meter.bar_ticks(score.resolution) > 10_000:
            raise Wrong(f"in {meter} the song would have more than 10,000 bars")
        changed = score.replace(meters=(MeterChange(0, meter),))
        full = meter.bar_ticks(score.resolution)
        sections = []
        for section in score.sections:
            ends = [before[min(bar, len(before)) - 1].end if bar else 0 for bar in (section.start_bar, section.end_bar)]
            start, stop = (round(end / full) for end in ends)
            sections.append(Section(label=section.label, name=section.name, start_bar=start, bars=max(1, stop - start)))
        return changed.replace(sections=tuple(sections))
