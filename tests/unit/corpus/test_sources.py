from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from albumen.corpus.key_finding import Trust
from albumen.corpus.listing import has_licence, listing_of, read_listing
from albumen.corpus.sources import places_in, reading
from albumen.score.key import Key
from albumen.work.errors import Wrong
from tests.unit.corpus.songs import tune, write_manifest, write_songs, zip_songs


def test_folders_zips_and_single_files(tmp_path: Path) -> None:
    write_songs(
        tmp_path / "songs", {"a.mid": tune(1), "deep/b.midi": tune(2), "notes.txt": tune(3), ".hidden.mid": tune(4)}
    )
    zip_songs(tmp_path / "songs" / "more.zip", {"train/c.mid": tune(5), "readme.md": tune(6)})
    places, refused = places_in([tmp_path / "songs"])
    assert [(place.corpus, place.path) for place in places] == [
        ("more", "train/c.mid"),
        ("songs", "a.mid"),
        ("songs", "deep/b.midi"),
    ]
    assert refused == []
    with reading() as shelved:
        assert all(shelved.read(place).startswith(b"MThd") for place in places)
    (alone,), _ = places_in([tmp_path / "songs" / "a.mid"])
    assert alone.path == "a.mid"


@pytest.mark.parametrize(
    "name", ["../escape.mid", "/etc/escape.mid", "a/../../escape.mid", "..\\escape.mid", "C:/escape.mid"]
)
def test_entries_that_lead_out_of_the_zip_are_refused(tmp_path: Path, name: str) -> None:
    zip_songs(tmp_path / "bad.zip", {name: tune(1), "good.mid": tune(2)})
    places, refused = places_in([tmp_path / "bad.zip"])
    assert [place.path for place in places] == ["good.mid"]
    assert [one.reason for one in refused] == ["its path leads out of the zip"]


def test_zip_bombs_are_refused_unopened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small.mid", b"MThd" + bytes(8 * 2**20))
        archive.writestr("huge.mid", b"MThd" + bytes(70 * 2**20))
    places, refused = places_in([tmp_path / "bomb.zip"])
    assert places == []
    assert "a zip bomb" in refused[0].reason and "unpacks to 70 MB" in refused[1].reason


def test_an_entry_that_lies_about_its_size_is_caught_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.mid", b"MThd" + bytes(2000))
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = struct.pack("<I", 100)  # the size it will say it has
    path.write_bytes(raw)
    (place,), _ = places_in([path])
    with reading() as shelved, pytest.raises(Wrong):
        shelved.read(place)


def test_damaged_entries_and_files_that_vanish_are_wrong_input(tmp_path: Path) -> None:
    path = zip_songs(tmp_path / "torn.zip", {"a.mid": tune(1)})
    (place,), _ = places_in([path])
    raw = bytearray(path.read_bytes())
    raw[60:120] = bytes(60)
    path.write_bytes(raw)
    with reading() as shelved, pytest.raises(Wrong):
        shelved.read(place)
    write_songs(tmp_path / "f", {"b.mid": tune(1)})
    (gone,), _ = places_in([tmp_path / "f"])
    (tmp_path / "f" / "b.mid").unlink()
    with reading() as shelved, pytest.raises(Wrong, match=r"b\.mid"):
        shelved.read(gone)


def test_sources_that_are_missing_no_zip_or_empty(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="no such file"):
        places_in([tmp_path / "nowhere"])
    (tmp_path / "fake.zip").write_bytes(b"this is no zip")
    with pytest.raises(Wrong, match="no zip"):
        places_in([tmp_path / "fake.zip"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(Wrong, match="no score files here"):
        places_in([tmp_path / "empty"])


def test_a_manifest_tells_key_and_split_and_how_far_its_keys_go(tmp_path: Path) -> None:
    rows = [
        {"corpus": "a", "path_in_zip": "x.mid", "key": "G", "licence": "CC0-1.0", "split": "valid", "title": "X"},
        {"corpus": "a", "path_in_zip": "y.mid", "key": "Em", "licence": "unstated (old book)"},
        {"corpus": "b-band", "path_in_zip": "z.mid", "key": "Eb", "licence": "MIT"},
    ]
    write_manifest(tmp_path, rows)
    known = read_listing(tmp_path / "manifest.csv")
    assert known["a", "x.mid"].key == Key.parse("G")
    assert known["a", "x.mid"].key_trust is Trust.EXACT
    assert known["b-band", "z.mid"].key_trust is Trust.SIGNATURE
    assert (known["a", "x.mid"].split, known["a", "x.mid"].title) == ("valid", "X")
    assert [known["a", "x.mid"].arranged, known["b-band", "z.mid"].arranged] == [False, True]


def test_a_manifest_without_its_columns_is_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("name,size\na,1\n")
    with pytest.raises(Wrong, match="no column corpus and path_in_zip"):
        listing_of([tmp_path], None, None)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("CC-BY-4.0", True),
        ("Public-Domain", True),
        ("", False),
        ("none stated", False),
        ("unstated (PD music)", False),
        ("Unknown", False),
    ],
)
def test_what_states_a_licence(text: str, states: bool) -> None:
    assert has_licence(text) is states


def test_the_folder_one_stands_in_is_a_collection_with_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_songs(tmp_path / "reels", {"a.mid": tune(1, bars=8)})
    monkeypatch.chdir(tmp_path / "reels")
    places, _ = places_in([Path(".")])
    assert [place.corpus for place in places] == ["reels"]
