"""The house painter: a look can be kept and drawn again, wishes are obeyed, colours that were asked for agree."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from albumen.art.cover import finish
from albumen.art.facts import AlbumFacts
from albumen.art.house import HousePainter
from albumen.art.look import look_from_json, look_json
from albumen.art.music_view import MusicView, read_view, write_view
from albumen.art.palette import luminance, palette_for
from albumen.art.picture import SRGB_PROFILE
from albumen.art.wishes import read_wishes
from albumen.art.words import colour_wishes
from albumen.models.portraits.colour import oklab_of
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong
from albumen.work.job import Job
from albumen.work.seed import Seed


def test_a_kept_look_draws_the_same_picture(facts: AlbumFacts, music: MusicView) -> None:
    chosen = HousePainter().choose(facts, music, Seed(3), {"template": "gallery", "engine": "rose"}, Job())
    kept = look_from_json(json.loads(json.dumps(look_json(chosen.look))))
    assert kept.identity.engine == "rose" and kept.template.name == "gallery"
    first, second = (finish(look, facts, music, side=200).pixels for look in (chosen.look, kept))
    assert np.array_equal(first, second)
    with pytest.raises(Wrong, match="contact sheet shows"):
        HousePainter().choose(facts, music, Seed(3), {"template": "gallery", "engine": "rose", "choice": 99}, Job())


def test_a_view_of_music_reads_back(music: MusicView, tmp_path: Path) -> None:
    write_view(tmp_path / "view.npz", music)
    again = read_view(tmp_path / "view.npz")
    assert again.key == music.key and again.minor == music.minor and again.beats == music.beats
    assert np.array_equal(again.spectrum, music.spectrum) and np.array_equal(again.notes, music.notes)


@pytest.mark.parametrize("seed", range(6))
def test_asked_colours_stand_before_a_ground_of_their_kind(seed: int) -> None:
    theme = "a woman with blue eyes and purple lips against the dark"
    assert [wish.place for wish in colour_wishes(theme)] == ["eyes", "lips", "ground"]
    palette = palette_for(AlbumFacts(title="Passion", artist="", theme=theme), Seed(seed))
    assert luminance(palette.ground) < 0.1
    _, green_red, blue_yellow = oklab_of(np.array(palette.ground, dtype=np.float32) / 255)
    hue = np.degrees(np.arctan2(blue_yellow, green_red)) % 360
    assert 230 <= hue <= 335, hue  # between the blue and the purple, give or take


def test_the_page_of_wishes_is_checked(tmp_path: Path) -> None:
    page = tmp_path / "cover.toml"
    assert read_wishes(page) == {}
    page.write_text('format = 1\nchoice = 3\n[colours]\nink = "#ffffff"\n')
    assert read_wishes(page) == {"choice": 3, "colours": {"ink": "#ffffff"}}
    page.write_text("choice = 3\n")
    with pytest.raises(Wrong, match="format = 1"):
        read_wishes(page)


def test_equal_pictures_have_equal_bytes_at_any_time(tmp_path: Path) -> None:
    program = (
        "import sys, numpy as np; from pathlib import Path; from albumen.art.picture import write_jpeg, write_png\n"
        "pixels = np.full((8, 8, 3), 90, dtype=np.uint8)\n"
        "write_png(Path(sys.argv[1] + '.png'), pixels); write_jpeg(Path(sys.argv[1] + '.jpg'), pixels)"
    )
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], check=True)
        time.sleep(1.1)  # a profile's date counts seconds
    for kind in ("png", "jpg"):
        assert digest_file(tmp_path / f"one.{kind}") == digest_file(tmp_path / f"two.{kind}")
    assert "sRGB".encode("utf-16-be") in SRGB_PROFILE and len(SRGB_PROFILE) == int.from_bytes(SRGB_PROFILE[:4], "big")
