"""REAPER projects: tempo map, markers, a track a part with its notes, and the stems beside; all as text that REAPER reads."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from albumen.press.dawproject import StemClip
from albumen.press.release_folder import file_name
from albumen.press.roll import part_colours
from albumen.score.part import Part
from albumen.score.score import Score
from albumen.work.errors import Wrong
from albumen.work.files import replacing, write_text

_SPACE = uuid.UUID("6f1f6a0e-5c53-4c52-9a3e-2c1b7c2f6c11")  # our own name space: equal projects get equal track ids
_TICKS = 960


def write_reaper(folder: Path, score: Score, stems: Mapping[str, StemClip]) -> Path:
    """Write `<title>.rpp` and its stems into `folder` and return the project; stems sound, the notes lie muted beside them.

    `stems` by part id; further ones become tracks of their own. Raises `Wrong` where a stem is missing.
    """
    for clip in stems.values():
        if not clip.path.is_file():
            raise Wrong("this stem is missing", where=clip.path, next_step="render the song first")
    for name, clip in stems.items():
        with replacing(folder / "audio" / f"{file_name(name)}{clip.path.suffix}") as temporary:
            shutil.copyfile(clip.path, temporary)
    lines = ['<REAPER_PROJECT 0.1 "6.0" 0']
    meter = score.meters[0].meter
    lines.append(f"  TEMPO {score.tempos[0].quarters_per_minute:.6f} {meter.numerator} {meter.denominator}")
    lines += _tempo_map(score)
    lines += _markers(score)
    colours = part_colours(score)
    for part in score.parts:
        lines += _track(part.name or part.instrument_name, part.id, colours[part.id])
        if part.id in stems:
            lines += _audio(part.id, stems[part.id])
        lines += [*_notes(score, part, muted=part.id in stems), "  >"]
    for name in sorted(set(stems) - {part.id for part in score.parts}):
        lines += [*_track(name, name, "#8b8591"), *_audio(name, stems[name]), "  >"]
    lines.append(">")
    path = folder / f"{file_name(score.title or 'song')}.rpp"
    write_text(path, "\n".join(lines) + "\n")
    return path


def _tempo_map(score: Score) -> list[str]:
    """Points with time, tempo, shape (1 holds) and, where the meter changes, both its numbers in one integer."""
    clock = score.time_map
    meters = {change.tick: change.meter for change in score.meters}
    tempos = {change.tick: change for change in score.tempos}
    lines = ["  <TEMPOENVEX", "    ACT 1 -1"]
    current = score.tempos[0]
    for tick in sorted({*meters, *tempos}):
        current = tempos.get(tick, current)
        meter = meters.get(tick)
        packed = f" {meter.denominator * 65536 + meter.numerator}" if meter else ""
        lines.append(f"    PT {clock.seconds(tick):.9f} {current.quarters_per_minute:.6f} 1{packed}")
    return [*lines, "  >"]


def _markers(score: Score) -> list[str]:
    bars, clock = score.bars(), score.time_map
    places = [(section, bars[section.start_bar].start) for section in score.sections if section.start_bar < len(bars)]
    return [
        f'  MARKER {number} {clock.seconds(tick):.9f} "{_quoted(section.name or section.label)}" 0'
        for number, (section, tick) in enumerate(places, start=1)
    ]


def _track(title: str, name: str, colour: str) -> list[str]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return [
        f"  <TRACK {_id('track', name)}",
        f'    NAME "{_quoted(title)}"',
        f"    PEAKCOL {0x1000000 | blue << 16 | green << 8 | red}",
        "    VOLPAN 1 0 -1 -1 1",
        "    MUTESOLO 0 0 0",
    ]


def _audio(name: str, clip: StemClip) -> list[str]:
    kind = {".wav": "WAVE", ".flac": "FLAC"}.get(clip.path.suffix, "WAVE")
    return [
        "    <ITEM",
        "      POSITION 0",
        f"      LENGTH {clip.seconds:.9f}",
        "      LOOP 0",
        f'      NAME "{_quoted(name)}"',
        f"      <SOURCE {kind}",
        f'        FILE "audio/{_quoted(file_name(name))}{clip.path.suffix}"',
        "      >",
        "    >",
    ]


def _notes(score: Score, part: Part, *, muted: bool) -> list[str]:
    """The notes as MIDI events with ticks counted from event to event; ends come before beginnings at one tick."""
    channel = 9 if part.is_drum else 0
    scale = _TICKS / score.resolution
    events = [(0, 0, f"c{channel:x} {part.program:02x} 00")]
    for note in part.notes:
        start, end = round(note.onset * scale), max(round(note.onset * scale) + 1, round(note.end * scale))
        events.append((start, 2, f"9{channel:x} {note.pitch:02x} {note.velocity:02x}"))
        events.append((end, 1, f"8{channel:x} {note.pitch:02x} 00"))
    length = round(score.length * scale)
    lines, at = [], 0
    for tick, _, words in sorted(events):
        lines.append(f"        E {tick - at} {words}")
        at = tick
    return [
        "    <ITEM",
        "      POSITION 0",
        f"      LENGTH {score.seconds:.9f}",
        "      LOOP 0",
        f"      MUTE {int(muted)} 0",
        f'      NAME "{_quoted(part.id)} notes"',
        "      <SOURCE MIDI",
        f"        HASDATA 1 {_TICKS} QN",
        *lines,
        f"        E {max(0, length - at)} b{channel:x} 7b 00",
        "      >",
        "    >",
    ]


def _id(*names: str) -> str:
    return "{" + str(uuid.uuid5(_SPACE, "/".join(names))).upper() + "}"


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ")
