"""Critics: each hears its fault and is content without it; the best of N is chosen by them."""

import math

import numpy as np
import pytest

from albumen.album.brief import Brief
from albumen.album.plan import SongPlan
from albumen.compose.critics import measures
from albumen.compose.critics.bands import band, mark
from albumen.compose.critics.density import Density
from albumen.compose.critics.groove import Groove
from albumen.compose.critics.harmony import Harmony
from albumen.compose.critics.house import house_critics
from albumen.compose.critics.likelihood import Likelihood
from albumen.compose.critics.line import Line
from albumen.compose.critics.playability import Playability
from albumen.compose.critics.structure import Structure
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song_plan import plan_song
from albumen.compose.takes import best_take
from albumen.score.cell_features import CellControls
from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.writing import CellAt, Limits, WriteRequest, Written
from albumen.work.seed import Seed

PLAN: SongPlan = plan_song(Brief(style="pop", seed=1))
BAR = 1920


def asked(notes: list[Note], bars: int = 8, role: str = "melody", **changes: object) -> tuple[WriteRequest, Written]:
    """A request for `bars` bars of one part, and a take with `notes` in them."""
    empty = Score(
        parts=(Part(id="x", program=73, role=role), Part(id="other", role="pad")),
        keys=(KeyChange(0, Key()),),
        chords=tuple(ChordChange(i * BAR, Chord(0 if i % 2 else 7)) for i in range(bars)),
        length=bars * BAR,
    )
    cells = tuple(CellAt("x", bar) for bar in range(bars))
    request = WriteRequest(
        score=empty, cells=cells, seed=Seed(1), genre="pop", limits={"x": Limits(60, 84, 1)}, **changes
    )  # type: ignore[arg-type]
    return request, Written(empty.with_part(empty.part("x").replace(notes=Notes.of(notes))), float("nan"))


def song(pitches: list[int], length: int = 480) -> list[Note]:
    return [Note(i * length, length, pitch) for i, pitch in enumerate(pitches)]


GOOD = song([67, 69, 71, 74, 72, 71, 69, 67, 67, 69, 71, 76, 74, 72, 71, 72] * 2)


@pytest.mark.parametrize(
    ("notes", "fault"),
    [
        ([*GOOD, Note(0, 480, 50)], "range"),
        ([*GOOD, Note(240, 480, 80)], "voices"),
        ([*GOOD[1:], Note(0, 700, 69)], "struck twice"),
        ([], "empty"),
    ],
)
def test_what_cannot_be_played_is_heard(notes: list[Note], fault: str) -> None:
    judged = Playability().judge(*asked(notes), PLAN)
    assert judged.score == 0.0
    assert judged.details[fault] > 0
    assert Playability().judge(*asked(GOOD), PLAN).score == 1.0


def test_touching_another_part_is_a_fault() -> None:
    request, take = asked(GOOD)
    other = take.score.with_part(take.score.part("other").replace(notes=Notes.of(song([60]))))
    assert Playability().judge(request, Written(other, 1.0), PLAN).details["touched"] == 1


def test_wrong_notes_fit_worse_than_right_ones() -> None:
    wrong = [note._replace(pitch=note.pitch + 1) for note in GOOD]
    assert Harmony().judge(*asked(wrong), PLAN).score < Harmony().judge(*asked(GOOD), PLAN).score


def test_jagged_lines_move_worse_than_singing_ones() -> None:
    jagged = song([60, 73, 62, 83, 61, 79, 63, 84] * 4)
    assert Line().judge(*asked(jagged), PLAN).score < 0.8 * Line().judge(*asked(GOOD), PLAN).score


def test_density_is_compared_with_what_was_asked() -> None:
    sparse = {CellAt("x", bar): CellControls(density=0) for bar in range(8)}
    busy = {CellAt("x", bar): CellControls(density=3) for bar in range(8)}
    assert Density().judge(*asked(GOOD, controls=busy), PLAN).score == 1.0
    assert Density().judge(*asked(GOOD, controls=sparse), PLAN).score < 0.2


def test_a_groove_that_never_returns_is_heard() -> None:
    rng = np.random.default_rng(0)
    steady = [Note(bar * BAR + i * 480, 240, 60) for bar in range(8) for i in range(4)]
    wild = [Note(bar * BAR + int(t) * 40, 30, 60) for bar in range(8) for t in sorted(rng.choice(48, 5, replace=False))]
    assert measures.part_groove(Notes.of(steady), asked(steady)[0].score) == 1.0
    assert (
        Groove().judge(*asked(wild, role="bass"), PLAN).score < Groove().judge(*asked(steady, role="bass"), PLAN).score
    )


