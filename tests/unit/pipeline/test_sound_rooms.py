"""Order, mix and master on disk: what a person decides stays, what depends on it is made anew, the rest is left alone."""

from __future__ import annotations

import json

import pytest
import soundfile

from albumen.album.album import Album, Loudness
from albumen.album.album_file import write_order
from albumen.album.folder import AlbumFolder
from albumen.pipeline.mastering import (
    SINGLE,
    further_masters,
    master_of,
    master_songs,
    master_step,
    masters_by_name,
    singles_of,
)
from albumen.pipeline.mixing import mix_asked, mix_page, mix_songs
from albumen.pipeline.ordering import ORDERS_PAGE, ORDERS_PICTURE, order_step, settle_order
from albumen.pipeline.playing import play_page
from albumen.pipeline.rendering import render_songs, stems_of
from albumen.score.json_score import read_score_json, write_score_json
from albumen.work.errors import Wrong
from albumen.work.job import Job


def wishing(folder: AlbumFolder, text: str) -> Album:
    folder.page.write_text(folder.page.read_text() + text)
    return folder.read()


def mastered(folder: AlbumFolder) -> tuple[Album, dict[str, object]]:
    album = folder.read()
    render_songs(folder, album, album.songs, workers=1, job=Job())
    record = master_songs(folder, album, workers=1, job=Job())
    return album, dict(record.facts)


def test_the_best_order_is_used_until_a_person_changes_it(folder: AlbumFolder) -> None:
    album = settle_order(folder, folder.read(), Job())
    page = json.loads((folder.path / ORDERS_PAGE).read_text())
    assert list(album.order) == page["best"][0]["slugs"] and page["best"][0]["reason"].endswith(".")
    assert (folder.path / ORDERS_PICTURE).read_bytes().startswith(b"\x89PNG")
    assert order_step(folder, album).state == "done"
    mine = tuple(reversed(album.order))
    write_order(folder.page, mine)
    kept = settle_order(folder, folder.read(), Job())
    assert kept.order == mine and order_step(folder, kept).state == "yours"
    assert json.loads((folder.path / ORDERS_PAGE).read_text())["used"]["slugs"] == list(mine)


def test_pins_are_obeyed_and_wrong_ones_told(folder: AlbumFolder) -> None:
    album = settle_order(folder, wishing(folder, "\n[pins]\ncedar = 1\n"), Job())
    assert album.order[0] == "cedar"
    folder.page.write_text(folder.page.read_text().replace("cedar = 1", "oak = 1"))
    with pytest.raises(Wrong, match="'oak', which is no song"):
        settle_order(folder, folder.read(), Job())


def test_a_person_s_numbers_on_the_mix_page_survive_another_score(folder: AlbumFolder) -> None:
    album = folder.read()
    render_songs(folder, album, album.songs, workers=1, job=Job())
    mix_songs(folder, album, workers=1, job=Job())
    page = mix_page(folder, "amber")
    page.write_text(page.read_text().replace("pan = 0.0 # auto 0", "pan = -0.7 # auto 0", 1))
    first = mix_asked(folder, album, album.song("amber"))
    assert first is not None and first.mix.parts["flute"].pan == -0.7
    old = read_score_json(folder.score("amber"))
    lower = old.part("piano").replace(notes=old.part("piano").notes.shifted(0, -5))
    write_score_json(folder.score("amber"), old.with_part(lower))
    render_songs(folder, album, album.songs, workers=1, job=Job())
    mix_songs(folder, album, workers=1, job=Job())
    second = mix_asked(folder, album, album.song("amber"))
    assert second is not None and second.mix.parts["flute"].pan == -0.7 and second.stem_names != first.stem_names
    assert "pan = -0.7 # auto 0" in page.read_text()


def test_a_person_s_numbers_on_the_play_page_change_that_part_alone(folder: AlbumFolder) -> None:
    folder.page.write_text(folder.page.read_text().replace('sound = "echo"', 'sound = "fluidsynth"'))
    album = folder.read()
    amber = [album.song("amber")]
    render_songs(folder, album, amber, workers=1, job=Job())
    first, page = stems_of(folder, album, amber[0]), play_page(folder, "amber")
    assert first is not None and set(first) == {"flute", "piano"}
    before, _, after = page.read_text().partition("[parts.piano]")
    page.write_text(before.replace("arch = 9.0", "arch = 0.0") + "[parts.piano]" + after)
    assert stems_of(folder, album, amber[0]) is None
    render_songs(folder, album, amber, workers=1, job=Job())
    second = stems_of(folder, album, amber[0])
    assert second is not None and second["flute"] != first["flute"] and second["piano"] == first["piano"]
    assert "arch = 0.0 # auto 9" in page.read_text()


