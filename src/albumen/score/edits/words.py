"""Edits in words, as typed on the command line: `tempo=96`, `remove drums 1-8`, `swap piano=vibraphone`."""

from __future__ import annotations

import re
from collections.abc import Callable

from albumen.score.edits.bar_edits import DeleteBars, InsertBars, MoveBars, RepeatBars
from albumen.score.edits.part_edits import (
    AddPart,
    ChangeVelocity,
    RemovePart,
    RenamePart,
    SetNotes,
    SetRole,
    SwapInstrument,
)
from albumen.score.edits.patch import Patch
from albumen.score.edits.request import Regenerate
from albumen.score.edits.song_edits import SetKey, SetMeter, SetTempo, Transpose
from albumen.score.edits.span import Span
from albumen.work.errors import Wrong

Edit = (
    SetTempo | Transpose | SetKey | SetMeter | AddPart | RemovePart | SwapInstrument | RenamePart | SetRole
    | ChangeVelocity | SetNotes | DeleteBars | InsertBars | MoveBars | RepeatBars | Regenerate | Patch
)  # fmt: skip

# One line for each command: what it looks like in help and messages.
EXAMPLES = {
    "tempo": "tempo=96, or tempo=96 9-16 for some bars",
    "key": "key=Eb",
    "meter": "meter=3/4",
    "transpose": "transpose +2, transpose bass -12 1-8",
    "add": "add violin, add French horn as counter",
    "remove": "remove drums, remove drums 1-8",
    "swap": "swap piano=vibraphone",
    "rename": "rename piano=Grand Piano",
    "role": "role violin=counter",
    "velocity": "velocity +10, velocity bass *0.8 1-8",
    "delete": "delete 9-16",
    "insert": "insert 4 bars at 9",
    "move": "move 9-16 to 1",
    "repeat": "repeat 9-16, repeat 9-16 to 33",
    "regenerate": "regenerate, regenerate bass, drums 9-16",
}
_BARS = re.compile(r"^(?:(.*?)\s+)??(?:bars?\s+)?(\d{1,6})(?:\s*-\s*(\d{1,6}))?$")


def parse_edit(text: str) -> Edit:
    """The edit that the words mean. Raises `Wrong` with an example of what was expected."""
    words = " ".join(text.split())
    match = re.match(r"^([a-z]+)\s*(.*)$", words, re.IGNORECASE)
    command = match[1].lower() if match else ""
    if not match or command not in _READERS:
        raise Wrong(f"{text!r} is no edit", next_step=f"edits begin with {', '.join(EXAMPLES)}")
    edit = _READERS[command](match[2].strip())
    if edit is None:
        raise Wrong(f"{text!r} is not understood", next_step=f"write it like this: {EXAMPLES[command]}")
    return edit


def _with_bars(text: str) -> tuple[str, Span | None]:
    """The words before the bars, and the bars; raises `Wrong` for bars that run backwards."""
    match = _BARS.match(text)
    if not match:
        return text, None
    first, last = int(match[2]), int(match[3] or match[2])
    if not 1 <= first <= last:
        raise Wrong(f"bars count from 1 and forward, got {first}-{last}", next_step="write them like 9-16")
    return (match[1] or "").strip(), Span(first - 1, last)


def _only_bars(text: str) -> Span | None:
    rest, bars = _with_bars(text)
    return bars if rest in ("", "bars", "bar") else None


def _bar(text: str) -> int:
    """A bar as counted in values, from its number in words; -1 where it is none."""
    return int(text) - 1 if re.fullmatch(r"\s*\d{1,6}\s*", text) else -1


def _tempo(text: str) -> Edit | None:
    match = re.match(r"^=?\s*(\d{1,6}(?:\.\d+)?)(?:\s+(.+))?$", text)
    if not match:
        return None
    bars = _only_bars(match[2]) if match[2] else None
    if match[2] and not bars:
        return None
    return SetTempo(quarters_per_minute=float(match[1]), bars=bars)


