"""Colours that a person named for a portrait: relatives inherit them unless others are named, and the record says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from albumen.art.certificate import Edition, certificate
from albumen.pipeline.filming import _before_strokes
from albumen.pipeline.named_colours import NamedColours, inherited, named_in, portrait_seed, read_named
from albumen.pipeline.origins import origin_of
from albumen.pipeline.portraying import PortraitWish, facts_of, paint_portraits
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed

QUICK = {"manner": "", "side": 256}


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wish = PortraitWish(theme="a red background, purple lips", seed=4, **QUICK)
    return paint_portraits(tmp_path_factory.mktemp("red"), wish, count=1)[0]


def redness(path: Path) -> float:
    with Image.open(path) as picture:
        corner = np.asarray(picture.convert("RGB"), dtype=float)[:50, :50].mean(axis=(0, 1))
    return float(corner[0] - corner[1:].mean())


def told(path: Path) -> list[str]:
    return list(facts_of(path)["colours"])  # type: ignore[index]


def test_a_variant_has_the_colours_of_its_parent_and_its_record_and_print_say_so(red: Path, tmp_path: Path) -> None:
    wish = PortraitWish(parents=(red,), seed=1, **QUICK)
    child = paint_portraits(tmp_path / "child", wish, count=1)[0]
    assert redness(child) == pytest.approx(redness(red), abs=12) and redness(red) > 50
    called = f"{red.parent.name}/portrait-01"
    assert f"'red background' is inherited from {called}" in told(child)
    assert f"red background (as {called})" in origin_of(child).colours and "red background" in origin_of(red).colours
    grandchild = paint_portraits(tmp_path / "grandchild", PortraitWish(parents=(child,), **QUICK), count=1)[0]
    assert redness(grandchild) > 50


def test_other_colours_or_a_slider_replace_those_of_the_parent_on_the_same_people(red: Path, tmp_path: Path) -> None:
    wishes = {
        "as it is": PortraitWish(parents=(red,), **QUICK),
        "blue": PortraitWish(parents=(red,), theme="a blue background", **QUICK),
        "slid": PortraitWish(parents=(red,), sliders={"ground": 0.5}, **QUICK),
        "freed": PortraitWish(parents=(red,), theme="no red background", **QUICK),
    }
    made = {name: paint_portraits(tmp_path / name, wish, count=1)[0] for name, wish in wishes.items()}
    assert redness(made["blue"]) < 0 < 50 < redness(made["as it is"])
    assert facts_of(made["blue"])["styles"] == facts_of(made["as it is"])["styles"]  # type: ignore[index]
    assert redness(made["freed"]) < redness(made["as it is"]) - 10
    called = f"{red.parent.name}/portrait-01"
    assert f"'red background' of {called} was not inherited: the slider ground was moved" in told(made["slid"])
    assert f"'red background' of {called} was not inherited: it is not wanted" in told(made["freed"])
    assert f"'purple lips' is inherited from {called}" in told(made["blue"])


def test_children_of_two_have_a_colour_a_place_from_either() -> None:
    seed = portrait_seed(0, "")
    parents = [
        ("a/portrait-01", named_in("blue eyes, purple lips", seed).colours),
        ("b/portrait-01", named_in("green eyes, black hair", seed).colours),
    ]
    families = [inherited(parents, NamedColours(), "", {}, Seed(number)) for number in range(20)]
    eyes = {named.parent for family in families for named in family.colours if named.wish.place == "eyes"}
    assert eyes == {"a/portrait-01", "b/portrait-01"}
    assert all([named.wish.place for named in family.colours] == ["hair", "lips", "eyes"] for family in families)


def test_pages_from_before_colours_were_noted_tell_them_by_their_theme(red: Path, tmp_path: Path) -> None:
    facts = facts_of(red)
    assert facts is not None
    page = red.with_suffix(".json")
    noted = read_named(facts, page)
    assert [named.wish.said for named in noted] == ["red background", "purple lips"]
    assert read_named({name: value for name, value in facts.items() if name != "named_colours"}, page) == noted
    for rows in ([{"words": "red"}], [{"words": "red", "place": "knee", "lch": [0, 0, 0], "rgb": None, "parent": ""}], [3]):
        with pytest.raises(Wrong, match="colours in this page"):
            read_named(facts | {"named_colours": rows}, page)
    copy = tmp_path / "copy.png"
    copy.write_bytes(red.read_bytes())
    copy.with_suffix(".json").write_text(json.dumps(facts | {"named_colours": [3]}))
    with pytest.raises(Wrong, match="colours in this page"):
        paint_portraits(tmp_path / "out", PortraitWish(parents=(copy,), **QUICK), count=1)
    assert not (tmp_path / "out").exists()


def test_a_making_of_ends_in_the_colours_that_were_named(red: Path) -> None:
    pixels = _before_strokes(red, Job()).pixels
    corner = pixels[: len(pixels) // 5, : len(pixels) // 5].astype(float).mean(axis=(0, 1))
    assert corner[0] - corner[1:].mean() == pytest.approx(redness(red), abs=12)


def test_a_certificate_states_the_colours() -> None:
    edition = Edition(title="Harbour", artist="Ada", number=1, of=1, seed="1", model="net", data="data")
    picture = np.zeros((50, 50, 3), np.uint8)
    named = Edition(**{name: getattr(edition, name) for name in ("title", "artist", "number", "of", "seed", "model", "data")},
                    colours="blue eyes")  # fmt: skip
    assert (certificate(named, picture) != certificate(edition, picture)).any()
