"""The tutorial's commands, run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from albumen.album.folder import AlbumFolder
from albumen.press.release_folder import verify_checksums
from albumen.studio.cli.main import main
from tests.e2e.tiny_album import shorten

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_every_command_of_the_tutorial_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), flags=re.S | re.M)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) >= 9
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "albumen"
        if "SONG" in words:
            words[words.index("SONG")] = AlbumFolder(Path("my-album")).read().songs[0].slug
        if "TAKE" in words:
            words[words.index("TAKE")] = next(Path("my-album/.cache/takes").rglob("*.json")).stem
        assert main(words[1:]) == 0, (command, capsys.readouterr())
        if words[-1] == "plan":
            shorten(AlbumFolder(Path("my-album")))
    assert verify_checksums(tmp_path / "my-album" / "release") == []
