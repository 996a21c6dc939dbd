"""The measures of one part in MusicXML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from albumen.score.drum_lines import drum_line
from albumen.score.key import Key
from albumen.score.musicxml_signs import attributes, chord_symbols, rehearsal_marks, tempo_marks
from albumen.score.notation import Chorded, Sounding, Voice
from albumen.score.note_values import UNITS, Value, values
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.score.spelling import Spelled, signature_alter, spelled
from albumen.score.staff import Staff
from albumen.score.time_map import Bar

_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_VOICES_PER_STAFF = 4


_IMPLICIT = ' implicit="yes"'  # a measure that is not full


class PartWriter:
    """Writes one part, bar by bar. The first part also carries what belongs to the whole song."""

    def __init__(
        self,
        score: Score,
        part: Part,
        number: int,
        bars: Sequence[Bar],
        units: Sequence[tuple[int, int]],
        keys: Sequence[Key],
        staves: Sequence[Staff],
    ) -> None:
        self.score, self.part, self.number = score, part, number
        self.bars, self.units, self.keys, self.staves = bars, units, keys, staves

    def measures(self) -> Iterator[str]:
        """The lines of all measures."""
        signs = [tempo_marks(self.score), rehearsal_marks(self.score), chord_symbols(self.score)]
        for index, bar in enumerate(self.bars):
            full = bar.meter.bar_ticks(self.score.resolution)
            yield f'<measure number="{index + 1}"{"" if bar.length >= full else _IMPLICIT}>'
            yield from self._attributes(index)
            if self.number == 1:
                for marks in signs:
                    yield from marks.get(index, ())
            yield from self._music(index)
            if index + 1 == len(self.bars):
                yield '<barline location="right"><bar-style>light-heavy</bar-style></barline>'
            yield "</measure>"

    def _attributes(self, index: int) -> Iterator[str]:
        key = self.keys[index] if index == 0 or self.keys[index] != self.keys[index - 1] else None
        meter = self.bars[index].meter
        is_new = index == 0 or meter != self.bars[index - 1].meter
        clefs = [staff.clef for staff in self.staves] if index == 0 else []
        yield from attributes(UNITS if index == 0 else None, key, meter if is_new else None, clefs)

    def _music(self, index: int) -> Iterator[str]:
        start, end = self.units[index]
        length = end - start
        cursor = 0
        for number, staff in enumerate(self.staves):
            shown: dict[tuple[str, int], int] = {}  # accidentals that already stand in this bar
            for order, voice in enumerate(staff.bars[index] or [[]]):
                if cursor:
                    yield f"<backup><duration>{cursor}</duration></backup>"
                label = number * _VOICES_PER_STAFF + order + 1
                cursor, lines = self._voice(voice, index, length, label, number, shown, is_first=order == 0)
                yield from lines
        if cursor < length:
            yield f"<forward><duration>{length - cursor}</duration></forward>"

    def _voice(
        self, voice: Voice, index: int, length: int, label: int, staff: int, shown: dict[tuple[str, int], int],
        *, is_first: bool,
    ) -> tuple[int, list[str]]:  # fmt: skip
        """The lines of one voice, and how far into the bar they reach."""
        tail = f"<voice>{label}</voice>"
        place = f"<staff>{staff + 1}</staff>" if len(self.staves) > 1 else ""
        if not voice:
            return length, [f'<note><rest measure="yes"/><duration>{length}</duration>{tail}{place}</note>']
        meter = self.bars[index].meter
        pieces: list[tuple[Value, Chorded | None]] = []
        cursor = 0
        lines: list[str] = []
        for chord in voice:
            if is_first:
                pieces += [(value, None) for value in values(cursor, chord.start, meter, is_rest=True)]
            elif chord.start > cursor:
                pieces.append((Value(cursor, chord.start - cursor, ""), None))
            pieces += [(value, chord) for value in values(chord.start, chord.end, meter)]
            cursor = chord.end
        if is_first:
            pieces += [(value, None) for value in values(cursor, length, meter, is_rest=True)]
            cursor = length
        brackets = _brackets([value for value, _ in pieces])
        for position, (value, sounding) in enumerate(pieces):
            if not value.type:
                lines.append(f"<forward><duration>{value.length}</duration></forward>")
            elif sounding is None:
                lines.append(_note("<rest/>", value, tail, place, bracket=brackets.get(position, "")))
            else:
                lines += self._chord(value, sounding, index, tail, place, brackets.get(position, ""), shown)
        return cursor, lines

    def _chord(
        self, value: Value, chord: Chorded, index: int, tail: str, place: str, bracket: str,
        shown: dict[tuple[str, int], int],
    ) -> Iterator[str]:  # fmt: skip
        tied_back = chord.tied_back or value.start > chord.start
        tied_on = chord.tied_on or value.start + value.length < chord.end
        for order, note in enumerate(sorted(chord.notes, key=lambda note: note.pitch)):
            head, accidental, instrument, shape = self._head(note, self.keys[index], tied_back, shown)
            yield _note(
                ("<chord/>" if order else "") + head, value, instrument + tail, place, velocity=note.velocity,
                accidental=accidental, shape=shape, bracket="" if order else bracket,
                ties=(tied_back, tied_on),
            )  # fmt: skip

    def _head(
        self, note: Sounding, key: Key, is_tied: bool, shown: dict[tuple[str, int], int]
    ) -> tuple[str, str, str, str]:
        """Pitch, accidental, instrument and note head of a note."""
        if self.part.is_drum:
            line = drum_line(note.pitch)
            pitch = f"<display-step>{line.step}</display-step><display-octave>{line.octave}</display-octave>"
            shape = "" if line.head == "normal" else f"<notehead>{line.head}</notehead>"
            return f"<unpitched>{pitch}</unpitched>", "", f'<instrument id="P{self.number}-I{note.pitch}"/>', shape
        name = spelled(note.pitch, key)
        return _pitch(name), _accidental(name, key, is_tied, shown), "", ""


def _pitch(name: Spelled) -> str:
    alter = f"<alter>{name.alter}</alter>" if name.alter else ""
    return f"<pitch><step>{name.step}</step>{alter}<octave>{name.octave}</octave></pitch>"


def _accidental(name: Spelled, key: Key, is_tied: bool, shown: dict[tuple[str, int], int]) -> str:
    """The sign that the note needs here; it holds to the end of the bar."""
    standing = shown.get((name.step, name.octave), signature_alter(name.step, key.fifths))
    if standing == name.alter or is_tied:
        return ""
    shown[name.step, name.octave] = name.alter
    return f"<accidental>{_ACCIDENTALS[name.alter]}</accidental>"


def _note(
    head: str, value: Value, tail: str, place: str, *, velocity: int | None = None, accidental: str = "",
    shape: str = "", bracket: str = "", ties: tuple[bool, bool] = (False, False),
) -> str:  # fmt: skip
    """One note element, its children in the order that the format wants."""
    loud = "" if velocity is None else f' dynamics="{velocity / 0.9:.2f}"'
    kinds = [kind for kind, is_tied in zip(("stop", "start"), ties, strict=True) if is_tied]
    sounding = "".join(f'<tie type="{kind}"/>' for kind in kinds)
    notations = "".join(f'<tied type="{kind}"/>' for kind in kinds) + bracket
    triplet = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    return (
        f"<note{loud}>{head}<duration>{value.length}</duration>{sounding}{tail}<type>{escape(value.type)}</type>"
        f"{'<dot/>' * value.dots}{accidental}{triplet if value.is_triplet else ''}{shape}{place}"
        f"{f'<notations>{notations}</notations>' if notations else ''}</note>"
    )


def _brackets(written: Sequence[Value]) -> dict[int, str]:
    """Where triplet brackets begin and end: around triplets that fill one or two beats."""
    found: dict[int, str] = {}
    first: int | None = None
    for position, value in enumerate(written):
        if not value.is_triplet:
            first = None
            continue
        if first is None and value.start % UNITS == 0:
            first = position
        if first is not None and first < position:
            end = value.start + value.length
            wide = any(other.length == 16 and other.start % UNITS == 16 for other in written[first : position + 1])
            if end % UNITS == 0 and not (wide and (end - written[first].start) % (2 * UNITS)):
                found[first] = found.get(first, "") + '<tuplet type="start"/>'
                found[position] = '<tuplet type="stop"/>'
                first = None
    return found
