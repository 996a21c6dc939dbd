from __future__ import annotations

import numpy as np
import pytest

from albumen.corpus.form_finding import joined_pairs, letters, with_sections
from albumen.corpus.grid import on_grid
from albumen.corpus.piece import analysed
from albumen.corpus.role_finding import with_roles
from albumen.corpus.sounding import sounding
from albumen.corpus.two_hands import left_hand, with_hands_apart
from albumen.score.chord import Chord
from albumen.score.notes import Note, Notes
from albumen.score.score import ChordChange, Score
from albumen.score.section import Section
from albumen.work.errors import Wrong
from tests.unit.corpus.songs import BAR, QUARTER, bass_under, chorale, line, part, song, tune


def roles_of(score: Score) -> dict[str, str]:
    grid = on_grid(score)
    return {one.name: one.role for one in with_roles(grid, sounding(grid)).parts}


def chords_part(name: str, program: int, length: int) -> object:
    notes = [Note(at, length, pitch) for at in range(0, 8 * BAR, BAR) for pitch in (55, 59, 62)]
    return part(notes, name, program)


def test_four_voices() -> None:
    roles = roles_of(chorale(["C", "F", "G", "C"] * 4))
    assert roles == {"Soprano": "melody", "Alto": "counter", "Tenor": "counter", "Bass": "bass"}


def test_a_band_without_telling_names() -> None:
    lead = part(tune(3).parts[0].notes.shifted(semitones=12), "one", 65)
    drums = part(line([36, 42, 38, 42] * 8), "two", is_drum=True)
    low = part(line([36, 43] * 8, 2 * QUARTER), "three", 33)
    comp, pad = chords_part("four", 25, QUARTER), chords_part("five", 89, BAR)
    roles = roles_of(song(drums, low, comp, pad, lead))  # type: ignore[arg-type]
    assert roles == {"one": "melody", "two": "drums", "three": "bass", "four": "chords", "five": "pad"}


def test_an_accompaniment_without_a_tune_has_no_melody() -> None:
    drums = part(line([36, 42, 38, 42] * 8), "Drum", is_drum=True)
    low = part(line([36, 43] * 8, 2 * QUARTER), "Bass", 33)
    roles = roles_of(song(drums, low, chords_part("Chord-Guitar", 25, QUARTER)))  # type: ignore[arg-type]
    assert roles == {"Drum": "drums", "Bass": "bass", "Chord-Guitar": "chords"}


def test_a_lone_tune_is_the_melody_and_timpani_are_never_the_bass() -> None:
    assert roles_of(tune(1)) == {"melody": "melody"}
    drums_of_war = part(line([36, 41] * 16), "Timpani", 47)
    cello = part(line([43, 48] * 16), "Cello", 42)
    assert roles_of(song(*tune(1).parts, drums_of_war, cello))["Cello"] == "bass"


def test_two_hands_of_one_piano_part_are_told_apart() -> None:
    right = [Note(at, QUARTER, pitch) for at in range(0, 8 * BAR, QUARTER) for pitch in (72, 76)]
    left = [Note(at, QUARTER, 43 if at % BAR == 0 else 50) for at in range(0, 8 * BAR, QUARTER)]
    whole = on_grid(song(part([*right, *left], "Piano")))
    apart = with_hands_apart(whole)
    assert [one.id for one in apart.parts] == ["piano", "piano-2"]
    assert set(apart.parts[0].notes.pitch.tolist()) == {72, 76}
    assert set(apart.parts[1].notes.pitch.tolist()) == {43, 50}
    assert sum(len(one.notes) for one in apart.parts) == len(whole.parts[0].notes)


