"""Bad places for an album: a full disk, a folder that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import albumen
from albumen.pipeline.doctor import examine, require_room
from albumen.work.errors import Missing
from tests.e2e.tiny_album import planned


def test_too_little_room_is_said_before_work_begins(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"are needed; free some space"):
        require_room(tmp_path, 10**18)


def test_the_doctor_names_the_command_that_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ALBUMEN_SOUNDFONT", str(tmp_path / "none.sf2"))
    findings = {finding.what: finding for finding in examine(tmp_path / "album")}
    for what in ("ffmpeg", "General MIDI sounds"):
        assert not findings[what].is_well
        assert findings[what].help.startswith("sudo apt-get install -y ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        folder = planned(disk / "album")
        page = folder.page.read_bytes()
        program = "import sys; from albumen.pipeline import plan; plan.BYTES_PER_SECOND = {}\n" + (
            "from albumen.studio.cli.main import main; sys.exit(main(['make', sys.argv[1], '--workers', '1']))"
        )
        done = subprocess.run([sys.executable, "-c", program, str(folder.path)], capture_output=True, text=True, check=False)
        assert done.returncode == 3, done.stderr
        assert "the disk is full; free some space" in done.stderr
        assert "Traceback" not in done.stderr
        assert folder.page.read_bytes() == page
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        assert albumen.make(folder.path, workers=1).is_done
    finally:
        subprocess.run(["umount", str(disk)], check=False)
