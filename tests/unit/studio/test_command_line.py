from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from albumen.studio.cli import main as door
from albumen.studio.cli.main import COMMANDS, main
from albumen.work.errors import Missing


@pytest.fixture(autouse=True)
def reports_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [[word] for word in COMMANDS] + [["corpus", word] for word in ("build", "report")]
    for path in paths:
        assert main([*path, "--help"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"Usage: albumen {' '.join(path)}")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sing"], "No such command 'sing'"),
        (["new"], "Missing argument 'FOLDER'"),
        (["new", "x", "--title", "T", "--songs", "99"], "99 is not in the range"),
        (["make", "x", "--until", "dinner"], "'dinner' is not one of"),
        (["make", "there-is-none"], "there is no album.toml here; start an album with `albumen new`"),
        (["train", "music", "--data", "there-is-none", "--out", "x"], "there is no such data"),
        (["corpus", "build", "there-is-none", "--out", "x"], "there-is-none"),
        (["corpus", "report", "there-is-none"], "no corpus"),
    ],
)
def test_wrong_input_is_one_sentence_and_two(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert said.startswith("albumen: ") and "\n" not in said


@pytest.mark.parametrize("choice", [("--genres", "folk-air,polka-core"), ("--composer", "mozart"), ("--sound", "kazoo")])
def test_what_is_not_known_is_refused_before_anything_is_written(
    choice: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "album"), "--title", "T", *choice]) == 2
    assert not (tmp_path / "album").exists()
    assert choice[1].split(",")[-1] in capsys.readouterr().err


def test_a_fault_of_ours_is_a_sentence_and_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def breaks() -> None:
        raise ZeroDivisionError("the bug")

    monkeypatch.setattr(door.Door, "get_command", lambda self, ctx, name: breaks)
    assert main(["status"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    report = Path(said.strip().splitlines()[-1].rpartition(" ")[2])
    assert "ZeroDivisionError: the bug" in report.read_text()


def test_what_is_missing_is_three_and_json_tells_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def needs(as_json: bool) -> None:
        raise Missing("no SoundFont", next_step="run: apt")

    monkeypatch.setattr(door.Door, "get_command", lambda self, ctx, name: needs)
    assert main(["make", "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == {"error": "no SoundFont; run: apt.", "exit_code": 3}


def test_a_missing_soundfont_is_three(tmp_path: Path) -> None:
    environment = {**os.environ, "ALBUMEN_SOUNDFONT": str(tmp_path / "none.sf2")}
    album = str(tmp_path / "album")
    assert main(["new", album, "--title", "T", "--songs", "1", "--genres", "folk-air", "--composer", "echo", "--seed", "1"]) == 0
    command = [sys.executable, "-m", "albumen", "make", album, "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 3
    assert "SoundFont" in done.stderr and "apt-get install" in done.stderr


def test_json_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    album = str(tmp_path / "album")
    assert main(["new", album, "--title", "T", "--songs", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == album
    assert main(["status", album, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["songs"] == []
    assert main(["doctor", album, "--json"]) in (0, 3)
    assert "General MIDI sounds" in [finding["what"] for finding in json.loads(capsys.readouterr().out)]


def test_a_place_that_cannot_be_written_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no folder")
    assert main(["new", str(tmp_path / "file" / "album"), "--title", "T"]) == 2
    assert "file/album" in capsys.readouterr().err
