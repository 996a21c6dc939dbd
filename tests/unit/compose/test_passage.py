"""Composed segues: from key to key over a pivot, from pulse to pulse, one band leaving while the other is heard early."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.plan import PartPlan, SectionPlan, SongPlan
from albumen.album.segue import SEGUE_SECTION
from albumen.compose.echo import Echo
from albumen.compose.passage import Passage, compose_passage, pulses
from albumen.compose.pivot import passage_chords, pivot
from albumen.compose.rules.writer import RulesWriter
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.time_map import MeterChange, tempo
from albumen.score.writing import CellWriter
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

KEYS = st.builds(Key, st.integers(-7, 7), st.booleans())


def song(key: str, bpm: float, meter: str = "4/4", bars: int = 8, drums_only: bool = False, beat: bool = False) -> Score:
    """A tune, chords and a bass on one chord, all with the same ids as in any other song."""
    time, tonic = Meter.parse(meter), Key.parse(key)
    bar, quarter = time.bar_ticks(480), 480
    root = 48 + tonic.tonic
    tune = [Note(n * bar + k * quarter, 400, root + 12 + (0, 4, 7)[k % 3]) for n in range(bars) for k in range(bar // quarter)]
    chords = [Note(n * bar, bar, root + step) for n in range(bars) for step in (0, 4, 7)]
    bass = [Note(n * bar, bar, root - 12) for n in range(bars)]
    parts = (
        Part(id="lead", program=73, role="melody", notes=Notes.of(tune)),
        Part(id="pad", program=89, role="pad", notes=Notes.of(chords)),
        Part(id="bass", program=33, role="bass", notes=Notes.of(bass)),
    )
    strokes = [Note(n * bar + k * quarter, 100, 38 if k % 2 else 36, 90) for n in range(bars) for k in range(bar // quarter)]
    if beat:
        parts = (*parts, Part(id="drums", is_drum=True, role="drums", notes=Notes.of(strokes)))
    kit = (Part(id="drums", is_drum=True, role="drums", notes=Notes.of([Note(0, 100, 36)])),)
    return Score(
        parts=kit if drums_only else parts,
        tempos=(tempo(bpm),),
        meters=(MeterChange(0, time),),
        keys=(KeyChange(0, tonic),),
        chords=(ChordChange(0, Chord(tonic.tonic)),),
        length=bars * bar,
    )


def plan(key: str) -> SongPlan:
    section = SectionPlan(label="A", bars=1, chords=(key,), band=("lead",))
    band = (PartPlan(id="lead", role="melody"),)
    return SongPlan(
        title="Next", style="pop", genre="pop", key=key, meter="4/4", tempo_bpm=90, seed=1,
        sections=(section,), band=band, motif=(0, 2, 4),
    )  # fmt: skip


def joined(writer: CellWriter, seed: int = 1, meter: str = "3/4") -> Passage:
    return compose_passage(song("C", 120), song("F#", 80, meter), writer, plan=plan("F#"), seed=Seed(seed), takes=2)


@given(KEYS, KEYS, st.sampled_from((4, 6, 8)))
def test_harmony_begins_at_home_and_ends_on_the_new_dominant(before: Key, after: Key, bars: int) -> None:
    chords = passage_chords(before, after, bars)
    assert len(chords) == bars
    assert chords[0] == Chord(before.tonic, "m" if before.is_minor else "")
    assert chords[-1] == Chord((after.tonic + 7) % 12, "7")
    old, new = pivot(before, after)
    assert set(old.pitch_classes) & set(new.pitch_classes) and old in chords and new in chords


@given(st.floats(40, 220), st.floats(40, 220), st.integers(4, 8))
def test_pulses_move_evenly_to_the_new_tempo_from_the_nearest_fold(before: float, after: float, bars: int) -> None:
    found = pulses(before, after, bars)
    assert len(found) == bars and found[-1] == pytest.approx(after)
    steps = np.diff(np.log(found))
    assert np.allclose(steps, steps[0], atol=1e-9)
    assert abs(np.log2(found[0] / after)) <= abs(np.log2(before / after)) + 1e-9  # folding never makes it harder


@pytest.mark.parametrize("writer", [Echo(), RulesWriter()], ids=["echo", "rules"])
def test_one_band_leaves_while_the_other_enters(writer: CellWriter) -> None:
    passage = joined(writer)
    score, bar = passage.score, 3 * 480
    bars = len(score.bars())
    assert 4 <= bars <= 8 and score.sections[-1].name == SEGUE_SECTION and score.length == bars * bar
    assert passage.old_parts == ("pad", "bass") and passage.new_parts == ("bass-next", "lead-next")
    assert all(int(part.notes.end.max()) <= score.length for part in score.parts)
    middle = bars // 2 * bar
    assert int(score.part("bass").notes.onset.max()) < middle <= int(score.part("bass-next").notes.onset.min())
    assert int(score.part("pad").notes.onset.max()) < (bars - 1) * bar
    assert score.part("lead-next").program == 73 and len(score.part("lead-next").notes) > 2
    assert [str(change.key) for change in score.keys] == ["C", "F#"]
    assert score.tempos[-1].quarters_per_minute == pytest.approx(80, abs=0.1)


@pytest.mark.parametrize("writer", [Echo(), RulesWriter()], ids=["echo", "rules"])
def test_drums_are_handed_over_in_the_middle(writer: CellWriter) -> None:
    old, new = song("C", 120, beat=True), song("G", 110, beat=True)
    passage = compose_passage(old, new, writer, plan=plan("G"), seed=Seed(1), takes=2)
    middle = len(passage.score.bars()) // 2 * 4 * 480
    first, second = passage.score.part("drums").notes, passage.score.part("drums-next").notes
    assert len(first) and int(first.onset.max()) < middle <= int(second.onset.min())
    assert "drums" in passage.old_parts and "drums-next" in passage.new_parts
    assert first.velocity.max() <= 127 and passage.score.part("drums-next").is_drum


def test_a_beat_in_another_meter_stops_and_one_that_comes_later_waits() -> None:
    waltz, march = song("C", 120, "3/4", beat=True), song("G", 110, "4/4", beat=True)
    passage = compose_passage(waltz, march, RulesWriter(), plan=plan("G"), seed=Seed(1), takes=1)
    assert [part.id for part in passage.score.parts if part.is_drum] == ["drums-next"]
    late = march.with_part(march.part("drums").replace(notes=march.part("drums").notes.between(5 * 1920, 8 * 1920)))
    passage = compose_passage(song("C", 120, beat=True), late, RulesWriter(), plan=plan("G"), seed=Seed(1), takes=1)
    assert [part.id for part in passage.score.parts if part.is_drum] == ["drums"]


def test_equal_seeds_write_equal_passages() -> None:
    assert joined(RulesWriter(), 5) == joined(RulesWriter(), 5)


def test_songs_without_pitched_parts_are_told() -> None:
    drums = song("C", 120, drums_only=True)
    with pytest.raises(Wrong, match="without pitched parts"):
        compose_passage(drums, drums, Echo(), plan=plan("C"), seed=Seed(1))
