from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from albumen.work.digest import MANNER
from albumen.work.errors import Broken, Cancelled, Missing
from albumen.work.job import Job
from albumen.work.record import changes, read_record
from albumen.work.stage import Given, Stage, Workshop


@dataclass(frozen=True, kw_only=True)
class Copying:
    source: Given
    times: int = 1
    calls: list[str] = field(default_factory=list, metadata=MANNER)


def copy(asked: Copying, folder: Path, job: Job) -> Mapping[str, Any]:
    asked.calls.append("copy")
    (folder / "deep").mkdir()
    (folder / "deep" / "copy.txt").write_bytes(asked.source.path.read_bytes() * asked.times)
    return {"times": asked.times}


COPY = Stage("copy", 1, copy)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.txt"
    path.write_text("la ")
    return path


def test_the_same_question_is_answered_once(tmp_path: Path, source: Path) -> None:
    workshop, calls = Workshop(tmp_path / "cache"), []
    first = workshop.carry_out(COPY, Copying(source=Given.of(source), times=2, calls=calls), Job())
    moved = source.rename(tmp_path / "elsewhere.txt")
    second = workshop.carry_out(COPY, Copying(source=Given.of(moved), times=2, calls=calls), Job())
    assert first == second
    assert calls == ["copy"]
    assert workshop.store.read(first.outputs["deep/copy.txt"]) == b"la la "
    assert first.facts == {"times": 2}


def test_another_question_version_or_file_is_answered_anew(tmp_path: Path, source: Path) -> None:
    asked = Copying(source=Given.of(source))
    keys = {COPY.key(asked), COPY.key(Copying(source=Given.of(source), times=2)), Stage("copy", 2, copy).key(asked)}
    source.write_text("lo ")
    keys.add(COPY.key(Copying(source=Given.of(source))))
    assert len(keys) == 4


def test_a_lost_result_is_made_again(tmp_path: Path, source: Path) -> None:
    workshop, calls = Workshop(tmp_path / "cache"), []
    asked = Copying(source=Given.of(source), calls=calls)
    record = workshop.carry_out(COPY, asked, Job())
    workshop.store.path(record.outputs["deep/copy.txt"]).unlink()
    workshop.carry_out(COPY, asked, Job())
    assert calls == ["copy", "copy"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [(OSError(errno.ENOSPC, "full"), Missing), (Cancelled("stopped"), Cancelled), (ValueError("a bug"), ValueError)],
)
def test_failed_work_leaves_nothing(tmp_path: Path, source: Path, error: Exception, expected: type[Exception]) -> None:
    def fail(asked: Copying, folder: Path, job: Job) -> Mapping[str, Any]:
        copy(asked, folder, job)
        raise error

    workshop = Workshop(tmp_path / "cache")
    with pytest.raises(expected):
        workshop.carry_out(Stage("copy", 1, fail), Copying(source=Given.of(source)), Job())
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert workshop.find(COPY, Copying(source=Given.of(source))) is None


def test_a_stopped_job_begins_nothing(tmp_path: Path, source: Path) -> None:
    calls: list[str] = []
    with pytest.raises(Cancelled):
        Workshop(tmp_path).carry_out(COPY, Copying(source=Given.of(source), calls=calls), Job(stop=lambda: True))
    assert calls == []


def test_sweep_removes_what_a_killed_run_left(tmp_path: Path, source: Path) -> None:
    workshop = Workshop(tmp_path / "cache")
    record = workshop.carry_out(COPY, Copying(source=Given.of(source)), Job())
    (tmp_path / "cache/making/copy-x").mkdir(parents=True)
    (tmp_path / "cache/making/copy-x/half.wav").write_bytes(b"half")
    torn = workshop.store.path(record.outputs["deep/copy.txt"]).parent / ".aa.x.part"
    torn.write_bytes(b"half")
    workshop.sweep()
    assert not torn.exists() and not (tmp_path / "cache/making").exists()
    assert workshop.find(COPY, Copying(source=Given.of(source))) == record


def test_a_broken_record_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "abc.json").write_text('{"key": ')
    with pytest.raises(Broken, match="cannot be read"):
        read_record(tmp_path, "abc")


def test_changes_are_told_in_order() -> None:
    before = {"brief": {"bpm": 96, "key": "C"}, "seed": [1, 2]}
    after = {"brief": {"bpm": 104, "key": "C"}, "seed": [1, 3], "new": True}
    assert list(changes(before, after)) == ["brief.bpm: 96 -> 104", "new: null -> true", "seed[1]: 2 -> 3"]