def _key(text: str) -> Edit | None:
    match = re.match(r"^=?\s*([A-Ga-g][#b]?\s*(?:m|minor|major)?)$", text)
    return SetKey(key=match[1][0].upper() + match[1][1:]) if match else None


def _meter(text: str) -> Edit | None:
    match = re.match(r"^=?\s*(\d{1,6}/\d{1,6})$", text)
    return SetMeter(meter=match[1]) if match else None


def _transpose(text: str) -> Edit | None:
    match = re.match(r"^(.*?)\s*([+-]\d{1,6})(?:\s+(\d.*|bars?\s.*))?$", text)
    if not match:
        return None
    bars = _only_bars(match[3]) if match[3] else None
    if match[3] and not bars:
        return None
    return Transpose(semitones=int(match[2]), part=match[1], bars=bars)


def _add(text: str) -> Edit | None:
    instrument, _, role = text.partition(" as ")
    return AddPart(instrument=instrument.strip(), role=role.strip()) if instrument.strip() else None


def _remove(text: str) -> Edit | None:
    part, bars = _with_bars(text)
    return RemovePart(part=part, bars=bars) if part else None


def _pair(text: str) -> tuple[str, str] | None:
    left, equals, right = (side.strip() for side in text.partition("="))
    return (left, right) if equals and left else None


def _swap(text: str) -> Edit | None:
    pair = _pair(text)
    return SwapInstrument(part=pair[0], instrument=pair[1]) if pair and pair[1] else None


def _rename(text: str) -> Edit | None:
    pair = _pair(text)
    return RenamePart(part=pair[0], name=pair[1]) if pair and pair[1] else None


def _role(text: str) -> Edit | None:
    pair = _pair(text)
    return SetRole(part=pair[0], role=pair[1]) if pair else None


def _velocity(text: str) -> Edit | None:
    match = re.match(r"^(.*?)\s*([+-]\d{1,6}|\*\d{1,6}(?:\.\d+)?|=\d{1,6})(?:\s+(\d.*|bars?\s.*))?$", text)
    if not match:
        return None
    bars = _only_bars(match[3]) if match[3] else None
    if match[3] and not bars:
        return None
    sign, number = match[2][0], match[2][1:]
    if sign == "*":
        return ChangeVelocity(factor=float(number), part=match[1], bars=bars)
    if sign == "=":
        return ChangeVelocity(factor=0.0, plus=int(number), part=match[1], bars=bars)
    return ChangeVelocity(plus=int(match[2]), part=match[1], bars=bars)


def _delete(text: str) -> Edit | None:
    bars = _only_bars(text)
    return DeleteBars(bars=bars) if bars else None


def _insert(text: str) -> Edit | None:
    match = re.match(r"^(?:(\d{1,6}|a|an)\s+)?bars?\s+at\s+(\d{1,6})$", text)
    if not match or int(match[2]) < 1:
        return None
    return InsertBars(count=int(match[1]) if (match[1] or "a")[0].isdigit() else 1, at=int(match[2]) - 1)


def _move(text: str) -> Edit | None:
    stretch, _, target = text.partition(" to ")
    bars = _only_bars(stretch)
    return MoveBars(bars=bars, to=_bar(target)) if bars and _bar(target) >= 0 else None


def _repeat(text: str) -> Edit | None:
    stretch, to, target = text.partition(" to ")
    bars = _only_bars(stretch)
    if not bars or (to and _bar(target) < 0):
        return None
    return RepeatBars(bars=bars, to=_bar(target) if to else None)


def _regenerate(text: str) -> Edit | None:
    names, bars = _with_bars(text)
    parts = tuple(name.strip() for name in re.split(r",|\band\b", names) if name.strip() and name.strip() != "all")
    return Regenerate(parts=parts, bars=bars)


_READERS: dict[str, Callable[[str], Edit | None]] = {
    "tempo": _tempo, "key": _key, "meter": _meter, "transpose": _transpose, "add": _add, "remove": _remove,
    "swap": _swap, "rename": _rename, "role": _role, "velocity": _velocity, "delete": _delete, "insert": _insert,
    "move": _move, "repeat": _repeat, "regenerate": _regenerate,
}  # fmt: skip