def test_a_song_that_slows_down_more_ends_later(folder: AlbumFolder) -> None:
    album = folder.read()
    alone = album.replace(songs=(album.song("amber"),))
    ends = []
    for line in ("ritardando = 0.25", "ritardando = 1.0"):
        render_songs(folder, alone, alone.songs, workers=1, job=Job())
        page = play_page(folder, "amber")
        page.write_text(page.read_text().replace("ritardando = 0.25 #", f"{line} #"))
        render_songs(folder, alone, alone.songs, workers=1, job=Job())
        ends.append(mix_songs(folder, alone, workers=1, job=Job())[0].facts["end_seconds"])
    assert ends[1] > ends[0] + 0.2


def test_the_master_joins_cuts_and_singles_and_says_why(folder: AlbumFolder) -> None:
    wishing(folder, '\n[segues.amber]\nkind = "composed"\n[segues.birch]\nkind = "attacca"\n')
    album, facts = mastered(folder)
    assert [(join["kind"], join["after"]) for join in facts["segues"]] == [("composed", "amber"), ("attacca", "birch")]  # type: ignore[attr-defined]
    record = master_of(folder, album)
    assert record is not None and {"report.json", "report.png", "report.html"} <= set(record.outputs)
    report = json.loads(folder.workshop.store.read(record.outputs["report.json"]))
    assert report["songs"]["amber"]["segue"].startswith("composed: ") and len(report["songs"]["birch"]["target_db"]) == 30
    cuts = facts["cuts"]
    assert all(cut["start_frame"] % 588 == 0 for cut in cuts.values())  # type: ignore[attr-defined]
    singles = singles_of(folder, album, record)
    assert singles is not None and set(singles) == {"amber", "birch", "cedar"}
    alone = soundfile.info(str(folder.workshop.store.path(singles["amber"].outputs[SINGLE])))
    assert alone.frames < cuts["amber"]["frames"]  # type: ignore[index]  # the passage belongs to the cut on the album alone
    # These songs are shorter than the passage, so only the singles show how loud the songs themselves are.
    assert abs(max(single.facts["loudness_lufs"] for single in singles.values()) - -14.0) <= 0.3


def test_further_profiles_are_mastered_in_the_same_run_and_change_nothing_else(folder: AlbumFolder) -> None:
    album = folder.read()
    album = album.replace(songs=album.songs[:2])
    render_songs(folder, album, album.songs, workers=1, job=Job())
    first = master_songs(folder, album, workers=1, job=Job())
    more = album.replace(loudness=Loudness(also=("cd", "loud")))
    assert master_step(folder, album).state == "done" and master_step(folder, more).state == "to do"
    assert masters_by_name(folder, more) is None
    again = master_songs(folder, more, workers=1, job=Job())
    assert again.outputs == first.outputs and master_step(folder, more).state == "done"
    further, files = further_masters(folder, more), masters_by_name(folder, more)
    assert further is not None and files is not None and set(further) == {"cd", "loud"}
    assert set(files) == {f"masters/{p}/{n}" for p in further for n in ("01-amber.flac", "02-birch.flac", "report.json")}
    assert soundfile.info(str(folder.workshop.store.path(files["masters/cd/01-amber.flac"]))).subtype == "PCM_16"
    assert further["loud"].facts["gain_db"] > again.facts["gain_db"] + 2


def test_profiles_and_references_reach_the_files(folder: AlbumFolder) -> None:
    folder.page.write_text(folder.page.read_text().replace('profile = "streaming"', 'profile = "cd"'))
    album, facts = mastered(folder)
    record = master_of(folder, album)
    assert record is not None
    cut = record.outputs[facts["cuts"]["amber"]["file"]]  # type: ignore[index]
    assert soundfile.info(str(folder.workshop.store.path(cut))).subtype == "PCM_16"
    referring = album.replace(loudness=Loudness(reference="mine.wav"))
    with pytest.raises(Wrong, match="there is no such reference"):
        mix_asked(folder, referring, album.songs[0])
    (folder.path / "mine.wav").write_bytes(b"RIFF")
    with pytest.raises(Wrong, match="could not be read as audio"):
        mix_asked(folder, referring, album.songs[0])
