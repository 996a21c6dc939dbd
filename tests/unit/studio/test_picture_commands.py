"""`print` and `portrait`: files at true size, wrong sizes told, and no stand-in where no net is trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from albumen.models.portraits import run
from albumen.studio.cli.main import main


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pixels = np.linspace(0, 255, 64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "quiet-harbour.png")
    return tmp_path / "quiet-harbour.png"


def test_a_print_has_its_size_its_frame_and_its_certificate(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--size", "10x8cm", "--wrap", "0", "--border", "1", "--manner", "none"]
    assert main(["print", str(picture), *sizes, "--number", "2", "--of", "5", "--json"]) == 0
    made = {name: Path(path) for name, path in json.loads(capsys.readouterr().out).items()}
    assert set(made) == {"print.pdf", "print.tif", "framed.png", "certificate.pdf"}
    assert all(path.parent == picture.with_name("quiet-harbour print") and path.stat().st_size > 1000 for path in made.values())
    with Image.open(made["print.tif"]) as tiff:
        assert tiff.info["dpi"] == (150, 150)
        assert tiff.size == (round(10 / 2.54 * 150) + 2 * 59, round(8 / 2.54 * 150) + 2 * 59)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--size", "70cm"], "70x70cm"),
        (["--size", "900x900cm"], "2 to 300 cm"),
        (["--number", "3", "--of", "2"], "no edition"),
    ],
)
def test_prints_that_cannot_be_made_are_told(
    picture: Path, arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["print", str(picture), *arguments]) == 2
    assert what in capsys.readouterr().err
    assert [path.name for path in picture.parent.iterdir()] == [picture.name]


def test_a_picture_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "song.png").write_bytes(b"no picture at all")
    assert main(["print", str(tmp_path / "song.png")]) == 2
    assert main(["print", str(tmp_path / "nothing.png")]) == 3


def test_without_a_trained_net_there_are_no_portraits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "WEIGHTS", tmp_path / "none")
    assert main(["portrait", "-n", "2", "--out", str(tmp_path / "out")]) == 3
    assert "no trained portrait net is shipped" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
