"""One measure of one MusicXML part after the other, written into a sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree.ElementTree import Element

from albumen.score.chord import Chord
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.sheet import Measure, Sheet, SheetNote
from albumen.score.tempo_words import tempo_of_words
from albumen.score.xml_tree import as_number, number_of, text_of

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# Dynamics as a share of 90, MusicXML's forte.
_DYNAMICS = {
    "pppp": 12, "ppp": 24, "pp": 36, "p": 52, "mp": 66, "mf": 80, "f": 96, "ff": 110, "fff": 120, "ffff": 127,
    "sfz": 110, "fp": 96, "fz": 104, "sf": 110,
}  # fmt: skip
_QUARTERS = {
    "maxima": 32.0, "long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25,
    "32nd": 0.125,
}  # fmt: skip
_KINDS = {
    "major": "", "minor": "m", "augmented": "aug", "diminished": "dim", "dominant": "7", "major-seventh": "maj7",
    "minor-seventh": "m7", "diminished-seventh": "dim7", "augmented-seventh": "aug", "half-diminished": "m7b5",
    "major-minor": "m", "major-sixth": "", "minor-sixth": "m", "dominant-ninth": "7", "major-ninth": "maj7",
    "minor-ninth": "m7", "dominant-11th": "7", "major-11th": "maj7", "minor-11th": "m7", "dominant-13th": "7",
    "major-13th": "maj7", "minor-13th": "m7", "suspended-second": "sus4", "suspended-fourth": "sus4", "power": "5",
    "Neapolitan": "", "Italian": "7", "French": "7", "German": "7", "pedal": "", "Tristan": "m7b5",
}  # fmt: skip
_DEFAULT_VELOCITY = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSetting:
    """What the part list says of a part. `drums` are MIDI pitches by instrument id."""

    name: str = ""
    program: int = 0
    is_drum: bool = False
    drums: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


class MeasureReader:
    """Reads the measures of the sheet's last part in order; remembers divisions, transposition and loudness."""

    def __init__(self, sheet: Sheet, setting: PartSetting) -> None:
        self.sheet = sheet
        self.setting = setting
        self.index = -1
        self.divisions = 1.0
        self.transposition = 0
        self.velocity = _DEFAULT_VELOCITY

    def read(self, element: Element) -> None:
        """Add the next measure."""
        self.index += 1
        self.measure: Measure = self.sheet.measure(self.index)
        self.notes: list[SheetNote] = []
        self.sheet.parts[-1].measures.append(self.notes)
        self.at = 0.0  # in quarter notes from the start of the measure
        self.chord_at = 0.0
        self.reach = 0.0
        readers = {
            "note": self._note, "backup": self._backup, "forward": self._forward, "attributes": self._attributes,
            "direction": self._direction, "sound": self._sound, "harmony": self._harmony, "barline": self._barline,
        }  # fmt: skip
        for child in element:
            if child.tag in readers:
                readers[child.tag](child)
                self.reach = max(self.reach, self.at)
        self.measure.length = max(self.measure.length, self._ticks(self.reach))

    def _ticks(self, quarters: float) -> int:
        return round(min(quarters, 1000.0) * self.sheet.resolution)

    def _duration(self, element: Element) -> float:
        """Quarter notes, never negative and never absurd."""
        return min(max(0.0, number_of(element, "duration") or 0.0) / self.divisions, 1000.0)

    def _backup(self, element: Element) -> None:
        self.at = max(0.0, self.at - self._duration(element))

    def _forward(self, element: Element) -> None:
        self.at += self._duration(element)

    def _note(self, note: Element) -> None:
        if note.find("grace") is not None or note.find("cue") is not None:
            return
        duration = self._duration(note)
        if note.find("chord") is None:
            self.chord_at = self.at
            self.at += duration
        pitch = self._pitch(note)
        start = self._ticks(self.chord_at)
        length = self._ticks(self.chord_at + duration) - start
        if pitch is None or length < 1:
            return
        is_tied_on = any(tie.get("type") == "start" for tie in note.iterfind("tie"))
        loud = as_number(note.get("dynamics"))
        velocity = self.velocity if loud is None else round(loud * 0.9)
        velocity = min(127, max(1, velocity))
        self.measure.sounding = max(self.measure.sounding, start + length)
        self.notes.append(SheetNote(start, length, pitch, velocity, is_tied_on))

    def _pitch(self, note: Element) -> int | None:
        instrument = note.find("instrument")
        drum = self.setting.drums.get(instrument.get("id", "")) if instrument is not None else None
        unpitched = note.find("unpitched")
        if unpitched is not None:
            if drum is None and len(self.setting.drums) == 1:
                drum = next(iter(self.setting.drums.values()))
            return drum if drum is not None else _drum_on_line(unpitched)
        if note.find("rest") is not None:
            return None
        if self.setting.is_drum and drum is not None:
            return drum
        step, octave = text_of(note, "pitch/step").upper(), number_of(note, "pitch/octave")
        if step not in STEPS or octave is None:
            return None
        alter = number_of(note, "pitch/alter") or 0.0
        pitch = STEPS[step] + round(alter) + 12 * (int(octave) + 1) + self.transposition
        return pitch if 0 <= pitch <= 127 else None

    def _attributes(self, attributes: Element) -> None:
        self.divisions = max(1e-6, number_of(attributes, "divisions") or self.divisions)
        time, transpose = attributes.find("time"), attributes.find("transpose")
        key = attributes.find("key")
        if time is not None and (meter := _meter(time)):
            self.measure.meter = meter
        if transpose is not None:
            octaves = number_of(transpose, "octave-change") or 0
            chromatic = number_of(transpose, "chromatic") or 0
            self.transposition = int(max(-60, min(60, chromatic + 12 * octaves)))
        if key is not None and (fifths := number_of(key, "fifths")) is not None:
            # Parts that transpose write another key: bring it back to the sounding one.
            sounding = int(fifths) + 7 * self.transposition
            while not -7 <= sounding <= 7:
                sounding -= 12 if sounding > 0 else -12
            sounding = int(fifths) if self.transposition % 12 == 0 and -7 <= fifths <= 7 else sounding
            change = (self._ticks(self.at), Key(sounding, text_of(key, "mode") == "minor"))
            if all(offset != change[0] for offset, _ in self.measure.keys):
                self.measure.keys.append(change)

    def _direction(self, direction: Element) -> None:
        offset = (number_of(direction, "offset") or 0.0) / self.divisions
        here, self.at = self.at, max(0.0, self.at + offset)
        for sound in direction.iterfind("sound"):
            self._sound(sound)
        self._marks(direction)
        self.at = here

    def _marks(self, direction: Element) -> None:
        has_sound_tempo = any(sound.get("tempo") for sound in direction.iterfind("sound"))
        for kind in direction.iterfind("direction-type"):
            for mark in kind.iterfind("rehearsal"):
                self.measure.mark = self.measure.mark or (mark.text or "").strip()
            for metronome in kind.iterfind("metronome"):
                if not has_sound_tempo and (pace := _metronome(metronome)):
                    self._tempo(pace)
            for words in kind.iterfind("words"):
                self._words(words.text or "", has_sound_tempo)
            for dynamics in kind.iterfind("dynamics"):
                for mark in dynamics:
                    self.velocity = _DYNAMICS.get(mark.tag, self.velocity)
            self.measure.signs.segno |= kind.find("segno") is not None
            self.measure.signs.coda |= kind.find("coda") is not None

    def _words(self, words: str, has_tempo: bool) -> None:
        signs, lowered = self.measure.signs, " ".join(words.lower().split())
        if re.search(r"^d\. ?c\.|^da capo", lowered):
            signs.da_capo = True
        elif re.search(r"^d\. ?s\.|^dal segno", lowered):
            signs.dal_segno = True
        elif lowered in ("fine", "fine."):
            signs.fine = True
        elif lowered in ("to coda", "al coda"):
            signs.to_coda = True
        elif self.index == 0 and not has_tempo and not self.measure.tempos and (pace := tempo_of_words(words)):
            self._tempo(float(pace))

    def _sound(self, sound: Element) -> None:
        if (pace := as_number(sound.get("tempo"))) and pace > 0:
            offset = (number_of(sound, "offset") or 0.0) / self.divisions
            self._tempo(pace, offset)
        if (loud := as_number(sound.get("dynamics"))) is not None:
            self.velocity = min(127, max(1, round(loud * 0.9)))
        signs = self.measure.signs
        signs.da_capo |= sound.get("dacapo") == "yes"
        signs.dal_segno |= bool(sound.get("dalsegno"))
        signs.fine |= bool(sound.get("fine"))
        signs.to_coda |= bool(sound.get("tocoda"))
        signs.segno |= bool(sound.get("segno"))
        signs.coda |= bool(sound.get("coda"))

    def _tempo(self, pace: float, offset: float = 0.0) -> None:
        change = (self._ticks(max(0.0, self.at + offset)), pace)
        if all(offset != change[0] for offset, _ in self.measure.tempos):
            self.measure.tempos.append(change)

    def _harmony(self, harmony: Element) -> None:
        offset = (number_of(harmony, "offset") or 0.0) / self.divisions
        at = self._ticks(max(0.0, self.at + offset))
        kind, step = text_of(harmony, "kind"), text_of(harmony, "root/root-step").upper()
        chord: Chord | None = None
        if kind != "none":
            if step not in STEPS:
                return
            alter = round(number_of(harmony, "root/root-alter") or 0)
            chord = Chord((STEPS[step] + alter) % 12, _KINDS.get(kind, ""))
        self.measure.chords = [change for change in self.measure.chords if change[0] != at]
        self.measure.chords.append((at, chord))

    def _barline(self, barline: Element) -> None:
        signs = self.measure.signs
        repeat, ending = barline.find("repeat"), barline.find("ending")
        if repeat is not None and repeat.get("direction") == "forward":
            signs.forward = True
        elif repeat is not None:
            signs.backward = int(min(16, max(2, as_number(repeat.get("times")) or 2)))
        if ending is not None and ending.get("type") == "start":
            numbers = (int(number) for number in re.findall(r"\d{1,2}", ending.get("number", "")))
            signs.endings = frozenset(number for number in numbers if number) or frozenset({1})
        elif ending is not None:
            signs.ending_stops = True
        signs.segno |= barline.find("segno") is not None
        signs.coda |= barline.find("coda") is not None


