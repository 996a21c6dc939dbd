"""Portraits by the net that ships: the same again from a seed, relatives of those before, facts beside every picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from albumen.api import print_picture
from albumen.api.picture_verbs import PrintWish
from albumen.pipeline.portraying import PortraitWish, facts_of, paint_portraits
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong

QUICK = {"manner": "", "side": 256}


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return paint_portraits(tmp_path_factory.mktemp("portraits"), PortraitWish(theme="blue night", seed=4, **QUICK), count=3)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


def test_a_seed_paints_the_same_people_again(family: tuple[Path, ...], tmp_path: Path) -> None:
    again = paint_portraits(tmp_path, PortraitWish(theme="blue night", seed=4, **QUICK), count=3)
    assert list(map(digest_file, again)) == list(map(digest_file, family))
    others = paint_portraits(tmp_path / "others", PortraitWish(theme="blue night", seed=5, **QUICK), count=1)
    assert others[0].read_bytes() != family[0].read_bytes()
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (3 * 320, 320)


def test_every_portrait_tells_what_it_came_from(family: tuple[Path, ...]) -> None:
    for path in family:
        facts = facts_of(path)
        assert facts is not None and facts["held_out_pictures_nearer"] >= 0.01
        assert facts["objective"].startswith("min_G max_C") and ": " in facts["nearest_training_picture"]
    facts_read = [json.loads(path.with_suffix(".json").read_text()) for path in family]
    ranks = [(facts["shows_face"], facts["score"]) for facts in facts_read]
    assert ranks == sorted(ranks, reverse=True)


def test_the_words_of_a_theme_colour_the_ground(tmp_path: Path) -> None:
    red = paint_portraits(tmp_path / "red", PortraitWish(theme="a red background", **QUICK), count=3)
    blue = paint_portraits(tmp_path / "blue", PortraitWish(theme="a blue background", **QUICK), count=3)
    corner = {name: np.mean([pixels(path)[:60, :60].mean(axis=(0, 1)) for path in paths], axis=0)
              for name, paths in (("red", red), ("blue", blue))}  # fmt: skip
    assert corner["red"][0] - corner["red"][2] > corner["blue"][0] - corner["blue"][2] + 20


def test_relatives_are_nearer_than_strangers(family: tuple[Path, ...], tmp_path: Path) -> None:
    twin = paint_portraits(tmp_path / "twin", PortraitWish(parents=(family[0],), amount=0.05, **QUICK), count=1)[0]
    child = paint_portraits(tmp_path / "child", PortraitWish(parents=family[:2], **QUICK), count=1)[0]
    mother = pixels(family[0])
    assert np.abs(pixels(twin) - mother).mean() < 0.5 * np.abs(pixels(family[2]) - mother).mean()
    assert facts_of(child)["parents"] == [path.name for path in family[:2]]  # type: ignore[index]


def test_a_slider_moves_what_it_names(family: tuple[Path, ...], tmp_path: Path) -> None:
    corners = []
    for amount in (-2.0, 0.0, 2.0):
        wish = PortraitWish(parents=(family[0],), amount=0.0, sliders={"ground": amount}, **QUICK)
        corners.append(pixels(paint_portraits(tmp_path / f"{amount}", wish, count=1)[0])[:60, :60].mean())
    assert corners == sorted(corners) and corners[2] - corners[0] > 20


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"parents": (Path("a"), Path("b"), Path("c"))}, "too many"),
        ({"parents": (Path("nothing.png"),)}, "no portrait by the net"),
        ({"amount": 3.0}, "cannot differ"),
        ({"side": 20}, "pixels wide"),
        ({"sliders": {"smile": 1.0}}, "no slider"),
    ],
)
def test_wishes_that_cannot_be_met_are_told(wish: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match=said):
        paint_portraits(tmp_path / "out", PortraitWish(**wish), count=1)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_damaged_page_of_facts_is_told(family: tuple[Path, ...], tmp_path: Path) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(family[0].read_bytes())
    copy.with_suffix(".json").write_text("{not json")
    with pytest.raises(Wrong, match="damaged"):
        paint_portraits(tmp_path / "out", PortraitWish(parents=(copy,)), count=1)


def test_a_print_certifies_the_net(family: tuple[Path, ...], tmp_path: Path) -> None:
    made = print_picture(family[0], tmp_path, wish=PrintWish(size="5x5cm", wrap_cm=0, manner=""))
    assert made["certificate.pdf"].stat().st_size > 1000


def test_an_era_changes_who_is_painted_and_colours_are_told(family: tuple[Path, ...], tmp_path: Path) -> None:
    theme = "a red background, a blue background, purple lips"
    old, new = (
        paint_portraits(tmp_path / era, PortraitWish(theme=theme, era=era, **QUICK), count=1)[0]
        for era in ("before 1600", "20th century")
    )
    assert np.abs(pixels(old) - pixels(new)).mean() > 2
    told = facts_of(old)["colours"]  # type: ignore[index]
    assert any("purple lips" in sentence for sentence in told)
    assert "'blue background' was left out: 'red background' was said first" in told
    with pytest.raises(Wrong, match="no era 'stone age'; choose one of: before 1600"):
        paint_portraits(tmp_path / "none", PortraitWish(era="stone age", **QUICK), count=1)
    with pytest.raises(Wrong, match="style of relatives"):
        paint_portraits(tmp_path / "none", PortraitWish(style="Rococo", parents=family[:1], **QUICK), count=1)
