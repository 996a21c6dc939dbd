from __future__ import annotations

from pathlib import Path

import pytest

from albumen.work.digest import digest_bytes
from albumen.work.errors import Broken
from albumen.work.store import Store


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    digest = store.add_bytes(b"la la la")
    assert digest == digest_bytes(b"la la la")
    assert store.read(digest) == b"la la la"
    assert store.size() == 8


def test_taking_a_file_moves_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    for _ in range(2):  # the second time the object is there already
        path = tmp_path / "stem.wav"
        path.write_bytes(b"sound")
        digest = store.take_file(path)
        assert not path.exists()
    assert store.read(digest) == b"sound"


def test_a_copy_does_not_change_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    digest = store.add_bytes(b"sound")
    store.copy_to(digest, tmp_path / "out" / "cut.flac")
    (tmp_path / "out" / "cut.flac").write_bytes(b"noise")
    assert store.read(digest) == b"sound"


def test_damage_is_found_and_removed(tmp_path: Path) -> None:
    store = Store(tmp_path / "objects")
    digest = store.add_bytes(b"sound")
    store.path(digest).write_bytes(b"souud")
    with pytest.raises(Broken, match="damaged"):
        store.copy_to(digest, tmp_path / "cut.flac")
    assert not (tmp_path / "cut.flac").exists()
    assert not store.has(digest)
    with pytest.raises(Broken, match="gone"):
        store.read(digest)
