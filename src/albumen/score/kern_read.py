"""Reading Humdrum kern: spines with splits and joins, ties, meters, keys, tempos, repeats and expansion lists.

Other spines (dynamics, words, analyses) are passed over. Spines of one part, or of one keyboard, become one part; the file
holds the lowest part first, the Score the highest.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from albumen.score.kern.spines import Column, after_manipulators, is_manipulator
from albumen.score.kern.tokens import (
    KernNote,
    instrument_of,
    is_keyboard,
    meter_of,
    named_key,
    notes_of,
    pace_of,
    signature,
)
from albumen.score.key import Key
from albumen.score.reading_limits import MAX_PARTS
from albumen.score.score import TICKS_PER_QUARTER, Score
from albumen.score.sheet import Measure, Sheet, SheetNote, SheetPart, play
from albumen.score.tempo_words import tempo_of_words
from albumen.work.errors import Wrong

_FINEST = 10_080  # ticks a quarter note where durations do not fit together


def read_kern(data: bytes, *, name: str = "kern data") -> Score:
    """The Score of a kern file; raises `Wrong` where it holds no kern spine or its columns do not fit."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    reader = _Reader(text, name)
    for number, line in enumerate(text.splitlines(), 1):
        reader.line(number, line)
    return play(reader.sheet_played())


