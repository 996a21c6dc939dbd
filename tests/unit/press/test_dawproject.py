"""DAWproject files: a sound zip, every id once, every reference resolved, notes and maps as in the score."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from albumen.press.dawproject import StemClip, write_dawproject
from albumen.score.meter import Meter
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.digest import digest_file
from albumen.work.errors import Wrong

SCHEMA = "ALBUMEN_DAWPROJECT_SCHEMA"  # a folder with the public schema


def opened(path: Path) -> tuple[etree._Element, zipfile.ZipFile]:
    archive = zipfile.ZipFile(path)
    return etree.fromstring(archive.read("project.xml")), archive


def test_a_project_holds_notes_audio_maps_and_markers(score: Score, cut: Callable[..., Path], tmp_path: Path) -> None:
    score = score.replace(
        tempos=(TempoChange(0, 500_000), TempoChange(1920, 600_000)),
        meters=(MeterChange(0, Meter(4, 4)), MeterChange(3840, Meter(3, 4))),
        parts=(*score.parts, Part(id="odd name #1")),
    )
    stems = {"flute": StemClip(path=cut("flute"), seconds=1.0), "space": StemClip(path=cut("wet"), seconds=1.0)}
    write_dawproject(tmp_path / "song.dawproject", score, stems, artist="Albumen")
    root, archive = opened(tmp_path / "song.dawproject")
    with archive:
        assert archive.testzip() is None
        assert {"audio/flute.flac", "audio/space.flac", "metadata.xml"} <= set(archive.namelist())
        assert archive.read("audio/flute.flac") == stems["flute"].path.read_bytes()
        for file in root.iter("File"):
            assert file.get("path") in archive.namelist()
    assert [child.tag for child in root] == ["Application", "Transport", "Structure", "Arrangement", "Scenes"]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(" " not in name and "#" not in name for name in ids)
    for element in root.iter():
        for reference in ("track", "destination", "parameter"):
            assert element.get(reference) is None or element.get(reference) in ids
    tracks = {track.get("name"): track.get("id") for track in root.iter("Track")}
    assert list(tracks) == ["Flute", "Drums", "acoustic grand piano", "space", "Master"]
    lanes = {lane.get("track"): lane for lane in root.iter("Lanes") if lane.get("track")}
    flute = [(float(n.get("time")), int(n.get("key"))) for n in lanes[tracks["Flute"]].iter("Note")]
    assert flute == [(note.onset / 480, note.pitch) for note in score.part("flute").notes]
    assert all(note.get("channel") == "9" for note in lanes[tracks["Drums"]].iter("Note"))
    assert [(p.get("time"), float(p.get("value"))) for p in root.iter("RealPoint")] == [
        ("0.000000", 120),
        ("4.000000", 100),
    ]
    assert [p.get("numerator") for p in root.iter("TimeSignaturePoint")] == ["4", "3"]
    assert [m.get("name") for m in root.iter("Marker")] == ["verse", "B"]


def test_equal_songs_give_equal_bytes_and_a_missing_stem_is_told(score: Score, tmp_path: Path) -> None:
    write_dawproject(tmp_path / "a.dawproject", score, {})
    write_dawproject(tmp_path / "b.dawproject", score, {})
    assert digest_file(tmp_path / "a.dawproject") == digest_file(tmp_path / "b.dawproject")
    with pytest.raises(Wrong, match="stem is missing"):
        write_dawproject(tmp_path / "c.dawproject", score, {"flute": StemClip(path=tmp_path / "no.wav", seconds=1)})
    assert not (tmp_path / "c.dawproject").exists()


# The format's own schema in short: which children may follow in which order, and what each element must state.
CHILDREN = {
    "Project": "Application Transport Structure Arrangement Scenes",
    "Transport": "Tempo TimeSignature",
    "Structure": "Track",
    "Track": "Channel Track",
    "Channel": "Devices Mute Pan Sends Volume",
    "Arrangement": "Lanes Markers TempoAutomation TimeSignatureAutomation",
    "Lanes": "Lanes Clips",
    "Clips": "Clip",
    "Clip": "Notes Audio",
    "Notes": "Note",
    "Audio": "File",
    "Markers": "Marker",
    "TempoAutomation": "Target RealPoint",
    "TimeSignatureAutomation": "Target TimeSignaturePoint",
}
STATED = {
    "Project": "version",
    "Application": "name version",
    "Tempo": "unit value",
    "TimeSignature": "numerator denominator",
    "Pan": "unit value",
    "Volume": "unit value",
    "Clip": "time",
    "Note": "time duration channel key",
    "Audio": "channels duration sampleRate",
    "File": "path",
    "Marker": "time",
    "RealPoint": "time value",
    "TimeSignaturePoint": "time numerator denominator",
}


def test_every_element_stands_where_the_schema_wants_it(score: Score, cut: Callable[..., Path], tmp_path: Path) -> None:
    write_dawproject(tmp_path / "a.dawproject", score, {"flute": StemClip(path=cut("flute"), seconds=1.0)})
    root, archive = opened(tmp_path / "a.dawproject")
    archive.close()
    for element in root.iter():
        order = CHILDREN.get(element.tag, "").split()
        places = [order.index(child.tag) for child in element]
        assert places == sorted(places), element.tag
        assert all(element.get(name) for name in STATED.get(element.tag, "").split()), element.tag
        assert element.tag != "Clip" or len(element) <= 1
        assert element.tag != "Markers" or len(element) >= 1


@pytest.mark.skipif(not os.environ.get(SCHEMA), reason=f"{SCHEMA} names no folder with Project.xsd and MetaData.xsd")
def test_projects_validate_against_the_public_schema(score: Score, cut: Callable[..., Path], tmp_path: Path) -> None:
    """The schema is that of github.com/bitwig/dawproject (MIT); it is not part of this repository."""
    stems = {"flute": StemClip(path=cut("flute"), seconds=1.0), "space": StemClip(path=cut("wet"), seconds=1.0)}
    songs = (score, score.replace(sections=(), title=""), score.replace(parts=()))
    for number, song in enumerate(songs):
        path = tmp_path / f"{number}.dawproject"
        write_dawproject(path, song, stems, artist="A & B", album="<Album>")
        with zipfile.ZipFile(path) as archive:
            for name, schema in (("project.xml", "Project.xsd"), ("metadata.xml", "MetaData.xsd")):
                rules = etree.XMLSchema(etree.parse(Path(os.environ[SCHEMA]) / schema))
                rules.assertValid(etree.fromstring(archive.read(name)))
