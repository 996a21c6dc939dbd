"""Styles: all built-in ones read; what is wrong in one is said with file and place."""

from importlib.resources import files
from pathlib import Path

import pytest

from albumen.compose.style_file import read_style, style_named, style_names, style_of
from albumen.work.errors import Wrong

WALTZ = files("albumen.compose").joinpath("styles", "waltz.toml").read_text(encoding="utf-8")


def test_the_styles_of_the_promise_are_there() -> None:
    assert {
        "folk-jig",
        "baroque",
        "classical",
        "romantic",
        "ragtime",
        "jazz-swing",
        "blues",
        "march",
        "chamber",
        "waltz",
    } <= set(style_names())
    assert {"rock", "pop", "electronic", "ambient"} <= set(style_names())
    assert len({style_named(name).genre for name in style_names()}) >= 12


@pytest.mark.parametrize("name", style_names())
def test_ideas_fill_their_sections(name: str) -> None:
    style = style_named(name)
    for phrases in style.progressions.values():
        for section in style.sections.values():
            bars = sum(phrases[phrase][0].count("|") + 1 for phrase in section.phrases)
            assert bars == 2 * len(section.ideas), f"{section.label}: {bars} bars, {len(section.ideas)} ideas of two"


@pytest.mark.parametrize("name", style_names())
def test_every_seat_can_be_heard(name: str) -> None:
    style = style_named(name)
    for member in style.band:
        if member.role == "melody":
            leads = [section.lead for section in style.sections.values()]
            assert member.id in leads or len([m for m in style.band if m.role == "melody"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('meters = ["3/4"]', 'meters = ["3/five"]', "meters"),
        ('keys = ["G"', 'keys = ["H"', "keys"),
        ('role = "bass"', 'role = "boss"', "band.4.role"),
        ('figures = "oom"', 'figures = "umpah"', "band.4.figures"),
        ("range = [28, 52]", "range = [2, 52]", "band.4.range"),
        ('calm = ["R . ."]', 'calm = ["R . . ."]', 'figures.oom."3/4".calm'),
        ('vamp = ["I | I | V7 | V7"]', 'vamp = ["I | Z | V7 | V7"]', "progressions.major.vamp"),
        ('kick = "o . ."', 'kik = "o . ."', 'drums.ballroom."3/4".calm.0'),
        ('ideas = "m f c k"', 'ideas = "m ff c k"', "sections.outro.ideas"),
        ('lead = "flute"', 'lead = "kazoo"', "sections.C"),
        ("tempo_bpm = [144, 186]", "tempo_bpm = [186, 144]", "tempo_bpm"),
        ('half = ["h."', 'half = ["h.."', 'rhythms."3/4".half'),
        ('ballroom = "intro A', 'ballroom = "intro A X', "forms.ballroom"),
        ('endings = ["held", "button"]', 'endings = ["never"]', "endings"),
        ("[melody]\nleap", "[melody]\nhop", "melody"),
    ],
)
def test_faults_are_named_with_their_place(old: str, new: str, place: str) -> None:
    assert old in WALTZ
    with pytest.raises(Wrong) as caught:
        style_of(WALTZ.replace(old, new, 1), "waltz", "waltz.toml")
    assert str(caught.value).startswith(f"waltz.toml: {place}")


def test_a_missing_field_is_named() -> None:
    with pytest.raises(Wrong, match="'genre' is missing"):
        style_of(WALTZ.replace('genre = "dance-classical"', ""), "waltz", "waltz.toml")


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("title = [", encoding="utf-8")
    with pytest.raises(Wrong, match="not TOML"):
        read_style(path)
    with pytest.raises(Wrong, match="cannot be read"):
        read_style(tmp_path / "none.toml")


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(Wrong, match="known are ambient"):
        style_named("polka-metal")