def test_a_tune_with_a_shape_beats_one_without() -> None:
    flat = song([72, 60] * 16)
    shaped = [*GOOD[:-2], GOOD[-2]._replace(length=960)]
    assert Structure().judge(*asked(shaped), PLAN).score > Structure().judge(*asked(flat), PLAN).score


def test_likelihood_falls_with_surprise() -> None:
    request, take = asked(GOOD)
    marks = [Likelihood().judge(request, take._replace(nats_per_note=nats), PLAN).score for nats in (1.0, 3.0, 6.0)]
    assert marks == sorted(marks, reverse=True)
    assert Likelihood().judge(request, take, PLAN).score == 0.5


def test_marks_fall_outside_the_band() -> None:
    where = (0.1, 0.3, 0.4, 0.5, 0.7)
    assert mark(0.4, where) == 1.0
    assert mark(0.1, where) == pytest.approx(0.6)
    assert mark(0.9, where) < mark(0.7, where) < mark(0.55, where) < 1.0
    assert mark(5.0, None) == 1.0
    assert mark(math.nan, where) == 1.0


def test_bands_are_measured_for_the_genres_of_the_styles() -> None:
    for genre in ("folk-celtic", "baroque", "romantic", "quartet", "jazz", "pop"):
        found = band(genre, "melody", "step")
        assert found is not None
        assert list(found) == sorted(found)
        assert 0.2 < found[2] < 0.9
    assert band("no such genre", "melody", "step") == band("any", "melody", "step")


class _TwoTakes:
    """A writer with one bad and one good take."""

    id, version = "two", "1"

    def write(self, request: WriteRequest, *, stop: object = None) -> list[Written]:
        bad = [*GOOD, Note(0, 480, 40)]
        return [
            Written(request.score.with_part(request.score.part("x").replace(notes=Notes.of(n))), 1.0)
            for n in (bad, GOOD)
        ]


def test_the_playable_take_is_chosen() -> None:
    request, _ = asked([])
    choice = best_take(_TwoTakes(), request, PLAN, house_critics(), lambda: False)
    assert choice.score.part("x").notes == Notes.of(GOOD)
    assert choice.takes == 2
    assert choice.verdicts["playability"] == 1.0


def test_critics_like_our_own_songs_well_enough() -> None:
    from albumen.compose.song import compose_song

    plan = plan_song(Brief(style="waltz", seed=3, seconds=60))
    _, report = compose_song(plan, {"rules": RulesWriter()}, house_critics(), takes=2)
    assert report["verdicts"]["playability"] == 1.0
    assert min(report["verdicts"].values()) >= 0.5


def test_published_metrics_on_known_music() -> None:
    notes = Notes.of([Note(i * 480, 480, 60 + [0, 2, 4, 5, 7, 9, 11][i % 7]) for i in range(28)])
    score = Score(parts=(Part(id="x", notes=notes),))
    assert measures.pitch_class_entropy(score) == pytest.approx(math.log2(7))
    assert measures.scale_consistency(score) == 1.0
    assert measures.groove_consistency(score) == 1.0
    chromatic = Score(parts=(Part(id="x", notes=Notes.of([Note(i * 480, 480, 60 + i % 12) for i in range(24)])),))
    assert measures.scale_consistency(chromatic) == pytest.approx(7 / 12)
    off = Notes.of([Note(bar * 1920 + bar * 40, 40, 60) for bar in range(8)])
    assert measures.groove_consistency(Score(parts=(Part(id="x", notes=off),))) == pytest.approx(1 - 2 / 48)


class _NeverPlayable:
    """A writer whose takes all leave the range."""

    id, version = "never", "1"

    def __init__(self) -> None:
        self.seeds: list[str] = []

    def write(self, request: WriteRequest, *, stop: object = None) -> list[Written]:
        self.seeds.append(str(request.seed))
        return [Written(request.score.with_part(request.score.part("x").replace(notes=Notes.of(song([20])))), 1.0)]


def test_a_writer_that_breaks_hard_rules_is_asked_again_with_other_seeds() -> None:
    request, _ = asked([])
    writer = _NeverPlayable()
    choice = best_take(writer, request, PLAN, house_critics(), lambda: False)
    assert len(set(writer.seeds)) == 3
    assert choice.takes == 3
    assert choice.verdicts["playability"] == 0.0
