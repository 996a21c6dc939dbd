"""The release folder: complete, checkable by sha256sum, exchanged in one step."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumen.album.credit import Credit
from albumen.album.rights import Rights
from albumen.press.credits import Ingredient, SongCredit, credits_text, ingredients_of_card
from albumen.press.release_folder import Release, ReleaseSong, build_release, file_name, verify_checksums
from albumen.press.tags import Tags
from albumen.work.errors import Cancelled, Wrong
from albumen.work.job import Job

Cut = Callable[..., Path]


def one_song(cut: Cut, tmp_path: Path, number: int = 1, title: str = "AC/DC: or not?") -> ReleaseSong:
    poem = tmp_path / "poem.md"
    poem.write_text("Roses\n")
    tags = Tags(title=title, artist="Albumen", album="Passion", number=number, total=2)
    return ReleaseSong(tags=tags, audio=(cut(f"cut{number}"), cut(f"wav{number}", ending="wav")), poem=poem)


def test_a_release_is_complete_and_sha256sum_agrees(cut: Cut, tmp_path: Path) -> None:
    release = Release(songs=(one_song(cut, tmp_path),), credits="who\n", extras={"art/cover.txt": tmp_path / "poem.md"})
    folder = build_release(release, tmp_path / "album" / "release")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == [
        "SHA256SUMS",
        "album.cue",
        "art/cover.txt",
        "audio/flac/01 AC_DC_ or not_.flac",
        "audio/wav/01 AC_DC_ or not_.wav",
        "credits.txt",
        "poems/01 AC_DC_ or not_.md",
    ]
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True)
    assert checked.stdout.count(": OK") == 6
    assert mutagen.File(folder / names[3])["TITLE"] == ["AC/DC: or not?"]
    assert verify_checksums(folder) == []
    (folder / "credits.txt").write_text("forged")
    assert verify_checksums(folder) == ["credits.txt"]
    assert 'FILE "audio/flac/01 AC_DC_ or not_.flac" WAVE' in (folder / "album.cue").read_text()


def test_building_again_replaces_and_failing_changes_nothing(cut: Cut, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    first = one_song(cut, tmp_path)
    build_release(Release(songs=(first,), credits="one\n"), folder)
    stale = folder / "stale.txt"
    stale.write_text("old")
    build_release(Release(songs=(first,), credits="two\n"), folder)
    assert not stale.exists() and (folder / "credits.txt").read_text() == "two\n"
    missing = ReleaseSong(tags=first.tags, audio=(tmp_path / "none.flac",))
    with pytest.raises(Wrong, match="missing"):
        build_release(Release(songs=(missing,), credits="three\n"), folder)
    with pytest.raises(Wrong, match="would be called"):
        build_release(Release(songs=(first, first), credits="four\n"), folder)
    with pytest.raises(Wrong, match="outside"):
        build_release(Release(songs=(first,), credits="x", extras={"../x": tmp_path / "poem.md"}), folder)
    with pytest.raises(Cancelled):
        build_release(Release(songs=(first,), credits="five\n"), folder, Job(stop=lambda: True))
    assert (folder / "credits.txt").read_text() == "two\n" and verify_checksums(folder) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@given(st.text(max_size=300))
def test_file_names_are_safe_everywhere(text: str) -> None:
    name = file_name(text)
    assert name and len(name.encode()) <= 120 and not set(name) & set('<>:"/\\|?*\0\n')
    assert name not in (".", "..") and not name.endswith((" ", "."))


def test_credits_name_everything_once_and_refuse_what_has_no_licence(tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    card.write_text(
        'name = "albumen-base"\nlicence = "CC0-1.0"\n[[data]]\nname = "Chorales"\nlicence = "public domain"\npieces = 300\n'
    )
    sound = Ingredient(kind="sound", name="FluidR3", licence="MIT", digest="ab" * 32)
    text = credits_text(
        album="Passion",
        artist="Albumen",
        rights=Rights(holder="Ada", year=2026),
        people=[Credit(role="producer", name="Ada")],
        songs=[SongCredit(number=1, title="Dawn", facts="2:10, F minor")],
        ingredients=[*ingredients_of_card(card), sound, sound],
    )
    for said in ("© 2026 Ada", "producer: Ada", " 1. Dawn   2:10, F minor", "Chorales: public domain; 300 pieces"):
        assert said in text
    assert text.count("FluidR3: MIT") == 1 and "trained models" in text
    with pytest.raises(Wrong, match="licence of X"):
        credits_text(album="", artist="", rights=Rights(), ingredients=[Ingredient(kind="data", name="X", licence=" ")])
    card.write_text('name = "x"\n')
    with pytest.raises(Wrong, match="does not state `licence`"):
        ingredients_of_card(card)
