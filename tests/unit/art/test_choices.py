"""What a person asks for is heard, acts, and is told: colours in words, motif, manner, era; nothing is dropped in silence."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from albumen.art.cover import candidates
from albumen.art.cover_page import cover_page
from albumen.art.engines import ENGINES, scene
from albumen.art.facts import AlbumFacts, SongFacts
from albumen.art.identity import ERA_CHOICES, STYLE_CHOICES, YOURS, identities, overridden, settled
from albumen.art.look import Look, drawn, look_from_json, look_json
from albumen.art.music_view import MusicView
from albumen.art.palette import palette_for
from albumen.art.recolour import coloured
from albumen.art.templates import TEMPLATES
from albumen.art.words import colour_wishes, colours_heard, telling_words
from albumen.models.portraits.colour import lch_of, oklab_of
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

COLOURS = ("red", "blue", "green", "purple")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("place", ["background", "lips", "eyes", "hair", "dress"])
def test_a_colour_finds_its_place_in_either_order(colour: str, place: str) -> None:
    wanted = colour_wishes(f"{colour} {place}")
    forms = ("{} are {}", "{}: {}", "{} should be {}, please", "her {} in {}")
    for text in (form.format(place, colour) for form in forms):
        assert colour_wishes(text) == wanted, text


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("form", ["no {} please", "not {} background", "without any {}", "never {}", "anything but {}"])
def test_a_colour_that_is_not_wanted_is_no_wish_and_is_kept_away(colour: str, form: str) -> None:
    heard = colours_heard(form.format(colour))
    assert not heard.wishes and len(heard.unwanted) == 1 and "not wanted" in heard.dropped[0]
    for seed in range(6):
        palette = palette_for(AlbumFacts(title="T", artist="A", theme=form.format(colour)), Seed(seed))
        _, chroma, hue = lch_of(oklab_of(np.array(palette.ground) / 255.0))
        assert chroma < 0.02 or abs((hue - heard.unwanted[0].lch[2] + 180) % 360 - 180) > 25
        assert heard.dropped[0] in palette.reasons


@pytest.mark.parametrize(
    ("text", "kept", "left"),
    [
        ("a red background, a blue background", "red background", "blue background"),
        ("dark light background", "dark background", "light background"),
        ("background is dark, a white background", "dark background", "white background"),
        ("lips are purple and red lips", "purple lips", "red lips"),
    ],
)
def test_what_contradicts_is_told(text: str, kept: str, left: str) -> None:
    heard = colours_heard(text)
    assert [wish.said for wish in heard.wishes] == [kept]
    assert heard.dropped == (f"'{left}' was left out: '{kept}' was said first",)


def test_named_colours_lie_on_the_portrait_and_a_missing_face_is_told() -> None:
    grey = np.full((128, 128, 3), 120, dtype=np.uint8)
    told = coloured(grey, colour_wishes("blue eyes, purple lips, red background, green dress"))
    assert [sentence for sentence in told.told if "no face" in sentence] == [
        "'purple lips' could not be painted: no face was found in the picture",
        "'blue eyes' could not be painted: no face was found in the picture",
    ]
    strips = (slice(0, 6), slice(110, 128), slice(48, 60))
    corner, chest, face = (told.picture[rows, 50:78].reshape(-1, 3).mean(axis=0) for rows in strips)
    assert corner[0] > corner[2] + 60 and chest[1] > chest[0] + 40 and np.ptp(face) < 6
    assert coloured(grey, ()).picture is grey


@pytest.mark.parametrize("wrong", [{"engine": "photo"}, {"type": "comic"}, {"manner": "spray"}, {"era": "stone age"},
                                   {"style": "Pop"}, {"motif": "cat"}, {"template": "none"}, {"colours": {"ink": "red"}},
                                   {"engine": "rose", "motif": "rings"}])  # fmt: skip
def test_wrong_values_name_the_file_and_the_choices(wrong: dict[str, object], facts: AlbumFacts) -> None:
    with pytest.raises(Wrong, match=r"^art/cover\.toml: .*; (choose one of: |write it as)"):
        overridden(identities(facts, Seed(1), 1)[0], wrong)


def test_every_choice_is_told_and_follows_an_override(facts: AlbumFacts) -> None:
    planned = identities(facts, Seed(1), 1)[0]
    wishes = {"engine": "horizon", "manner": "pointillist", "era": "17th century", "colours": {"ink": "#ffffff"}}
    changed = settled(overridden(planned, wishes), facts, Seed(1))
    names = ("engine", "motif", "type", "manner", "era", "style")
    told = {name: [reason for reason in changed.reasons if reason.startswith(f"{name} ")] for name in names}
    assert all(len(lines) == 1 for lines in told.values())
    assert told["engine"] == [f"engine horizon: {YOURS}"] or YOURS in told["engine"][0]
    assert YOURS in told["manner"][0] and YOURS in told["era"][0] and YOURS not in told["type"][0]
    assert any(reason.startswith("ink #ffffff: yours") for reason in changed.reasons)
    assert told["motif"][0].startswith("motif land: ")


def test_a_motif_calls_an_engine_that_can_show_it(facts: AlbumFacts) -> None:
    planned = replace(identities(facts, Seed(1), 1)[0], engine="quilt")
    for engine in ENGINES.values():
        for motif in engine.motifs:
            assert motif in ENGINES[overridden(planned, {"motif": motif}).engine].motifs


@pytest.mark.parametrize(
    ("engine", "wish"),
    [
        ("horizon", {"manner": "pointillist"}),
        ("ridgeline", {"motif": "rings"}),
        ("ridgeline", {"motif": "hills"}),
        ("harmonograph", {"motif": "suspended"}),
    ],
)
def test_what_is_fixed_is_drawn_and_drawn_again(
    engine: str, wish: dict[str, str], facts: AlbumFacts, music: MusicView
) -> None:
    planned = identities(facts, Seed(1), 1)[0]
    own = settled(overridden(planned, {"engine": engine}), facts, Seed(8))
    asked = settled(overridden(planned, {"engine": engine, **wish}), facts, Seed(8))
    first = drawn(asked, music, 160, Seed(8))
    assert np.array_equal(first, drawn(asked, music, 160, Seed(8)))
    assert np.array_equal(drawn(own, music, 160, Seed(8)), ENGINES[engine].draw(music, own.palette, 160, Seed(8)))
    assert own == asked or np.abs(first.astype(int) - drawn(own, music, 160, Seed(8))).mean() > 0.5


@pytest.mark.skipif("scene" not in ENGINES, reason="no net of grounds is installed")
def test_words_choose_the_subject_and_era_reaches_the_net(music: MusicView, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def painted(name: str, wish: object, boldness: float, seed: Seed, **more: bool) -> np.ndarray:
        asked.append(wish)
        return np.full((64, 64, 3), 90, dtype=np.uint8)

    monkeypatch.setattr(scene, "painting_of", painted)
    for theme, poem, subject in (("ships in the harbour", "street", "marine"), ("a city of glass", "", "cityscape"),
                                 ("nothing at all", "garden petals", "flower"), ("nothing at all", "", None)):  # fmt: skip
        facts = AlbumFacts(title="T", artist="", theme=theme, songs=(SongFacts(title="s", poem=poem),))
        planned = identities(facts, Seed(1), 1)[0]
        found = settled(overridden(planned, {"engine": "scene", "era": "17th century", "style": "Baroque"}), facts, Seed(2))
        drawn(found, music, 60, Seed(2))
        assert asked[-1].genre == (subject or scene.subject_by_mood(found.palette, Seed(2)))
        assert (asked[-1].era, asked[-1].style) == ("17th century", "Baroque")
        drawn(settled(overridden(planned, {"engine": "scene", "era": "any"}), facts, Seed(2)), music, 60, Seed(2))
        assert asked[-1].era is None


def test_poems_lean_lightly_and_only_by_their_telling_words() -> None:
    def of(poem: str, theme: str = "a table and a chair") -> float:
        song = SongFacts(title="s", poem=telling_words(poem))
        return palette_for(AlbumFacts(title="T", artist="", theme=theme, songs=(song,)), Seed(1)).valence

    plain = of("the the")
    assert of("grief, death and sorrow") < plain < of("joy and love and hope") < plain + 0.5
    assert of("joy and love") == of("love, love! and such a joy")


@pytest.mark.skipif("portrait" not in ENGINES, reason="no portrait net is installed")
@pytest.mark.parametrize("seed", range(3))
def test_words_of_a_person_put_a_portrait_first(seed: int, music: MusicView, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the engines draw does not matter here: even a dull portrait comes before a fair picture of something else.
    def draw(identity: object, music: MusicView, side: int, seed: Seed) -> np.ndarray:
        ramp = np.linspace(0, 255, side, dtype=np.uint8)
        dull = identity.engine == "portrait"  # type: ignore[attr-defined]
        return np.full((side, side, 3), 128, np.uint8) if dull else np.repeat(np.repeat(ramp[:, None], side, 1)[..., None], 3, 2)

    facts = AlbumFacts(title="Made", artist="A", theme="a woman in a boat", songs=(SongFacts(title="s"),))
    monkeypatch.setattr("albumen.art.cover._told", lambda *_: ())
    monkeypatch.setattr("albumen.art.cover.TEMPLATES", TEMPLATES[:2])
    ranked = candidates(facts, music, Seed(seed), looks=4, draw=draw)
    assert ranked[0].identity.engine == "portrait"
    assert any(f"template {ranked[0].template.name}: " in reason for reason in ranked[0].as_look().identity.reasons)


def test_a_kept_look_keeps_its_colours_and_choices(facts: AlbumFacts) -> None:
    facts = replace(facts, theme="blue eyes, purple lips, dark background")
    identity = settled(overridden(identities(facts, Seed(1), 1)[0], {"motif": "rings"}), facts, Seed(1))
    look = Look(identity=identity, template=TEMPLATES[0], picture_seed=Seed(1))
    assert look_from_json(json.loads(json.dumps(look_json(look)))) == look


def test_the_page_lists_all_choices() -> None:
    named = dict.fromkeys(("engine", "motif", "type", "template", "manner", "era", "style"), "x")
    page = cover_page({**named, "reasons": ["because"]})
    for name in (*ERA_CHOICES, *STYLE_CHOICES, *(motif for engine in ENGINES.values() for motif in engine.motifs)):
        assert name in page
    assert "albumen explain" in page and "#   because" in page
