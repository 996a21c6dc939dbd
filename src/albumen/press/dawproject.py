"""DAWproject: the song for other studios, after the open format of Bitwig and PreSonus (version 1.0).

A zip of `project.xml`, `metadata.xml` and the stems. Tempo and meter maps, markers for sections, a track a part with its
notes, its audio (the stem as mixed, so that no fader hides a process) and its volume and pan at rest.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from albumen.press.roll import part_colours
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.work.errors import Wrong
from albumen.work.files import replacing

_STAMP = (1980, 1, 1, 0, 0, 0)  # equal projects have equal bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StemClip:
    """A stem to be put into a project: its file, and its length as recorded."""

    path: Path
    seconds: float
    sample_rate: int = 44_100


def write_dawproject(
    path: Path, score: Score, stems: Mapping[str, StemClip], *, artist: str = "", album: str = ""
) -> None:
    """Write the song with its stems (by part id; further ones become audio tracks of their own).

    Raises `Wrong` where a stem is missing.
    """
    for clip in stems.values():
        if not clip.path.is_file():
            raise Wrong("this stem is missing", where=clip.path, next_step="render the song first")
    project = _project(score, stems)
    metadata = ET.Element("MetaData")
    for name, text in (("Title", score.title), ("Artist", artist), ("Album", album)):
        if text:
            ET.SubElement(metadata, name).text = text
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        _add(archive, "project.xml", _bytes(project))
        _add(archive, "metadata.xml", _bytes(metadata))
        for name, clip in sorted(stems.items()):
            with clip.path.open("rb") as source, archive.open(_stamped(_audio_name(name, clip)), "w") as target:
                shutil.copyfileobj(source, target)


def _project(score: Score, stems: Mapping[str, StemClip]) -> ET.Element:
    root = ET.Element("Project", version="1.0")
    ET.SubElement(root, "Application", name="Albumen", version="1.0")
    transport = ET.SubElement(root, "Transport")
    bpm = score.tempos[0].quarters_per_minute
    ET.SubElement(transport, "Tempo", id="tempo", unit="bpm", value=f"{bpm:.6f}", min="1", max="999", name="Tempo")
    meter = score.meters[0].meter
    ET.SubElement(
        transport, "TimeSignature", id="meter", numerator=str(meter.numerator), denominator=str(meter.denominator)
    )
    structure = ET.SubElement(root, "Structure")
    colours = part_colours(score)
    names = _xml_names(score, stems)
    for part in score.parts:
        _track(structure, names[part.id], part.name or part.instrument_name, colours[part.id], "notes audio")
    for extra in _extras(score, stems):
        _track(structure, names[extra], extra, "#8b8591", "audio")
    _track(structure, "master", "Master", "#2a2730", "audio", role="master")
    _arrangement(root, score, stems, names)
    ET.SubElement(root, "Scenes")
    return root


def _track(parent: ET.Element, name: str, title: str, colour: str, content: str, role: str = "regular") -> None:
    track = ET.SubElement(parent, "Track", id=name, name=title, color=colour, contentType=content, loaded="true")
    channel = ET.SubElement(track, "Channel", id=f"{name}-channel", role=role, audioChannels="2", solo="false")
    if role != "master":
        channel.set("destination", "master-channel")
    ET.SubElement(channel, "Mute", id=f"{name}-mute", value="false", name="Mute")
    ET.SubElement(
        channel,
        "Pan",
        id=f"{name}-pan",
        unit="normalized",
        value="0.500000",
        min="0.000000",
        max="1.000000",
        name="Pan",
    )
    ET.SubElement(
        channel,
        "Volume",
        id=f"{name}-volume",
        unit="linear",
        value="1.000000",
        min="0.000000",
        max="2.000000",
        name="Volume",
    )


def _xml_names(score: Score, stems: Mapping[str, StemClip]) -> dict[str, str]:
    """A name that XML allows for every part and further stem."""
    every = [*(part.id for part in score.parts), *_extras(score, stems)]
    return {name: f"track-{number}" for number, name in enumerate(every, start=1)}


def _extras(score: Score, stems: Mapping[str, StemClip]) -> list[str]:
    return sorted(set(stems) - {part.id for part in score.parts})


def _arrangement(root: ET.Element, score: Score, stems: Mapping[str, StemClip], names: Mapping[str, str]) -> None:
    arrangement = ET.SubElement(root, "Arrangement", id="arrangement")
    lanes = ET.SubElement(arrangement, "Lanes", id="lanes", timeUnit="beats")
    parts = {part.id: part for part in score.parts}
    for name, track in names.items():
        own = ET.SubElement(lanes, "Lanes", id=f"{track}-lanes", track=track)
        if name in parts:
            _notes(own, score, parts[name], track)
        if name in stems:
            _audio(own, score, name, stems[name], track)
    _markers(arrangement, score)
    tempo = ET.SubElement(arrangement, "TempoAutomation", id="tempo-map", unit="bpm")
    ET.SubElement(tempo, "Target", parameter="tempo")
    for change in score.tempos:
        value = f"{change.quarters_per_minute:.6f}"
        ET.SubElement(tempo, "RealPoint", time=_beats(score, change.tick), value=value, interpolation="hold")
    meters = ET.SubElement(arrangement, "TimeSignatureAutomation", id="meter-map")
    ET.SubElement(meters, "Target", parameter="meter")
    for place in score.meters:
        point = ET.SubElement(meters, "TimeSignaturePoint", time=_beats(score, place.tick))
        point.set("numerator", str(place.meter.numerator))
        point.set("denominator", str(place.meter.denominator))


def _markers(arrangement: ET.Element, score: Score) -> None:
    bars = score.bars()
    sections = [section for section in score.sections if section.start_bar < len(bars)]
    if not sections:
        return  # the format wants at least one marker in the list
    markers = ET.SubElement(arrangement, "Markers", id="markers")
    for section in sections:
        name = section.name or section.label
        ET.SubElement(markers, "Marker", time=_beats(score, bars[section.start_bar].start), name=name, color="#c98a5a")


def _notes(parent: ET.Element, score: Score, part: Part, track: str) -> None:
    clips = ET.SubElement(parent, "Clips", id=f"{track}-notes")
    clip = ET.SubElement(clips, "Clip", time="0.0", duration=_beats(score, max(score.length, 1)), playStart="0.0")
    notes = ET.SubElement(clip, "Notes", id=f"{track}-rows")
    channel = "9" if part.is_drum else "0"
    for note in part.notes:
        ET.SubElement(
            notes,
            "Note",
            time=_beats(score, note.onset),
            duration=_beats(score, note.length),
            channel=channel,
            key=str(note.pitch),
            vel=f"{note.velocity / 127:.6f}",
            rel="0.500000",
        )


def _audio(parent: ET.Element, score: Score, name: str, stem: StemClip, track: str) -> None:
    # The stem is put on the line in seconds, so that a host never stretches it along the tempo map.
    clips = ET.SubElement(parent, "Clips", id=f"{track}-audio")
    end = score.time_map.tick(stem.seconds)
    clip = ET.SubElement(clips, "Clip", time="0.0", duration=f"{end / score.resolution:.6f}", playStart="0.0")
    clip.set("contentTimeUnit", "seconds")
    audio = ET.SubElement(
        clip,
        "Audio",
        id=f"{track}-wave",
        channels="2",
        duration=f"{stem.seconds:.6f}",
        sampleRate=str(stem.sample_rate),
    )
    ET.SubElement(audio, "File", path=_audio_name(name, stem))


def _audio_name(name: str, clip: StemClip) -> str:
    return f"audio/{name}{clip.path.suffix}"


def _beats(score: Score, ticks: int) -> str:
    return f"{ticks / score.resolution:.6f}"


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_stamped(name), data, compress_type=zipfile.ZIP_DEFLATED)


def _stamped(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _STAMP)