def _resolution(text: str) -> int:
    together = TICKS_PER_QUARTER
    for number in {int(found) for found in re.findall(r"(?<![=\d!*M/])(\d{1,4})(?=[%.a-gA-GrR#\[(])", text)}:
        if number:
            together = math.lcm(together, number // math.gcd(4, number))
            if together > _FINEST:
                return _FINEST
    return together


class _Reader:
    """Reads a file line by line into a sheet of one part a spine."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.sheet = Sheet(_resolution(text), name=name)
        self.columns: list[Column] = []
        self.spines: dict[int, SheetPart] = {}
        self.codes: dict[int, str] = {}
        self.numbers: dict[int, str] = {}  # what *part says, by spine
        self.index = 0
        self.start = self.now = Fraction(0)
        self.labels: dict[str, list[int]] = {}
        self.label = ""
        self.expansion: list[str] = []

    def line(self, number: int, line: str) -> None:
        """Read one line."""
        if line.startswith("!!"):
            self._reference(line)
            return
        if not line or line.startswith("!"):
            return
        tokens = line.split("\t")
        if line.startswith("**"):
            self._begin(tokens)
            return
        if len(tokens) != len(self.columns):
            what = f"line {number} has {len(tokens)} columns where {len(self.columns)} were expected"
            raise Wrong(what, where=self.name, next_step="check the tabs of that line")
        if line.startswith("*"):
            self._interpretations(tokens)
        elif line.startswith("="):
            self._bar_line(tokens[0])
        else:
            self._data(tokens)

    def _reference(self, line: str) -> None:
        match = re.match(r"^!!!(OTL|OMD)[^:]*:\s*(.*)$", line)
        if match and match[1] == "OTL":
            self.sheet.title = self.sheet.title or match[2]
        elif match and not self._measure().tempos and (pace := tempo_of_words(match[2])):
            self._measure().tempos.append((self._offset(), float(pace)))

    def _begin(self, tokens: list[str]) -> None:
        if self.columns:
            kinds = iter(token for token in tokens if token.startswith("**"))
            for column in self.columns:
                column.kind = column.kind or next(kinds, "")
        else:
            self.columns = [Column(spine, token) for spine, token in enumerate(tokens)]
        for column in self.columns:
            if column.kind == "**kern" and column.spine not in self.spines:
                self.spines[column.spine] = SheetPart()
        if len(self.spines) > MAX_PARTS:
            raise Wrong(f"the file has more than {MAX_PARTS} spines", where=self.name)

    def _measure(self) -> Measure:
        return self.sheet.measure(self.index)

    def _offset(self) -> int:
        return round((self.now - self.start) * self.sheet.resolution)

    def _kern_columns(self) -> list[Column]:
        return [column for column in self.columns if column.kind == "**kern"]

    def _interpretations(self, tokens: list[str]) -> None:
        for column, token in zip(self.columns, tokens, strict=True):
            if token.startswith("*>"):
                self._label(token[2:])
            elif column.kind == "**kern":
                self._interpretation(column, token)
        if is_manipulator(tokens):
            self.columns = after_manipulators(self.columns, tokens, self.now)

    def _interpretation(self, column: Column, token: str) -> None:
        part, measure = self.spines[column.spine], self._measure()
        if token.startswith('*I"'):
            part.name = token[3:].strip()
        elif token.startswith("*I:"):
            part.name = part.name or token[3:].strip("[] ").capitalize()
            self.codes.setdefault(column.spine, part.name.lower())
        elif token.startswith("*I") and token[2:3].islower():
            self.codes[column.spine] = token[2:]
        elif token.startswith("*part"):
            self.numbers[column.spine] = token[5:]
        elif (fifths := signature(token)) is not None:
            self._key(Key(fifths, False))
        elif key := named_key(token):
            self._key(key)
        elif meter := meter_of(token):
            measure.meter = meter
        elif pace := pace_of(token):
            measure.tempos = [change for change in measure.tempos if change[0] != self._offset()]
            measure.tempos.append((self._offset(), pace))

    def _key(self, key: Key) -> None:
        """A named key is better than a signature that stands at the same place."""
        keys = self._measure().keys
        here = [known for offset, known in keys if offset == self._offset()]
        if key.is_minor or not here:
            self._measure().keys = [change for change in keys if change[0] != self._offset()] + [(self._offset(), key)]

    def _label(self, text: str) -> None:
        """A label begins a stretch of measures; a list in brackets says in which order the stretches are played."""
        if text.startswith("["):
            self.expansion = self.expansion or [name.strip() for name in text.strip("[]").split(",")]
        elif "[" not in text and text != self.label:
            if self.now > self.start:
                self._end_measure()
            self.label = text

    def _bar_line(self, token: str) -> None:
        ends = [column.free_at for column in self._kern_columns()]
        self.now = max([self.now, *ends])
        for column in self._kern_columns():
            column.free_at = self.now
        if self.now > self.start:
            self._end_measure()
        if ":|" in token and self.index:
            self.sheet.measures[self.index - 1].signs.backward = 2
        if "|:" in token:
            self._measure().signs.forward = True

    def _end_measure(self) -> None:
        length = self._offset()
        self._measure().length = self._measure().sounding = max(self._measure().length, length)
        self.labels.setdefault(self.label, []).append(self.index)
        self.index += 1
        self.start = self.now

    def _data(self, tokens: list[str]) -> None:
        kern = self._kern_columns()
        if not kern:
            return
        self.now = max(self.now, min(column.free_at for column in kern))
        for column, token in zip(self.columns, tokens, strict=True):
            if column.kind != "**kern" or token == ".":
                continue
            notes = notes_of(token)
            if notes:
                column.free_at = self.now + min(note.quarters for note in notes if note.quarters)
            self._add(self.spines[column.spine], notes)

    def _add(self, part: SheetPart, notes: list[KernNote]) -> None:
        while len(part.measures) <= self.index:
            part.measures.append([])
        resolution = self.sheet.resolution
        start = self._offset()
        for note in notes:
            length = round((self.now - self.start + note.quarters) * resolution) - start
            if note.pitch is not None and length > 0:
                part.measures[self.index].append(SheetNote(start, length, note.pitch, 80, note.tied_on))

    def sheet_played(self) -> Sheet:
        """The sheet with its parts joined and named, and its order of playing."""
        if not self.spines:
            raise Wrong("the file holds no **kern spine", where=self.name)
        self.now = max([self.now, *(column.free_at for column in self._kern_columns())])
        if self.now > self.start:
            self._end_measure()
        if self.expansion and all(name in self.labels for name in self.expansion):
            self.sheet.order = [measure for name in self.expansion for measure in self.labels[name]]
        self.sheet.parts = self._joined_parts()
        return self.sheet

    def _joined_parts(self) -> list[SheetPart]:
        parts: dict[object, SheetPart] = {}
        for spine, part in sorted(self.spines.items(), reverse=True):
            part.program, part.is_drum = instrument_of(self.codes.get(spine, ""), part.name)
            owner: object = self.numbers.get(spine) or spine
            code = self.codes.get(spine)
            if spine not in self.numbers and code and is_keyboard(part.program):
                owner = code
            first = parts.setdefault(owner, part)
            if first is not part:
                _join(first, part)
        return list(parts.values())


def _join(part: SheetPart, other: SheetPart) -> None:
    part.name = part.name or other.name
    while len(part.measures) < len(other.measures):
        part.measures.append([])
    for index, notes in enumerate(other.measures):
        part.measures[index] += notes
