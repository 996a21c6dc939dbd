"""Reading ABC: tunes with repeats and endings, chords, tuplets, broken rhythms, ties, key and meter changes, many voices.

Grace notes, ornaments and words are not kept; chord symbols become the chords of the Score. A tune book holds many tunes:
`read_abc` gives its first, `abc_tunes` takes the book apart.
"""

from __future__ import annotations

import re
from fractions import Fraction

from albumen.score.abc.fields import AbcKey, parse_key, parse_meter, parse_tempo, unit_length, usual_unit
from albumen.score.abc.music import Voice
from albumen.score.instrument_names import instrument_of_name
from albumen.score.meter import Meter
from albumen.score.part_names import clean_text
from albumen.score.reading_limits import MAX_PARTS
from albumen.score.score import TICKS_PER_QUARTER, Score
from albumen.score.sheet import Sheet, SheetPart, play
from albumen.work.errors import Wrong

_FIELD = re.compile(r"^([A-Za-z+]):(.*)$")
_BODY_FIELDS = "KLMPQ"


def read_abc(data: bytes, *, name: str = "ABC data") -> Score:
    """The first tune of an ABC file; raises `Wrong` where it holds none."""
    for tune in _tunes_of(_text(data)):
        return _Tune(tune, name).score()
    raise Wrong("the file holds no ABC tune (nothing begins with X: and a key K:)", where=name)


def abc_tunes(data: bytes) -> list[bytes]:
    """The tunes of a book, each as a file of its own for `read_abc`: one that cannot be read does not hide the others."""
    return [tune.encode("utf-8") for tune in _tunes_of(_text(data))]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _tunes_of(text: str) -> list[str]:
    """The tunes of a book: each begins with X: and has a key. What stands before the first is not a tune."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = re.split(r"(?m)^(?=X:)", text)
    tunes = [piece for piece in pieces if piece.startswith("X:") and re.search(r"(?m)^K:", piece)]
    if not tunes and re.search(r"(?m)^K:", text) and re.search(r"(?m)^(M|L|T):", text):
        return [text]  # a single tune whose number is missing
    return tunes


class _Tune:
    """Reads one tune, line by line."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.sheet = Sheet(TICKS_PER_QUARTER, name=name)
        self.key = AbcKey(None, {})
        self.meter: Meter | None = Meter(4, 4)
        self.unit: Fraction | None = None
        self.tempo: float | None = None
        self.program: int | None = None
        self.settings: dict[str, str] = {}  # what V: fields say, by voice
        self.voices: dict[str, Voice] = {}
        self.now: Voice | None = None
        self.in_body = False
        for line in text.split("\n"):
            self._line(line)

    def score(self) -> Score:
        """The tune as it sounds."""
        for voice in self.voices.values():
            voice.finish()
        return play(self.sheet)

    def _line(self, line: str) -> None:
        if line.startswith("%%MIDI program"):
            self._program(line)
        line = re.sub(r"(?<!\\)%.*$", "", line).rstrip()
        match = _FIELD.match(line)
        if match and not line.startswith("|:"):
            self._field(match[1], match[2].strip())
        elif self.in_body and line:
            self._voice_lines(line.removesuffix("\\"))

    def _program(self, line: str) -> None:
        numbers = re.findall(r"\d{1,3}", line)
        if numbers and int(numbers[-1]) < 128:
            self.program = int(numbers[-1])
            if self.now is not None:
                self.now.part.program = self.program

    def _voice_lines(self, line: str) -> None:
        """Music; an inline [V:...] changes the voice in the middle of the line."""
        pieces = re.split(r"\[V:\s*([^\]]*)\]", line)
        self._voice(None).read(pieces[0])
        for voice, music in zip(pieces[1::2], pieces[2::2], strict=True):
            self._choose(voice)
            self._voice(None).read(music)

    def _field(self, name: str, text: str) -> None:
        if name == "V":
            self._choose(text)
        elif self.in_body:
            if name in _BODY_FIELDS:
                self._voice(None).set_field(name, text)
        elif name == "T":
            self.sheet.title = self.sheet.title or clean_text(text)
        elif name == "M":
            self.meter = parse_meter(text)
        elif name == "L":
            self.unit = unit_length(text)
        elif name == "Q":
            self.tempo = parse_tempo(text)
        elif name == "K":
            self.key = parse_key(text)
            self.in_body = True
            self._begin()

    def _begin(self) -> None:
        first = self.sheet.measure(0)
        first.meter = self.meter
        if self.key.key:
            first.keys.append((0, self.key.key))
        if self.tempo:
            first.tempos.append((0, self.tempo))

    def _choose(self, text: str) -> None:
        identity, _, setting = text.partition(" ")
        self.settings[identity] = self.settings.get(identity, "") + " " + setting
        if self.in_body:
            self.now = self._voice(identity)

    def _voice(self, identity: str | None) -> Voice:
        if identity is None and self.now is not None:
            return self.now
        identity = identity if identity is not None else next(iter(self.settings), "1")
        if identity not in self.voices:
            if len(self.voices) >= MAX_PARTS:
                raise Wrong(f"the tune has more than {MAX_PARTS} voices", where=self.name)
            self.voices[identity] = self._new_voice(identity)
        self.now = self.voices[identity]
        return self.now

    def _new_voice(self, identity: str) -> Voice:
        setting = self.settings.get(identity, "")
        named = re.search(r'\b(?:name|nm)\s*=\s*(?:"([^"]*)"|(\S+))', setting)
        name = clean_text((named[1] or named[2] or "") if named else "")
        program, is_drum = instrument_of_name(name)
        transpose = re.search(r"\btranspose\s*=\s*(-?\d{1,2})", setting)
        octave = re.search(r"\boctave\s*=\s*(-?\d)", setting)
        clef = re.search(r"\b(?:treble|bass|alto|tenor)([+-]8)", setting)
        semitones = int(transpose[1]) if transpose else 0
        semitones += 12 * int(octave[1]) if octave else 0
        semitones += {"+8": 12, "-8": -12}[clef[1]] if clef else 0
        part = SheetPart(name, self.program if self.program is not None else program, is_drum)
        self.sheet.parts.append(part)
        unit = self.unit or usual_unit(self.meter)
        leads = not self.voices
        return Voice(self.sheet, part, self.key, unit, self.meter, leads, transposition=semitones)
