"""Damaged files: whatever happens to the bytes, a reader answers with a Score or with `Wrong` in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albumen.score.chord import Chord
from albumen.score.json_score import score_json
from albumen.score.midi_write import midi_bytes
from albumen.score.musicxml_write import musicxml
from albumen.score.notes import Note, Notes
from albumen.score.part import Bend, Control, Part
from albumen.score.read import read_score_bytes
from albumen.score.score import ChordChange, Score
from albumen.score.section import Section
from albumen.work.errors import Wrong

_NOTES = Notes.of([Note(i * 160, 160 + 80 * (i % 3), 55 + i % 9, 60 + i) for i in range(12)])
_SCORE = Score(
    parts=(
        Part(id="piano", notes=_NOTES, controls=(Control(0, 64, 127),), bends=(Bend(9, 100),)),
        Part(id="drums", is_drum=True, notes=_NOTES.shifted(semitones=-19)),
    ),
    chords=(ChordChange(0, Chord(9, "m7")),),
    sections=(Section(label="A", start_bar=0, bars=1),),
    title="Übung",
)


def _mxl() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", '<container><rootfile full-path="a.xml"/></container>')
        archive.writestr("a.xml", musicxml(_SCORE))
    return file.getvalue()


_ABC = """X:1
T:Test
M:6/8
L:1/8
Q:3/8=90
V:1 name="Flute" transpose=-2
V:2 clef=bass octave=-1
K:Ador exp ^f
[V:1]|:"Am7"A>B c (3def g-|g2 [Ace]4 z{ga}:|1 !f!a6 ::[2 ^g'6|]
[V:2] A,6 & E6|[K:D][M:3/4]Z2|!D.C.! F,,//G/2 A3/2|
"""
_KERN = """!!!OTL: Test
!!!OMD: Allegro
**kern\t**text\t**kern
*Ipiano\t*\t*Ipiano
*>[A,B,A]\t*>[A,B,A]\t*>[A,B,A]
*>A\t*>A\t*>A
*M4/4\t*\t*M4/4
*k[b-]\t*\t*d:
=1\t=1\t=1
*\t*\t*^
4.C#\tla\t2e [2g\t8qq
8D\t.\t.\t4a
*\t*\t*v\t*v
2E;\t.\t2f 2g]
*>B\t*>B\t*>B
=2:|!\t=2\t=2
*MM90\t*\t*x
0r\t.\t3%2c
*-\t*-\t*-
"""
FILES = {
    "song.mid": midi_bytes(_SCORE),
    "song.musicxml": musicxml(_SCORE).encode(),
    "song.mxl": _mxl(),
    "song.abc": _ABC.encode(),
    "song.krn": _KERN.encode(),
    "song.json": score_json(_SCORE).encode(),
}


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Up to eight accidents: bytes changed, lost, doubled, moved, numbers made huge, the end cut off."""
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        span = draw(st.integers(1, 40))
        piece = data[at : at + span]
        other = draw(st.integers(0, len(data)))
        accident = draw(st.integers(0, 6))
        if accident == 0:
            data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + 1 :]
        elif accident == 1:
            data = data[:at] + data[at + span :]
        elif accident == 2:
            data = data[:at] + piece * draw(st.integers(2, 30)) + data[at + span :]
        elif accident == 3:
            data = data[:other] + piece + data[other:]
        elif accident == 4:
            data = (
                data[:at]
                + draw(st.sampled_from([b"9" * 12, b"-1", b"0", b"1e300", b"\xff" * 4, b"\0"]))
                + data[at + 1 :]
            )
        elif accident == 5:
            data = data[:at]
        else:
            data = data[:at] + bytes((piece or b"x")[0] ^ 1 << bit for bit in range(8)) + data[at:]
    return data


@pytest.mark.parametrize("name", FILES)
def test_the_undamaged_file_is_read(name: str) -> None:
    assert read_score_bytes(FILES[name], name).parts


@pytest.mark.parametrize("name", FILES)
def test_only_wrong_comes_out_of_damaged_files(name: str) -> None:
    @settings(max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(damaged(FILES[name]))
    def reads(data: bytes) -> None:
        try:
            score = read_score_bytes(data, name)
        except Wrong as refusal:
            assert str(refusal).startswith(f"{name}: ")
            assert "\n" not in str(refusal)
        else:
            assert len(score.bars()) > 0

    reads()


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=300))
def test_only_wrong_comes_out_of_noise(name: str, data: bytes) -> None:
    beginning = FILES[name][:16]
    for content in (data, beginning + data):
        try:
            read_score_bytes(content, name)
        except Wrong as refusal:
            assert str(refusal).startswith(f"{name}: ")
