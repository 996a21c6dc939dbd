"""The report card says what is there and warns of what is wrong."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import soundfile
from PIL import Image

from albumen.sound.audio_file import read_blocks
from albumen.sound.loudness import measure_loudness
from albumen.sound.master import Cut, Master, Profile
from albumen.sound.report_card import report_card, write_report_card


def master_of(paths: list[Path]) -> Master:
    cuts = tuple(
        Cut(
            name=path.stem,
            path=path,
            start_frame=0,
            frames=3 * 44_100,
            loudness=measure_loudness(read_blocks(path), 44_100),
        )
        for path in paths
    )
    return Master(cuts=cuts, album=cuts[0].loudness, gain_db=2.0, deepest_reduction_db=-1.0, hard_share=0.0)


def test_a_card_holds_the_readings_as_json_picture_and_page(noise_file: Callable[..., Path], tmp_path: Path) -> None:
    paths = [noise_file("one", 3.0, 0.5), noise_file("three", 3.0, 0.2)]
    for path in paths:
        sound, rate = soundfile.read(path)
        soundfile.write(path, sound[:, [0, 0]], rate, subtype="PCM_24")
    master = master_of(paths)
    profile = Profile(loudest_lufs=master.cuts[0].loudness.integrated_lufs)
    card = report_card(master, profile)
    assert card.warnings == ()
    data, picture, page = write_report_card(card, master, tmp_path / "card")
    read = json.loads(data.read_text())
    assert list(read["songs"]) == ["one", "three"] and len(read["songs"]["one"]["spectrum_db"]) == 30
    assert read["songs"]["one"]["integrated_lufs"] > read["songs"]["three"]["integrated_lufs"] + 5
    with Image.open(picture) as image:
        assert image.size[0] == 1300
    assert "Nothing to complain of" in page.read_text() and "<td>three</td>" in page.read_text()


def test_a_card_warns(noise_file: Callable[..., Path]) -> None:
    master = master_of([noise_file("one", 3.0, 0.9)])
    heard = dataclasses.replace(master.cuts[0].loudness, true_peak_db=0.3, correlation=-0.2, dc_offset=0.1)
    master = dataclasses.replace(master, cuts=(dataclasses.replace(master.cuts[0], loudness=heard),), hard_share=0.2)
    text = " ".join(report_card(master, Profile(loudest_lufs=-3)).warnings)
    for said in ("not -3.0", "20 %", "peaks at 0.3", "mono", "direct current"):
        assert said in text