def test_the_border_follows_hands_that_move_up() -> None:
    low = Notes.of([Note(12 * step, 12, pitch + step) for step in range(16) for pitch in (40, 64)])
    assert np.array_equal(left_hand(low), low.pitch < 40 + low.onset // 12 + 12)


def test_a_single_line_on_a_piano_stays_whole() -> None:
    assert len(with_hands_apart(on_grid(tune(5))).parts) == 1


def strain(*seeds: int, shifts: tuple[int, ...] = ()) -> Score:
    """Eight-bar strains after one another, one for each seed, transposed by `shifts`."""
    joined = Notes((), (), (), ())
    for place, seed in enumerate(seeds):
        shift = shifts[place] if shifts else 0
        joined = joined.joined(tune(seed).parts[0].notes.shifted(place * 8 * BAR, shift))
    return on_grid(song(part(joined)))


def form_of(score: Score) -> str:
    return " ".join(f"{section.label}{section.bars}" for section in with_sections(score).sections)


def test_strains_that_return_share_their_label() -> None:
    assert form_of(strain(1, 1, 2, 2)) == "A8 A8 B8 B8"
    assert form_of(strain(1, 2, 1)) == "A8 B8 A8"
    assert form_of(strain(1, 2, 1, 2, 3, 2)) == "A8 B8 A8 B8 C8 B8"


def test_a_strain_in_another_key_is_the_same_strain() -> None:
    assert form_of(strain(1, 2, 1, shifts=(0, 0, 5))) == "A8 B8 A8"


def test_an_upbeat_bar_belongs_to_the_first_strain() -> None:
    upbeat = tune(1, bars=1).parts[0].notes.between(3 * QUARTER, BAR)
    whole = upbeat.joined(tune(1).parts[0].notes.shifted(BAR)).joined(tune(1).parts[0].notes.shifted(9 * BAR))
    assert form_of(on_grid(song(part([Note(0, 60, 55), *whole])))) == "A9 A8"


def test_sections_cover_every_bar_once_whatever_the_song() -> None:
    for score in (tune(1, bars=4), tune(2, bars=5), tune(3, bars=41), strain(1, 2, 3, 1)):
        grid = on_grid(score) if score.resolution != 12 else score
        sections = with_sections(grid).sections
        edges = [0, *(section.end_bar for section in sections)]
        assert [section.start_bar for section in sections] == edges[:-1]
        assert edges[-1] == len(grid.bars())


def test_drums_alone_have_a_form() -> None:
    beat, fill = [36, 42, 38, 42] * 8, [36, 38, 38, 45] * 8
    score = on_grid(song(part(line([*beat, *fill, *beat], QUARTER), is_drum=True)))
    form = form_of(score).split()
    assert (form[0], form[-1]) == ("A8", "A8")
    assert all(section.startswith("B") for section in form[1:-1]) and len(form) > 2


def test_short_sections_that_return_only_together_are_one() -> None:
    def form(text: str) -> str:
        bars, sections = 0, []
        for word in text.split():
            sections.append(Section(label=word[0], start_bar=bars, bars=int(word[1:])))
            bars += int(word[1:])
        return " ".join(f"{section.label}{section.bars}" for section in joined_pairs(sections))

    assert form("A4 B4 C8 A4 B4 D4") == "A8 B8 A8 C4"
    assert form("A4 B4 A4 C4 B4") == "A4 B4 A4 C4 B4"
    assert form("A8 B8 A8 B8") == "A8 B8 A8 B8"
    assert form("A4 B4 C4 A4 B4 C4") == "A12 A12"


def test_letters_go_on_after_z() -> None:
    assert [letters(number) for number in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]


def test_an_analysed_song_has_everything() -> None:
    score = analysed(on_grid(bass_under(tune(7, bars=16))))
    assert score.keys and score.keys[0].tick == 0
    assert score.chords
    assert sorted(one.role for one in score.parts) == ["bass", "melody"]
    assert score.sections


def test_a_band_that_contradicts_its_chord_names_is_refused_and_a_fitting_name_stays() -> None:
    drums = part(line([36, 42, 38, 42] * 16), "Drum", is_drum=True)
    whole = chorale(["C", "F", "G7", "C"] * 8)
    band = whole.replace(parts=(*whole.parts, drums))
    wrong = tuple(ChordChange(BAR * bar, Chord.parse("Gb")) for bar in range(16))
    with pytest.raises(Wrong, match="contradict its chord names"):
        analysed(on_grid(band.replace(chords=wrong)))
    named = [Chord.parse(name) for name in ("Cmaj7", "F", "G7", "C")] * 8
    right = tuple(ChordChange(BAR // 2 * slot, chord) for slot, chord in enumerate(named))
    assert [str(change.chord) for change in analysed(on_grid(band.replace(chords=right))).chords[:3]] == [
        "Cmaj7",
        "F",
        "G7",
    ]
