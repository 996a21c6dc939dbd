"""The soundness check hears each fault; ten songs have none."""

import dataclasses

import pytest

from albumen.album.brief import Brief
from albumen.album.plan import SongPlan
from albumen.compose.critics.soundness import song_faults
from albumen.compose.rules.fit import fitted
from albumen.compose.rules.writer import RulesWriter
from albumen.compose.song import compose_song
from albumen.compose.song_plan import plan_song
from albumen.compose.style_file import style_names
from albumen.score.notes import Note, Notes
from albumen.score.part import Control
from albumen.score.score import Score
from albumen.score.writing import Limits


@pytest.fixture(scope="module")
def song() -> tuple[Score, SongPlan]:
    plan = plan_song(Brief(style="folk-air", seed=1, seconds=60))
    return compose_song(plan, {"rules": RulesWriter()}, takes=1)[0], plan


@pytest.mark.parametrize("number", range(10))
def test_ten_songs_are_sound(number: int) -> None:
    names = style_names()
    plan = plan_song(Brief(style=names[(number * 7) % len(names)], seed=500 + number, seconds=70))
    score, _ = compose_song(plan, {"rules": RulesWriter()}, takes=1)
    assert song_faults(score, plan) == []


def _with(score: Score, part_id: str, *notes: Note) -> Score:
    part = score.part(part_id)
    return score.with_part(part.replace(notes=part.notes.joined(Notes.of(notes))))


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (Note(0, 480, 24), "its range is"),
        (Note(0, 9 * 1440, 50), "for more than 8 bars"),
        (Note(200_000, 480, 50), "hangs|does not end|nothing sounds"),
    ],
)
def test_bad_notes_are_heard(song: tuple[Score, SongPlan], note: Note, words: str) -> None:
    import re

    score, plan = song
    assert song_faults(score, plan) == []
    assert any(re.search(words, fault) for fault in song_faults(_with(score, "cello", note), plan))


def test_silence_and_uninvited_parts_are_heard(song: tuple[Score, SongPlan]) -> None:
    score, plan = song
    silent = score.with_part(score.part("harp").replace(notes=Notes((), (), (), ())))
    assert "harp never plays" in song_faults(silent, plan)
    index = next(i for i, section in enumerate(plan.sections) if "fiddle" not in section.band)
    tick = score.bars()[plan.starts()[index]].start
    assert any("lets it rest" in fault for fault in song_faults(_with(score, "fiddle", Note(tick, 100, 70)), plan))


def test_a_pedal_that_stays_down_is_heard(song: tuple[Score, SongPlan]) -> None:
    score, plan = song
    stuck = score.with_part(score.part("harp").replace(controls=(Control(0, 64, 127),)))
    pianos = tuple(part.replace(controls=()) for part in stuck.parts if part.id != "harp")
    only = dataclasses.replace(stuck, parts=(*pianos, stuck.part("harp")))
    assert "the pedal is never released" in song_faults(only, plan)


def test_fresh_notes_give_way_to_kept_ones_only_where_they_follow() -> None:
    kept = Notes.of([Note(0, 100, 60), Note(600, 100, 60)])
    fresh = [Note(300, 900, 60), Note(300, 50, 64)]
    played = fitted(fresh, Limits(48, 84, 4), kept, 1000)
    assert sorted(played) == [Note(300, 50, 64), Note(300, 300, 60)]


@pytest.mark.parametrize("style", ["baroque", "ambient", "folk-air", "pop"])
def test_songs_end_on_the_root_without_a_bass_too(style: str) -> None:
    plan = plan_song(Brief(style=style, seed=4, seconds=40))
    bassless = {part.id for part in plan.band if part.role != "bass"}
    sections = tuple(
        dataclasses.replace(section, band=tuple(p for p in section.band if p in bassless)) for section in plan.sections
    )
    plan = dataclasses.replace(plan, sections=sections)
    score, _ = compose_song(plan, {"rules": RulesWriter()}, takes=1)
    assert not [fault for fault in song_faults(score, plan) if "root" in fault]
