"""MusicXML in and out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.musicxml_read import read_musicxml
from albumen.score.musicxml_write import musicxml, write_musicxml
from albumen.score.notes import Note, Notes
from albumen.score.part import Part
from albumen.score.score import ChordChange, KeyChange, Score
from albumen.score.section import Section
from albumen.score.time_map import MeterChange, TempoChange
from albumen.work.errors import Wrong

FLUTE = "<part-name>Flute</part-name>"


def bare(*measures: str, attributes: str = "<divisions>1</divisions>") -> bytes:
    """A one-part document of raw measures, a quarter a division unless said otherwise."""
    inside = "".join(f'<measure number="{i}">{measure}</measure>' for i, measure in enumerate(measures, 1))
    inside = inside.replace(">", f"><attributes>{attributes}</attributes>", 1)
    part_list = f'<part-list><score-part id="P1">{FLUTE}</score-part></part-list>'
    return f'<score-partwise>{part_list}<part id="P1">{inside}</part></score-partwise>'.encode()


def n(step: str, duration: int, more: str = "", before: str = "", octave: int = 4) -> str:
    """A note; `F#` for an F sharp."""
    alter = step.count("#") - step.count("b")
    pitch = f"<pitch><step>{step[0]}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{more}</note>"


def heard(score: Score) -> list[tuple[float, float, int]]:
    """Onset and length in quarter notes, and pitch, of all notes."""
    at = score.resolution
    return sorted((note.onset / at, note.length / at, note.pitch) for part in score.parts for note in part.notes)


def song() -> Score:
    """Two hands with syncopation, ties and triplets; a bass; drums."""
    melody = [Note(0, 720, 72, 90), Note(720, 720, 74), Note(1440, 960, 76)]  # tied over the bar line
    eighths = [Note(2400 + i * 160, 160, 67 + i) for i in range(3)]
    quarters = [Note(2880 + i * 320, 320, 70 + i) for i in range(3)]
    left = [Note(0, 1920, 48), Note(0, 1920, 43), Note(1920, 960, 50), Note(2880, 240, 47)]
    piano = Part(id="piano", name="Piano", notes=Notes.of(melody + eighths + quarters + left))
    bass = Notes.of([Note(i * 480, 480, 36 + i) for i in range(8)])
    hits = [Note(i * 240, 240, 42, 70) for i in range(16)] + [Note(0, 240, 36, 110), Note(960, 240, 38, 100)]
    drums = Part(id="drums", name="Drums", is_drum=True, notes=Notes.of(hits))
    return Score(
        parts=(piano, Part(id="bass", name="Bass <low>", program=33, notes=bass), drums),
        title="Of Sand & Sea",
        keys=(KeyChange(0, Key(-3, True)),),
        tempos=(TempoChange(0, 612_345), TempoChange(1920, 600_000), TempoChange(2400, 300_000)),
        chords=(ChordChange(0, Chord(0, "m7")), ChordChange(960, Chord(8, "maj7")), ChordChange(1920, None)),
        sections=(
            Section(label="A", start_bar=0, bars=1),
            Section(label="B", start_bar=1, bars=1, name="chorus"),
        ),
    )


def test_a_song_comes_back_note_for_note() -> None:
    before = song()
    after = read_musicxml(musicxml(before).encode())
    assert after.resolution == before.resolution
    for one, other in zip(before.parts, after.parts, strict=True):
        assert (other.name, other.program, other.is_drum) == (one.name, one.program, one.is_drum)
        assert other.notes == one.notes
    assert (after.title, after.tempos, after.keys) == (before.title, before.tempos, before.keys)
    assert (after.meters, after.chords) == (before.meters, before.chords)
    assert [(section.label, section.start_bar) for section in after.sections] == [("A", 0), ("chorus (B)", 1)]


def test_notation_is_what_a_player_expects() -> None:
    tree = ElementTree.fromstring(musicxml(song()))
    piano = tree.findall("part")[0]
    assert piano.findtext(".//staves") == "2"
    assert [clef.findtext("sign") for clef in piano.iter("clef")] == ["G", "F"]
    first, second = piano.findall("measure")
    upper = [note for note in first.findall("note") if note.findtext("staff") == "1"]
    # A dotted quarter, then a syncopated one that keeps the middle of the bar visible, then a tie over the bar line.
    written = [(note.findtext("type"), len(note.findall("dot"))) for note in upper]
    assert written == [("quarter", 1), ("eighth", 0), ("quarter", 0), ("quarter", 0)]
    assert [tie.get("type") for note in upper for tie in note.findall("tie")] == ["start", "stop", "start"]
    assert [tuplet.get("type") for tuplet in second.iter("tuplet")] == ["start", "stop", "start", "stop"]
    assert [part.findtext(".//clef/clef-octave-change") for part in tree.findall("part")] == [None, "-1", None]
    assert tree.findall("part")[2].find(".//unpitched") is not None


def test_an_accidental_stands_once_a_bar() -> None:
    notes = Notes.of([Note(0, 480, 66), Note(480, 480, 66), Note(960, 480, 65), Note(1920, 480, 65)])
    text = musicxml(Score(parts=(Part(id="flute", program=73, notes=notes),)))
    assert [sign.text for sign in ElementTree.fromstring(text).iter("accidental")] == ["sharp", "natural"]


def test_played_notes_are_put_on_a_grid() -> None:
    notes = Notes.of(
        [Note(3, 470, 60), Note(490, 225, 62), Note(733, 240, 64), Note(1445, 160, 65), Note(1602, 150, 67)]
    )
    score = read_musicxml(musicxml(Score(parts=(Part(id="flute", program=73, notes=notes),))).encode())
    assert [onset for onset, _, _ in heard(score)] == pytest.approx([0, 1, 1.5, 3, 3 + 1 / 3])


def test_a_silent_part_and_an_empty_score_can_be_written(tmp_path: Path) -> None:
    write_musicxml(tmp_path / "song.musicxml", Score(parts=(Part(id="flute", program=73),), length=1920))
    assert len(read_musicxml((tmp_path / "song.musicxml").read_bytes()).parts) == 1
    assert read_musicxml(musicxml(Score()).encode()).parts == ()


def test_an_upbeat_begins_with_a_rest() -> None:
    score = read_musicxml(bare(n("C", 1), n("D", 4), n("E", 3)))
    assert heard(score) == [(3, 1, 60), (4, 4, 62), (8, 3, 64)]
    assert score.meters == (MeterChange(0, Meter(4, 4)),)


def test_repeats_endings_and_da_capo_are_played_out() -> None:
    repeat = '<barline location="right"><repeat direction="backward"/></barline>'
    first = '<barline location="left"><ending number="1" type="start"/></barline>'
    second = '<barline location="left"><ending number="2" type="start"/></barline>'
    stop = '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>'
    stop_2 = '<barline location="right"><ending number="2" type="discontinue"/></barline>'
    fine = "<direction><direction-type><words>Fine</words></direction-type></direction>"
    da_capo = "<direction><direction-type><words>D.C. al Fine</words></direction-type></direction>"
    measures = [
        n("C", 4),
        first + n("D", 4) + stop,
        second + n("E", 4) + fine + stop_2,
        n("F", 4) + repeat,
        n("G", 4) + da_capo,
    ]
    score = read_musicxml(bare(*measures))
    assert [pitch for _, _, pitch in heard(score)] == [60, 62, 60, 64, 65, 65, 67, 60, 64]


def test_chords_voices_ties_graces_and_transposition() -> None:
    attributes = "<divisions>2</divisions><transpose><chromatic>-2</chromatic></transpose><key><fifths>2</fifths></key>"
    grace = "<note><grace/><pitch><step>B</step><octave>4</octave></pitch></note>"
    upper = n("D", 4) + n("F#", 4, before="<chord/>") + grace + n("A", 4, more='<tie type="start"/>')
    lower = "<backup><duration>8</duration></backup>" + n("D", 8, octave=3)
    score = read_musicxml(bare(upper + lower, n("A", 4, more='<tie type="stop"/>'), attributes=attributes))
    assert heard(score) == [(0, 2, 60), (0, 2, 64), (0, 4, 48), (2, 4, 67)]
    assert score.keys == (KeyChange(0, Key(0)),)


def test_metronome_marks_tempo_words_and_dynamics_are_heard() -> None:
    unit = "<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>60</per-minute>"
    mark = f"<direction><direction-type><metronome>{unit}</metronome></direction-type></direction>"
    soft = "<direction><direction-type><dynamics><p/></dynamics></direction-type></direction>"
    score = read_musicxml(bare(mark + soft + n("C", 4)))
    assert score.tempos[0].quarters_per_minute == pytest.approx(90, abs=0.01)
    assert score.parts[0].notes.velocity.tolist() == [52]
    words = "<direction><direction-type><words>Andante con moto</words></direction-type></direction>"
    assert read_musicxml(bare(words + n("C", 4))).tempos[0].quarters_per_minute == pytest.approx(76, abs=0.01)


def packed(**entries: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def test_compressed_and_timewise_scores_are_read() -> None:
    partwise = bare(n("C", 4), n("D", 4))
    container = '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'
    compressed = packed(**{"META-INF__container_xml": container, "a_xml": partwise})
    assert heard(read_musicxml(compressed)) == heard(read_musicxml(partwise))
    attributes = "<attributes><divisions>1</divisions></attributes>"
    first = f'<measure number="1"><part id="P1">{attributes}{n("C", 4)}</part></measure>'
    timewise = f'<score-timewise>{first}<measure><part id="P1">{n("D", 4)}</part></measure></score-timewise>'
    assert heard(read_musicxml(timewise.encode())) == [(0, 4, 60), (4, 4, 62)]


ENTITIES = b'<!DOCTYPE a [<!ENTITY x "yyyy"><!ENTITY z "&x;&x;">]><score-partwise>&z;</score-partwise>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><score-partwise>&x;</score-partwise>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<score-partwise><part>", "the XML is damaged (line 1"),
        (b"<html></html>", "no score but a 'html'"),
        (ENTITIES, "declares entities"),
        (OUTSIDE, "declares entities"),
        (b"<a>" * 1000, "nested too deeply"),
        (b"PK\x03\x04broken", "compressed score is damaged"),
        (packed(bomb_xml=bytes(80 * 2**20)), "more than 64 MB"),
        (b'<?xml version="1.0" encoding="klingon"?><score-partwise/>', "XML"),
    ],
)
def test_what_is_no_score_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(Wrong, match=r"^s\.xml: ") as refusal:
        read_musicxml(data, name="s.xml")
    assert said in str(refusal.value)
