"""The learned writer keeps every promise of a request, whatever the net says: here the net says random things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from albumen.models.music.tokens import vocabulary as v
from albumen.models.music.writer import NetWriter
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.writing import CellAt, Limits, WriteRequest
from albumen.work.errors import Cancelled, Wrong
from albumen.work.seed import Seed

BAR = 1920


class RandomEngine:
    """Scores that depend on what was read and on nothing else; remembers the longest reading of a row."""

    context = 400

    def __init__(self) -> None:
        self.longest = 0

    def session(self, rows: int) -> RandomSession:
        return RandomSession(self, rows)


class RandomSession:
    def __init__(self, engine: RandomEngine, rows: int) -> None:
        self.engine, self.read = engine, [[] for _ in range(rows)]  # type: ignore[var-annotated]

    def begin(self, row: int, words: Sequence[int]) -> None:
        self.read[row] = list(words)

    def feed(self, words: Mapping[int, Sequence[int]]) -> None:
        for row, said in words.items():
            self.read[row] += said
            self.engine.longest = max(self.engine.longest, len(self.read[row]))

    def logits(self, row: int) -> NDArray[np.float32]:
        rng = np.random.default_rng([len(self.read[row]), sum(self.read[row])])
        scores = rng.normal(size=v.SIZE).astype(np.float32)
        scores[v.TIMBRE.ids] += 2.0  # so that cells end after a few notes
        return scores


def song(bars: int = 8, *, written: bool) -> Score:
    melody = [Note(bar * BAR + beat * 480, 480, 72 + beat, 90) for bar in range(bars) for beat in range(4)]
    bass = [Note(bar * BAR, BAR, 40, 77) for bar in range(bars)]
    drums = [Note(bar * BAR + beat * 480, 120, 36, 92) for bar in range(bars) for beat in (0, 2)]
    parts = (
        Part(id="lead", program=73, role="melody", notes=Notes.of(melody if written else [])),
        Part(id="bass", program=33, role="bass", notes=Notes.of(bass if written else [])),
        Part(id="kit", is_drum=True, role="drums", notes=Notes.of(drums if written else [])),
    )
    return Score(
        parts=parts, length=bars * BAR, keys=(KeyChange(0, Key.parse("F#m")),), chords=(ChordChange(0, Chord.parse("F#m")),),
        sections=(Section(label="A", start_bar=0, bars=bars),),
    )  # fmt: skip


def all_cells(score: Score) -> tuple[CellAt, ...]:
    return tuple(CellAt(part.id, bar.index) for bar in score.bars() for part in score.parts)


def request(score: Score, cells: Sequence[CellAt], **more: object) -> WriteRequest:
    return WriteRequest(score=score, cells=tuple(cells), seed=Seed(5), **more)  # type: ignore[arg-type]


def test_a_whole_song_is_written_in_range_in_every_bar() -> None:
    engine = RandomEngine()
    takes = NetWriter(engine, "1").write(request(song(written=False), all_cells(song(written=False)), takes=3))
    assert len(takes) == 3 and len({take.score for take in takes}) == 3
    for take in takes:
        assert np.isfinite(take.nats_per_note)
        for part in take.score.parts:
            for bar in take.score.bars():
                assert len(take.score.cell(part.id, bar)), f"{part.id} rests in bar {bar.index}"
        lead = take.score.part("lead").notes
        assert lead.pitch.min() >= 55 and lead.pitch.max() <= 108
        assert np.all(lead.onset[1:] >= lead.end[:-1]), "a flute plays one note at a time"
        assert max(int(part.notes.end.max()) for part in take.score.parts if not part.is_drum) <= 8 * BAR
    assert engine.longest <= engine.context + 60


def test_only_the_named_cells_change() -> None:
    before = song(written=True)
    cells = [CellAt("lead", 3), CellAt("lead", 4)]
    after = NetWriter(RandomEngine(), "1").write(request(before, cells))[0].score
    assert after.part("bass") == before.part("bass") and after.part("kit") == before.part("kit")
    span = (3 * BAR, 5 * BAR)
    assert after.part("lead").notes.outside(*span) == before.part("lead").notes.outside(*span)
    assert after.part("lead").notes.between(*span) != before.part("lead").notes.between(*span)
    assert after.part("lead").notes.between(*span).end.max() <= span[1], "no note runs into the untouched bar"


def test_the_same_seed_writes_the_same_notes() -> None:
    cells = [CellAt("bass", bar) for bar in range(8)]
    first, second = (
        NetWriter(RandomEngine(), "1").write(request(song(written=True), cells, takes=2)) for _ in range(2)
    )
    assert first == second


def test_limits_are_hard() -> None:
    limits = {"bass": Limits(low=30, high=35, voices=1)}
    cells = [CellAt("bass", bar) for bar in range(8)]
    notes = (
        NetWriter(RandomEngine(), "1")
        .write(request(song(written=True), cells, limits=limits))[0]
        .score.part("bass")
        .notes
    )
    assert notes.pitch.min() >= 30 and notes.pitch.max() <= 35
    assert np.all(notes.onset[1:] >= notes.end[:-1])


@pytest.mark.parametrize("lock", ["rhythm", "pitch"])
def test_locks_keep_rhythm_or_pitches(lock: str) -> None:
    before = song(written=True)
    cell = CellAt("lead", 2)
    after = NetWriter(RandomEngine(), "1").write(request(before, [cell], locks={cell: lock}))[0].score
    bar = before.bars()[2]
    was, now = before.cell("lead", bar), after.cell("lead", bar)
    if lock == "rhythm":
        assert (now.onset.tolist(), now.length.tolist()) == (was.onset.tolist(), was.length.tolist())
        assert now.pitch.tolist() != was.pitch.tolist()
    else:
        assert now.pitch.tolist() == was.pitch.tolist()


def test_a_variation_is_asked_with_its_source() -> None:
    before = song(written=True)
    cell = CellAt("lead", 5)
    source = before.cell("lead", before.bars()[0])
    after = (
        NetWriter(RandomEngine(), "1").write(request(before, [cell], vary_from={cell: source}, strength=0.2))[0].score
    )
    assert len(after.cell("lead", after.bars()[5]))


def test_stopping_raises_and_unknown_cells_are_refused() -> None:
    score = song(written=True)
    with pytest.raises(Cancelled):
        NetWriter(RandomEngine(), "1").write(request(score, [CellAt("lead", 0)]), stop=lambda: True)
    with pytest.raises(Wrong, match="no cell harp"):
        NetWriter(RandomEngine(), "1").write(request(score, [CellAt("harp", 0)]))


def test_streaming_hands_out_bar_after_bar() -> None:
    empty = song(written=False)
    asked = request(empty, all_cells(empty))
    heard = [take.score for take in NetWriter(RandomEngine(), "1").stream(asked)]
    lead = [score.part("lead").notes for score in heard]
    assert len(heard) >= 8 and heard[-1] == NetWriter(RandomEngine(), "1").write(asked)[0].score
    for number in range(1, 8):
        assert lead[number - 1].between(0, number * BAR) == lead[-1].between(0, number * BAR), "what was heard stays"


def test_crowded_bars_fit_into_the_context() -> None:
    chords = [Note(bar * BAR + step * 120, 110, pitch, 80) for bar in range(4) for step in range(16) for pitch in (60, 64, 67)]
    crowd = [Part(id=f"keys-{n}", program=n, role="chords", notes=Notes.of(chords)) for n in range(8)]
    score = Score(parts=(*crowd, Part(id="lead", program=73, role="melody")), length=4 * BAR)
    engine = RandomEngine()
    take = NetWriter(engine, "1").write(request(score, [CellAt("lead", bar) for bar in range(4)]))[0]
    assert len(take.score.part("lead").notes) and take.score.parts[:8] == score.parts[:8]
    assert engine.longest <= engine.context + 60
