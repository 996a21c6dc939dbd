from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from albumen.work.errors import Cancelled, Missing, Wrong
from albumen.work.files import explained
from albumen.work.interrupt import stop_on_signal
from albumen.work.job import Job
from albumen.work.lock import only_writer

HOLD = """
import sys, time
from pathlib import Path
from albumen.work.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "my-album" / ".cache" / "writer"


def test_the_second_writer_learns_who_the_first_is_and_takes_over_after_a_kill(lock: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(Wrong, match=f"my-album.*process {holder.pid}.*wait for it"), only_writer(lock):
            pytest.fail("two writers at once")
        holder.kill()
        holder.wait()
        with only_writer(lock):
            assert str(os.getpid()) in lock.read_text()


def test_the_lock_can_be_taken_again(lock: Path) -> None:
    for _ in range(2):
        with only_writer(lock):
            assert lock.read_text()


def test_a_place_that_cannot_be_made_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Wrong), only_writer(tmp_path / "file" / "cache" / "writer"):
        pytest.fail("locked within a file")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_job_within_a_second(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signal() as stop:
        job = Job(stop=stop)
        job.check()
        os.kill(os.getpid(), number)
        began = time.monotonic()
        with pytest.raises(Cancelled):
            while time.monotonic() < began + 5:
                job.check()
        assert time.monotonic() - began < 1
    assert signal.getsignal(number) is before


def test_a_second_interrupt_does_not_wait() -> None:
    with stop_on_signal():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)


def test_a_full_disk_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="disk is full"), explained(tmp_path), open("/dev/full", "w", buffering=1) as full:
        full.write("something\n")


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), explained(tmp_path):
        (tmp_path / "nothing").read_text()


def test_a_place_without_folders_is_explained() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc")
    with pytest.raises(Wrong, match="could not be written"), only_writer(Path("/proc/corpus/.cache/lock")):
        pass
