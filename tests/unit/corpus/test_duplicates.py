from __future__ import annotations

import pytest

from albumen.corpus.duplicates import fates, kin
from albumen.corpus.fingerprint import Fingerprint, fingerprint, likeness
from albumen.corpus.grid import on_grid
from albumen.corpus.sounding import sounding
from albumen.score.score import Score
from tests.unit.corpus.songs import BAR, bass_under, part, song, tune


def mark(score: Score) -> Fingerprint:
    return fingerprint(sounding(on_grid(score)))


def shifted(score: Score, semitones: int, ticks: int = 0) -> Score:
    return score.replace(parts=tuple(one.replace(notes=one.notes.shifted(ticks, semitones)) for one in score.parts))


@pytest.mark.parametrize("semitones", [-7, 1, 12])
def test_a_transposed_delayed_faster_copy_has_the_same_fingerprint(semitones: int) -> None:
    score = bass_under(tune(1, bars=32))
    other = mark(shifted(score, semitones, 2 * BAR).replace(tempos=tune(1).tempos))
    assert mark(score).whole == other.whole
    assert (mark(score).texture == other.texture).all() and (mark(score).tune == other.tune).all()


def test_different_tunes_share_nothing_and_a_new_bass_keeps_the_tune() -> None:
    one, two = mark(tune(1, bars=32)), mark(tune(2, bars=32))
    assert likeness(one.tune, two.tune) < 0.05
    under = mark(bass_under(tune(1, bars=32)))
    assert likeness(one.tune, under.tune) > 0.9
    assert likeness(one.texture, under.texture) < 0.8


def test_a_variant_with_a_few_other_notes_is_still_kin() -> None:
    score = tune(1, bars=32)
    notes = score.parts[0].notes
    pitches = notes.pitch.copy()
    pitches[::25] += 2
    varied = song(part(notes.replace(pitch=pitches)))
    assert 0.2 < likeness(mark(score).tune, mark(varied).tune) < 0.95
    assert [pair[:2] for pair in kin([mark(score), mark(tune(9, bars=32)), mark(varied)])] == [(0, 2)]


def test_of_copies_the_better_one_stays() -> None:
    marks = [mark(bass_under(tune(1, bars=32))), mark(tune(5, bars=32)), mark(shifted(bass_under(tune(1, bars=32)), 3))]
    found = fates(marks, ["train"] * 3, ranks=[1, 0, 0])
    assert [fate.dropped for fate in found] == ["duplicate", "", ""]
    assert found[0].because_of == 2
    assert found[0].group == found[2].group != found[1].group


def test_training_songs_that_are_in_validation_are_left_out() -> None:
    tunes = [tune(1, bars=32), bass_under(tune(1, bars=32)), tune(3, bars=32)]
    found = fates([mark(one) for one in tunes], ["train", "valid", "train"], ranks=[0, 0, 0])
    assert [fate.dropped for fate in found] == ["in validation", "", ""]


def test_songs_too_short_for_a_figure_are_kin_to_none() -> None:
    tiny = song(part(list(tune(1).parts[0].notes)[:3]))
    assert kin([mark(tiny), mark(tiny), mark(song())]) == []
