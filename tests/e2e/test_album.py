"""A whole album from brief to release, by the echo back-ends: what is there, what is kept, what is made again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

import albumen
from albumen.album.folder import AlbumFolder
from albumen.score.json_score import read_score_json, write_score_json
from albumen.score.midi import read_midi
from albumen.work.errors import Wrong
from albumen.work.job import Job, Told
from albumen.work.lock import only_writer
from tests.e2e.tiny_album import contents, planned


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("e2e") / "album"
    planned(path)
    standing = albumen.make(path, workers=1)
    assert standing.is_done, standing
    return path


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Iterator[AlbumFolder]:
    shutil.copytree(made, tmp_path / "album")
    yield AlbumFolder(tmp_path / "album")


def first(folder: AlbumFolder) -> str:
    return folder.read().songs[0].slug


def test_the_release_holds_everything(made: Path) -> None:
    release = made / "release"
    names = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    titles = [f"{number:02d} {song.title}" for number, song in enumerate(AlbumFolder(made).read().songs, start=1)]
    for title in titles:
        for place in ("audio/flac/{}.flac", "audio/mp3/{}.mp3", "scores/{}.mid", "scores/{}.musicxml", "scores/{}.png"):
            assert place.format(title) in names
        assert {f"covers/{title}.jpg", f"poems/{title}.txt"} <= names
    whole = {"SHA256SUMS", "credits.txt", "album.cue", "cover.jpg", "cover.png", "poems/closing poem.txt", "promo/link-card.jpg"}
    whole |= {"booklet.pdf", "booklet-print.pdf"}
    assert whole <= names
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)
    info = soundfile.info(str(release / f"audio/flac/{titles[0]}.flac"))
    assert (info.samplerate, info.subtype) == (44_100, "PCM_24")


def test_levels_are_as_the_album_asks(made: Path) -> None:
    facts = AlbumFolder(made).made()["master"].facts
    loudest = max(cut["loudness_lufs"] for cut in facts["cuts"].values())
    assert abs(loudest - -14.0) <= 0.3
    assert all(cut["true_peak_dbtp"] <= -1.0 for cut in facts["cuts"].values())


def test_the_midi_has_the_notes_of_the_score(made: Path) -> None:
    folder = AlbumFolder(made)
    song = folder.read().songs[0]
    score = read_score_json(folder.score(song.slug))
    midi = read_midi(next((made / "release/scores").glob("01 *.mid")))
    assert sum(len(part.notes) for part in midi.parts) == sum(len(part.notes) for part in score.parts)


def test_running_again_changes_nothing(copy: AlbumFolder) -> None:
    before = contents(copy.path)
    heard: list[Told] = []
    albumen.make(copy.path, job=Job(listen=heard.append), workers=1)
    assert contents(copy.path) == before
    assert [told.text for told in heard if told.kind == "said"] == []


def test_without_the_cache_the_same_album_is_made_again(copy: AlbumFolder) -> None:
    before = contents(copy.path)
    shutil.rmtree(copy.cache)
    assert not albumen.status(copy.path).is_done
    assert albumen.make(copy.path, workers=1).is_done
    assert contents(copy.path) == before


def test_a_person_s_notes_are_kept_and_heard(copy: AlbumFolder) -> None:
    slug = first(copy)
    score = read_score_json(copy.score(slug))
    part = score.parts[0]
    mine = score.with_part(part.replace(notes=part.notes.where(part.notes.onset > 480)))
    write_score_json(copy.score(slug), mine)
    before = contents(copy.path)
    assert albumen.status(copy.path).songs[0].stages["compose"] == "yours"
    plan = copy.plan(slug)
    plan.write_text(plan.read_text().replace("tempo_bpm = ", "tempo_bpm = 1"))
    albumen.make(copy.path, workers=1)
    assert read_score_json(copy.score(slug)) == mine
    after = contents(copy.path)
    changed = {name for name in before if after[name] != before[name]}
    other = copy.read().songs[1]
    assert any(name.startswith("release/audio/") for name in changed)
    assert not any(other.slug in name or f"scores/02 {other.title}.mid" == name for name in changed)


def test_rewriting_needs_a_name_and_makes_other_notes(copy: AlbumFolder) -> None:
    slug = first(copy)
    before = copy.score(slug).read_bytes()
    with pytest.raises(Wrong, match="which song"):
        albumen.make(copy.path, rewrite=True)
    albumen.make(copy.path, until="compose", songs=[slug], rewrite=True, workers=1)
    assert copy.score(slug).read_bytes() != before
    assert albumen.status(copy.path).songs[0].stages["compose"] == "done"


def test_a_changed_brief_makes_its_song_new_and_no_other(copy: AlbumFolder) -> None:
    one, two = copy.read().songs
    # The tiny plans count as a person's; without them the brief decides.
    for song in (one, two):
        copy.plan(song.slug).unlink()
    albumen.make(copy.path, until="compose", workers=1)
    before = {song.slug: copy.score(song.slug).read_bytes() for song in (one, two)}
    page = copy.song_folder(one.slug) / "song.toml"
    page.write_text(page.read_text().replace(f'key = "{one.brief.key}"', 'key = "Ab"'))
    albumen.make(copy.path, until="compose", workers=1)
    assert copy.score(one.slug).read_bytes() != before[one.slug]
    assert copy.score(two.slug).read_bytes() == before[two.slug]
    assert str(read_score_json(copy.score(one.slug)).keys[0].key) == "Ab"


def test_another_order_moves_files_and_writes_no_note(copy: AlbumFolder) -> None:
    album = copy.read()
    slugs = [song.slug for song in album.songs]
    scores = {slug: copy.score(slug).read_bytes() for slug in slugs}
    text = copy.page.read_text()
    swapped = text.replace(slugs[0], "@").replace(slugs[1], slugs[0]).replace("@", slugs[1])
    copy.page.write_text(swapped)
    albumen.make(copy.path, workers=1)
    assert {slug: copy.score(slug).read_bytes() for slug in slugs} == scores
    assert (copy.release / f"scores/01 {album.songs[1].title}.mid").is_file()


def test_explain_tells_where_a_song_came_from(copy: AlbumFolder) -> None:
    slug = first(copy)
    told = {each.step.name: each for each in albumen.explain(copy.path, slug)}
    composed = told[f"compose/{slug}"]
    assert composed.asked["team"]["composer"] == "echo"
    assert composed.facts["writers"] == ["echo"]
    assert "asked plan.key" in composed.in_words()
    with pytest.raises(Wrong, match="nothing called 'mozart'"):
        albumen.explain(copy.path, "mozart")


def test_the_second_run_at_once_is_told_who_the_first_is(copy: AlbumFolder) -> None:
    with only_writer(copy.cache / "writer"):
        done = subprocess.run(
            [sys.executable, "-m", "albumen", "make", str(copy.path), "--json"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "another run is writing here (process" in json.loads(done.stdout)["error"]
