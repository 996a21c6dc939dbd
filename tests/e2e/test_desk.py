"""The producer's desk on a small album: edits and their way back, takes, exports; what a person decided stays decided."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

import albumen
from albumen.album.edits_file import read_edits
from albumen.album.folder import AlbumFolder
from albumen.pipeline.songs import song_plan
from albumen.pipeline.taking import fits_plan
from albumen.score.json_score import read_score_json
from albumen.score.midi import read_midi
from albumen.score.midi_events import midi_events
from albumen.studio.cli.main import main
from albumen.work.errors import Wrong
from tests.e2e.tiny_album import planned


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "album"
    planned(path)
    albumen.make(path, until="compose", workers=1)
    return path


@pytest.fixture
def folder(composed: Path, tmp_path: Path) -> Iterator[AlbumFolder]:
    shutil.copytree(composed, tmp_path / "album")
    yield AlbumFolder(tmp_path / "album")


@pytest.fixture
def slug(folder: AlbumFolder) -> str:
    return folder.read().songs[0].slug


def test_edits_are_logged_and_taken_back_one_by_one(folder: AlbumFolder, slug: str) -> None:
    before = folder.score(slug).read_bytes()
    edited = albumen.edit(folder.path, slug, "tempo=96", "add violin as counter")
    assert "violin" in edited.parts and round(read_score_json(folder.score(slug)).tempos[0].quarters_per_minute) == 96
    after = folder.score(slug).read_bytes()
    assert [line.edit["do"] for line in read_edits(folder.edits(slug))] == ["tempo", "add"]
    assert "violin" not in albumen.edit(folder.path, slug, "undo").parts
    albumen.edit(folder.path, slug, "undo")
    assert folder.score(slug).read_bytes() == before
    albumen.edit(folder.path, slug, "redo", "redo")
    assert folder.score(slug).read_bytes() == after
    assert albumen.status(folder.path).songs[0].stages["compose"] == "yours"
    with pytest.raises(Wrong, match="nothing to redo"):
        albumen.edit(folder.path, slug, "redo")


def test_a_row_of_edits_happens_whole_or_not_at_all(folder: AlbumFolder, slug: str) -> None:
    before = folder.score(slug).read_bytes()
    for row in (("tempo=96", "remove kazoo"), ("tempo=96", "sing louder"), ("undo",), ("tempo=96", "regenerate"), ()):
        with pytest.raises(Wrong):
            albumen.edit(folder.path, slug, *row)
    assert folder.score(slug).read_bytes() == before and not folder.edits(slug).exists()


def test_a_take_changes_its_own_cells_only_and_only_when_kept(folder: AlbumFolder, slug: str) -> None:
    score = read_score_json(folder.score(slug))
    part = score.parts[0].id
    first, second = albumen.takes(folder.path, slug, bars="2-3", parts=[part], count=2)
    assert first.id != second.id and read_score_json(folder.score(slug)) == score
    assert albumen.takes(folder.path, slug, bars="2-3", parts=[part], count=1)[0] == first
    albumen.keep(folder.path, slug, second.id)
    after = read_score_json(folder.score(slug))
    assert after != score and all(after.part(other.id) == other for other in score.parts[1:])
    bars = score.bars()
    for bar in (bars[0], bars[3]):
        assert after.cell(part, bar) == score.cell(part, bar)
    assert (folder.song_folder(slug) / "takes" / f"{second.id}.json").is_file()
    with pytest.raises(Wrong, match="another state of the song"):
        albumen.keep(folder.path, slug, first.id)
    albumen.edit(folder.path, slug, "undo")
    assert read_score_json(folder.score(slug)) == score


def test_what_cannot_be_asked_of_takes_is_said(folder: AlbumFolder, slug: str) -> None:
    for wish in ({"bars": "9-2"}, {"bars": "3-99"}, {"parts": ["kazoo"]}, {"count": 0}):
        with pytest.raises(Wrong):
            albumen.takes(folder.path, slug, **wish)
    with pytest.raises(Wrong, match="no take 'ffffff'"):
        albumen.keep(folder.path, slug, "ffffff")


def test_one_short_word_does_not_write_over_a_persons_edits(folder: AlbumFolder, slug: str) -> None:
    albumen.edit(folder.path, slug, "velocity -10")
    with pytest.raises(Wrong, match="write over all of them"):
        albumen.edit(folder.path, slug, "regenerate")
    part = read_score_json(folder.score(slug)).parts[-1].id
    albumen.edit(folder.path, slug, f"regenerate {part} 1-2")
    assert [line.who for line in read_edits(folder.edits(slug))] == ["person", "compose"]


def test_a_song_that_left_its_plan_is_still_written(folder: AlbumFolder, slug: str) -> None:
    albumen.edit(folder.path, slug, "delete 1-1", "add violin as counter", "regenerate violin 1-3")
    assert len(read_score_json(folder.score(slug)).part("violin").notes) > 0
    (take,) = albumen.takes(folder.path, slug, parts=["violin"], count=1)
    assert take.notes > 0 and not fits_plan(read_score_json(folder.score(slug)), song_plan(folder, folder.read().songs[0]))


def test_midi_has_names_programs_and_the_tempo_map(folder: AlbumFolder, slug: str, tmp_path: Path) -> None:
    (path,) = albumen.export(folder.path, "midi", tmp_path / "out", songs=[slug])
    score, heard = read_score_json(folder.score(slug)), read_midi(path)
    assert midi_events(path.read_bytes()).kind == 1
    assert [(part.name, part.program, part.is_drum) for part in heard.parts] == [
        (part.name, part.program, part.is_drum) for part in score.parts
    ]
    metas = midi_events(path.read_bytes()).metas
    assert [(meta.tick, int.from_bytes(meta.data, "big")) for meta in metas if meta.kind == 0x51] == list(score.tempos)
    names = {meta.data.decode() for meta in metas if meta.kind == 6}
    assert any(section.label in name for section in score.sections for name in names)


def test_exported_stems_sum_to_the_mix(folder: AlbumFolder, slug: str, tmp_path: Path) -> None:
    paths = albumen.export(folder.path, "stems", tmp_path / "out", songs=[slug], workers=1)
    sounds = {path.stem: soundfile.read(path)[0] for path in paths}
    mix = sounds.pop("mix")
    assert len(sounds) == len(read_score_json(folder.score(slug)).parts) + 1  # and what the rooms give back
    assert np.abs(sum(sounds.values()) - mix).max() < 1e-3 * np.abs(mix).max()
    assert 0.85 < np.abs(mix).max() < 0.95


def test_projects_for_other_programs_hold_every_stem(folder: AlbumFolder, slug: str, tmp_path: Path) -> None:
    import rpp

    parts = {part.id for part in read_score_json(folder.score(slug)).parts}
    (daw,) = albumen.export(folder.path, "dawproject", tmp_path / "out", songs=[slug], workers=1)
    with zipfile.ZipFile(daw) as archive:
        assert {f"audio/{name}.wav" for name in (*parts, "space")} <= set(archive.namelist())
    (reaper,) = albumen.export(folder.path, "reaper", tmp_path / "out", songs=[slug], workers=1)
    tracks = rpp.loads(reaper.read_text()).findall("TRACK")
    assert len(tracks) == len(parts) + 1
    assert len(list(reaper.parent.glob("audio/*.wav"))) == len(parts) + 1


def test_exports_that_cannot_be_are_one_sentence(folder: AlbumFolder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for form, out, songs in (("cassette", "out", []), ("midi", "file", []), ("midi", "out", ["no-such-song"])):
        with pytest.raises(Wrong):
            albumen.export(folder.path, form, tmp_path / out, songs=songs)
    assert not (tmp_path / "out").exists()


def test_the_same_by_command(folder: AlbumFolder, slug: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    album = str(folder.path)
    assert main(["edit", album, slug, "tempo=88", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] == ["tempo=88"]
    assert main(["takes", album, slug, "--bars", "1-2", "-n", "1", "--json"]) == 0
    take = json.loads(capsys.readouterr().out)[0]
    assert take["bars"] == [1, 2]
    assert main(["keep", album, slug, take["id"], "--json"]) == 0
    assert main(["export", album, "--to", "musicxml", "--out", str(tmp_path / "out"), "--json"]) == 0
    capsys.readouterr()
    assert len(list((tmp_path / "out").glob("*.musicxml"))) == 2
    assert main(["edit", album, slug, "jump"]) == 2
    assert main(["keep", album, "no-such-song", "abc"]) == 2
    assert "name a folder below songs/" in capsys.readouterr().err


def test_a_plan_shows_no_more_than_was_asked(folder: AlbumFolder, slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make", str(folder.path), "--plan", "--until", "poems", "--song", slug, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [song["slug"] for song in shown["songs"]] == [slug]
    assert set(shown["songs"][0]["stages"]) == {"plan", "compose", "poems"} and "poems" in shown["stages"]
    assert not {"master", "pictures", "release"} & set(shown["stages"])
    assert not any("release" in note or "stems" in note for note in shown["notes"])
    assert main(["make", str(folder.path), "--plan", "--song", "nobody"]) == 2
