"""One voice of an ABC tune: its notes, rests, tuplets, broken rhythms, ties and bar lines, written into a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from albumen.score.abc.fields import LETTERS, AbcKey, parse_key, parse_meter, parse_tempo, unit_length
from albumen.score.chord_names import chord_named
from albumen.score.meter import Meter
from albumen.score.sheet import Measure, Sheet, SheetNote, SheetPart

_LENGTH = r"(?:\d*/+\d*|\d+)?"
_NOTE = rf"(?:\^\^|\^/?|__|_/?|=)?[A-Ga-g][',]*{_LENGTH}"
_TOKEN = re.compile(
    rf"""(?P<inline>\[[A-Za-z]:[^\]]*\])
    |(?P<bar>:*\[?\|[|\]]*:*|::+|:(?=\d))
    |(?P<ending>\[\s*\d[\d,\-]*|(?<=[|:\]])\ ?\d[\d,\-]*)
    |(?P<quote>"[^"]*")
    |(?P<sign>![^!\n]*!|\+[^+\n]*\+)
    |(?P<grace>\{{[^}}]*\}})
    |(?P<tuplet>\(\d+(?::\d*){{0,2}})
    |(?P<chord>\[[^\]|]*\]{_LENGTH})
    |(?P<note>{_NOTE})
    |(?P<rest>[zx]{_LENGTH})
    |(?P<bars_rest>[ZX]\d*)
    |(?P<broken>[<>]+)
    |(?P<tie>-)
    |(?P<overlay>&)""",
    re.VERBOSE,
)
_IN_CHORD = re.compile(rf"({_NOTE})(-?)")
_PITCH = re.compile(rf"^(\^\^|\^/?|__|_/?|=)?([A-Ga-g])([',]*)({_LENGTH})$")
_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0, "^/": 0, "_/": 0}
_LOUDNESS = {"pppp": 12, "ppp": 24, "pp": 36, "p": 52, "mp": 66, "mf": 80, "f": 96, "ff": 110, "fff": 120, "ffff": 127}
_LONGEST = Fraction(400)  # quarter notes


@dataclass(slots=True)
class _Event:
    """Notes that begin together; lengths may still change by broken rhythm."""

    start: Fraction
    length: Fraction
    pitches: tuple[int, ...]
    velocity: int
    tied_on: bool = False


@dataclass(slots=True)
class Voice:
    """Reads the lines of one voice. `leads`: its bar lines, meters and chords count for the whole tune."""

    sheet: Sheet
    part: SheetPart
    key: AbcKey
    unit: Fraction
    meter: Meter | None
    leads: bool
    transposition: int = 0
    index: int = 0
    at: Fraction = Fraction(0)
    velocity: int = 80
    events: list[_Event] = field(default_factory=list)
    accidentals: dict[str, int] = field(default_factory=dict)
    tied: dict[tuple[str, str], int] = field(default_factory=dict)  # letter and octave marks -> alter held by a tie
    tuplet: tuple[Fraction, int] = (Fraction(1), 0)
    broken: Fraction = Fraction(1)  # what the next note is stretched by
    last: _Event | None = None
    last_letters: tuple[tuple[str, str, int], ...] = ()
    reach: Fraction = Fraction(0)
    has_begun: bool = False
    open_endings: frozenset[int] = frozenset()

    @property
    def measure(self) -> Measure:
        """What the tune's voices share in the bar being read."""
        return self.sheet.measure(self.index)

    def read(self, line: str) -> None:
        """Read a line of music."""
        readers: Mapping[str, Callable[[str], None]] = {
            "inline": self._inline, "bar": self._bar, "ending": self._ending, "quote": self._quote, "sign": self._sign,
            "tuplet": self._tuplet, "chord": self._chord, "note": self._note, "rest": self._rest,
            "bars_rest": self._bars_rest, "broken": self._broken, "tie": self._tie, "overlay": self._overlay,
        }  # fmt: skip
        for match in _TOKEN.finditer(line):
            kind = match.lastgroup or ""
            if kind in readers:
                readers[kind](match[0])

    def set_field(self, name: str, text: str) -> None:
        """A field in the middle of the tune, from here on."""
        if name == "K":
            self.key = parse_key(text)
            if self.leads and self.key.key:
                self.measure.keys.append((self._ticks(self.at), self.key.key))
        elif name == "M":
            self.meter = parse_meter(text)
            if self.leads and self.meter:
                self.measure.meter = self.meter
        elif name == "L":
            self.unit = unit_length(text) or self.unit
        elif name == "Q" and (pace := parse_tempo(text)):
            self.measure.tempos.append((self._ticks(self.at), pace))
        elif name == "P" and self.leads:
            self.measure.mark = self.measure.mark or text.strip()

    def finish(self) -> None:
        """End the last bar."""
        if self.at or self.events:
            self._end_measure()

    def _ticks(self, quarters: Fraction) -> int:
        return round(quarters * self.sheet.resolution)

    def _inline(self, text: str) -> None:
        if text[1] != "V":
            self.set_field(text[1], text[3:-1])

    def _bar(self, text: str) -> None:
        if self.at or self.events:
            self._end_measure()
        elif self.index == 0 and not self.has_begun:
            self.has_begun = True
        self.accidentals.clear()
        before = self.sheet.measure(max(0, self.index - 1)).signs
        if text.startswith(":") and self.leads and self.index:
            before.backward = 1 + len(text) - len(text.lstrip(":"))
            self._close_ending()
        if text.endswith(":") and self.leads:
            if text.strip(":") == "" and self.index:  # "::" both ends and begins a repeat
                before.backward = 2
            self._close_ending()
            self.measure.signs.forward = True
        if ("||" in text or "]" in text or "[|" in text) and self.leads:
            self._close_ending()

    def _close_ending(self) -> None:
        self.open_endings = frozenset()

    def _ending(self, text: str) -> None:
        if not self.leads or self.at:
            return
        numbers: set[int] = set()
        for first, last in re.findall(r"(\d{1,2})(?:-(\d{1,2}))?", text):
            numbers.update(range(int(first), int(last or first) + 1))
        self.open_endings = frozenset(number for number in numbers if number)
        self.measure.signs.endings = self.open_endings

    def _end_measure(self) -> None:
        measure = self.measure
        while len(self.part.measures) <= self.index:
            self.part.measures.append([])
        notes = self.part.measures[self.index]
        for event in self.events:
            start, end = self._ticks(event.start), self._ticks(event.start + event.length)
            if end > start:
                notes += [SheetNote(start, end - start, p, event.velocity, event.tied_on) for p in event.pitches]
                measure.sounding = max(measure.sounding, end)
        measure.length = max(measure.length, self._ticks(max(self.at, self.reach)))
        if self.leads and self.open_endings:
            measure.signs.endings = self.open_endings
        self.events, self.last = [], None
        self.index += 1
        self.at = self.reach = Fraction(0)

    def _quote(self, text: str) -> None:
        words = text.strip('"').strip()
        if words[:1] not in "^_<>@" and (chord := chord_named(words)):
            self.measure.chords.append((self._ticks(self.at), chord))

    def _sign(self, text: str) -> None:
        name = text.strip("!+").strip()
        self.velocity = _LOUDNESS.get(name, self.velocity)
        if not self.leads:
            return
        signs, lowered = self.measure.signs, name.lower()
        signs.segno |= lowered == "segno"
        signs.coda |= lowered == "coda"
        signs.fine |= lowered == "fine"
        signs.to_coda |= lowered in ("tocoda", "dacoda")
        ended = self.sheet.measure(self.index - 1).signs if self.index and not self.at else signs
        ended.da_capo |= lowered.startswith(("d.c.", "dacapo"))
        ended.dal_segno |= lowered.startswith("d.s.")

    def _tuplet(self, text: str) -> None:
        numbers = [int(number[:4] or 0) for number in text[1:].split(":")]
        count = numbers[0]
        is_compound = self.meter is not None and self.meter.is_compound()
        usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(count, 3 if is_compound else 2)
        time = (numbers[1] if len(numbers) > 1 else 0) or usual
        notes = (numbers[2] if len(numbers) > 2 else 0) or count
        if 2 <= count <= 64 and time <= 64:
            self.tuplet = (Fraction(time, count), min(notes, 64))

    def _stretched(self, text: str) -> Fraction:
        """The length of a note or rest in quarter notes; uses up one note of a tuplet and of a broken rhythm."""
        length = min(_length(text) * self.unit * self.broken, _LONGEST)
        self.broken = Fraction(1)
        factor, left = self.tuplet
        if left:
            length *= factor
            self.tuplet = (factor, left - 1)
        return length

    def _note(self, text: str) -> None:
        self._sound([(text, False)], "")

    def _chord(self, text: str) -> None:
        inside, _, length = text[1:].rpartition("]")
        inside = re.sub(r'"[^"]*"|![^!]*!', "", inside)
        self._sound([(note, bool(tie)) for note, tie in _IN_CHORD.findall(inside)], length)

    def _sound(self, notes: list[tuple[str, bool]], outer: str) -> None:
        if not notes:
            return
        found = [match for match in (_PITCH.match(note) for note, _ in notes) if match]
        letters = tuple(self._letter(match) for match in found)
        pitches = tuple(self._pitch(*letter) for letter in letters)
        inner = _length(found[0][4])
        length = self._stretched(outer) * min(inner, _LONGEST)
        playable = tuple(sorted({pitch for pitch in pitches if 0 <= pitch <= 127}))
        event = _Event(self.at, min(length, _LONGEST), playable, self.velocity, any(tie for _, tie in notes))
        self.tied = {}
        self.last, self.last_letters = event, letters
        if event.tied_on:
            self._hold_tie()
        self.events.append(event)
        self.at += event.length

    def _letter(self, match: re.Match[str]) -> tuple[str, str, int]:
        """Letter, its octave marks, and the alteration that is in force for it."""
        sign, letter, octave = match[1], match[2], match[3]
        name = letter.upper()
        if sign:
            self.accidentals[name] = _ALTERS[sign]
        elif (letter, octave) in self.tied:
            return letter, octave, self.tied[letter, octave]
        return letter, octave, self.accidentals.get(name, self.key.alters.get(name, 0))

    def _pitch(self, letter: str, octave: str, alter: int) -> int:
        base = 60 if letter.isupper() else 72
        turns = octave.count("'") - octave.count(",")
        return base + LETTERS[letter.upper()] + alter + 12 * turns + self.transposition

    def _rest(self, text: str) -> None:
        length = self._stretched(text[1:])
        self.last = _Event(self.at, length, (), self.velocity)
        self.events.append(self.last)
        self.at += length

    def _bars_rest(self, text: str) -> None:
        full = Fraction(4 * self.meter.numerator, self.meter.denominator) if self.meter else Fraction(4)
        count = min(int(text[1:6] or 1), 10_000)
        for number in range(count):
            self.at = full
            if number + 1 < count:
                self._end_measure()

    def _broken(self, text: str) -> None:
        if self.last is None:
            return
        share = Fraction(1, 2 ** min(len(text), 4))
        long, short = 2 - share, share
        mine, following = (long, short) if text[0] == ">" else (short, long)
        added = self.last.length * (mine - 1)
        self.last.length += added
        self.at += added
        self.broken = following

    def _tie(self, _: str) -> None:
        if self.last is not None:
            self.last.tied_on = True
            self._hold_tie()

    def _hold_tie(self) -> None:
        self.tied = {(letter, octave): alter for letter, octave, alter in self.last_letters}

    def _overlay(self, _: str) -> None:
        self.reach = max(self.reach, self.at)
        self.at, self.last = Fraction(0), None


def _length(text: str) -> Fraction:
    """A note length as a multiple of the unit: `3`, `/`, `//`, `3/2`."""
    if not text:
        return Fraction(1)
    top, slash, bottom = text.partition("/")
    number = int(top[:6]) if top.strip().isdigit() else 1
    if not slash:
        return Fraction(number)
    halvings = 1 + len(bottom) - len(bottom.lstrip("/"))
    digits = bottom.lstrip("/")[:6]
    divisor = int(digits) if digits.isdigit() and int(digits) else 2 ** min(halvings, 8)
    return Fraction(number, divisor)
