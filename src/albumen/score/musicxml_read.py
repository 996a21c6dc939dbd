"""Reading MusicXML: .musicxml, .xml and .mxl, by parts or by time, as any notation program writes them.

Kept: notes at sounding pitch, ties, voices and staves of one instrument as one part, repeats and jumps played out, tempos,
meters, keys, chord symbols, rehearsal marks (as sections), dynamics as velocities, drum sounds. Not kept: grace notes,
ornaments, lyrics, layout.
"""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element

from albumen.score.instrument_names import instrument_of_name
from albumen.score.musicxml_measure import MeasureReader, PartSetting
from albumen.score.mxl import is_mxl, unpacked
from albumen.score.reading_limits import MAX_PARTS
from albumen.score.score import TICKS_PER_QUARTER, Score
from albumen.score.sheet import Sheet, SheetPart, play
from albumen.score.xml_tree import as_number, number_of, parse_xml, text_of
from albumen.work.errors import Wrong

_FINEST = 10_080  # ticks a quarter note where a score mixes too many divisions: 32nds, triplets, fifths, sevenths


def read_musicxml(data: bytes, *, name: str = "MusicXML data") -> Score:
    """The Score of a MusicXML document, compressed or not. Raises `Wrong` where it is damaged or none."""
    root = parse_xml(unpacked(data, name) if is_mxl(data) else data, name)
    if root.tag == "score-timewise":
        root = _by_parts(root)
    if root.tag != "score-partwise":
        raise Wrong(f"this XML is no score but a {root.tag!r}", where=name, next_step="export it as MusicXML")
    parts = root.findall("part")
    if len(parts) > MAX_PARTS:
        raise Wrong(f"the score has {len(parts)} parts, more than {MAX_PARTS}", where=name)
    sheet = Sheet(_resolution(root), title=_title(root), name=name)
    settings = {part.get("id", ""): _setting(part) for part in root.iterfind("part-list/score-part")}
    for part in parts:
        setting = settings.get(part.get("id", ""), PartSetting())
        sheet.parts.append(SheetPart(setting.name, setting.program, setting.is_drum))
        reader = MeasureReader(sheet, setting)
        for measure in part.iterfind("measure"):
            reader.read(measure)
    _finish_endings(sheet)
    return play(sheet)


def _by_parts(root: Element) -> Element:
    """A timewise score turned round."""
    turned = Element("score-partwise")
    turned.extend(child for child in root if child.tag != "measure")
    parts: dict[str, Element] = {}
    for number, measure in enumerate(root.iterfind("measure")):
        for part in measure.iterfind("part"):
            identity = part.get("id", "")
            if identity not in parts:
                parts[identity] = Element("part", {"id": identity})
                turned.append(parts[identity])
            while len(parts[identity]) < number:
                parts[identity].append(Element("measure"))
            part.tag = "measure"
            parts[identity].append(part)
    return turned


def _resolution(root: Element) -> int:
    together = TICKS_PER_QUARTER
    for element in root.iter("divisions"):
        divisions = as_number(element.text)
        if divisions and divisions >= 1 and divisions == int(divisions):
            together = math.lcm(together, int(divisions))
            if together > _FINEST:
                return _FINEST
    return together


def _title(root: Element) -> str:
    return text_of(root, "work/work-title") or text_of(root, "movement-title")


def _setting(part: Element) -> PartSetting:
    """What the part list says about a part: its name, its sound, and the drum sounds by instrument id."""
    name = text_of(part, "part-name")
    drums = {}
    program: int | None = None
    is_drum = False
    for instrument in part.iterfind("midi-instrument"):
        unpitched, number = number_of(instrument, "midi-unpitched"), number_of(instrument, "midi-program")
        if unpitched and 1 <= unpitched <= 128:
            drums[instrument.get("id", "")] = int(unpitched) - 1
        if number and 1 <= number <= 128 and program is None:
            program = int(number) - 1
        is_drum = is_drum or number_of(instrument, "midi-channel") == 10
    words = " ".join([name, *(sound.text or "" for sound in part.iterfind("score-instrument/instrument-name"))])
    guessed, sounds_like_drums = instrument_of_name(words)
    if program is None:
        program, is_drum = guessed, is_drum or sounds_like_drums
    name = name if name.lower() not in ("musicxml part", "part") else ""
    return PartSetting(name=name, program=program, is_drum=is_drum, drums=drums)


def _finish_endings(sheet: Sheet) -> None:
    """A bracket reaches from its start to its stop: give its numbers to the measures between."""
    open_numbers: frozenset[int] = frozenset()
    for measure in sheet.measures:
        signs = measure.signs
        if signs.endings:
            open_numbers = signs.endings
        elif open_numbers:
            signs.endings = open_numbers
        if signs.ending_stops:
            open_numbers = frozenset()