def _meter(time: Element) -> Meter | None:
    """The meter of a time signature; compound ones (3+2/8, 2/4+3/8) as their sum. None where there is none."""
    beats = [element.text or "" for element in time.iterfind("beats")]
    units = [as_number(element.text) for element in time.iterfind("beat-type")]
    if not beats or len(beats) != len(units):
        return None
    denominator = int(max(unit or 0 for unit in units))
    total = 0.0
    for counts, unit in zip(beats, units, strict=True):
        numbers = [as_number(count) for count in counts.split("+")]
        if not unit or None in numbers:
            return None
        total += sum(number or 0.0 for number in numbers) * denominator / unit
    try:
        return Meter(int(total), denominator)
    except ValueError:
        return None


def _metronome(metronome: Element) -> float | None:
    """Quarter notes a minute of a metronome mark."""
    found = re.search(r"\d+(\.\d+)?", text_of(metronome, "per-minute"))
    unit = _QUARTERS.get(text_of(metronome, "beat-unit"))
    if not found or unit is None:
        return None
    dots = len(metronome.findall("beat-unit-dot"))
    return float(found[0]) * unit * (2 - 0.5**dots)


# Where drums usually stand on the five lines, for scores that do not name the sound.
_DRUM_LINES = {
    "D4": 44, "E4": 35, "F4": 36, "G4": 41, "A4": 43, "B4": 47, "C5": 38, "D5": 47, "E5": 48, "F5": 51, "G5": 42, "A5": 49,
    "B5": 57,
}  # fmt: skip


def _drum_on_line(unpitched: Element) -> int:
    place = text_of(unpitched, "display-step").upper() + text_of(unpitched, "display-octave")
    return _DRUM_LINES.get(place, 38)
