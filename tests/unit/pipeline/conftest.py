"""A small album for the tests of rooms: three composed songs, played by echo."""

from __future__ import annotations

from pathlib import Path

import pytest

from albumen.album.album import Album
from albumen.album.album_file import write_order
from albumen.album.brief import Brief
from albumen.album.folder import AlbumFolder, start_album
from albumen.album.plan import PartPlan, SectionPlan, SongPlan, plan_text
from albumen.album.song import Song
from albumen.score.chord import Chord
from albumen.score.json_score import write_score_json
from albumen.score.key import Key
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.time_map import tempo
from albumen.work.files import write_text

SONGS = (("amber", "C", 120.0, 90), ("birch", "F#", 84.0, 80), ("cedar", "C", 60.0, 40))


def score(key: str, bpm: float, force: int) -> Score:
    tonic = Key.parse(key).tonic
    tune = [Note(n * 480, 400, 72 + tonic + (0, 4, 7, 12)[n % 4], force) for n in range(16)]
    chords = [Note(n * 1920, 1900, 48 + tonic + step, force) for n in range(4) for step in (0, 4, 7)]
    parts = (
        Part(id="flute", program=73, role="melody", notes=Notes.of(tune)),
        Part(id="piano", role="chords", notes=Notes.of(chords)),
    )
    return Score(
        parts=parts,
        tempos=(tempo(bpm),),
        keys=(KeyChange(0, Key.parse(key)),),
        chords=(ChordChange(0, Chord(tonic)),),
        length=4 * 1920,
    )


def plan(title: str, key: str, bpm: float) -> SongPlan:
    seats = (PartPlan(id="flute", role="melody", program=73), PartPlan(id="piano", role="chords"))
    section = SectionPlan(label="A", bars=4, chords=(key,) * 4, key=key, band=("flute", "piano"))
    return SongPlan(
        title=title, style="folk-air", genre="folk-european", key=key, meter="4/4", tempo_bpm=bpm, seed=1,
        sections=(section,), band=seats, motif=(0, 2, 4),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> AlbumFolder:
    """An album of three composed songs, played by echo."""
    album = Album(title="Trees", wanted=3, titles=("Amber", "Birch", "Cedar"), composer="echo", sound="echo")
    folder = start_album(tmp_path / "album", album)
    for slug, key, bpm, force in SONGS:
        folder.write_song(Song(slug=slug, brief=Brief(title=slug.title())))
        write_text(folder.plan(slug), plan_text(plan(slug.title(), key, bpm)))
        write_score_json(folder.score(slug), score(key, bpm, force))
    write_order(folder.page, [slug for slug, *_ in SONGS])
    return folder
