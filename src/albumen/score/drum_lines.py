"""Where the sounds of a General MIDI drum kit stand on the five lines, with their note heads."""

from __future__ import annotations

from typing import NamedTuple


class DrumLine(NamedTuple):
    """A place on the staff: letter and octave as in the treble clef, note head, and the sound's name."""

    step: str
    octave: int
    head: str
    name: str


_LINES = {
    35: ("E", 4, "normal", "Low Bass Drum"), 36: ("F", 4, "normal", "Bass Drum"), 37: ("C", 5, "x", "Side Stick"),
    38: ("C", 5, "normal", "Snare"), 39: ("B", 4, "x", "Hand Clap"), 40: ("C", 5, "normal", "Electric Snare"),
    41: ("G", 4, "normal", "Low Floor Tom"), 42: ("G", 5, "x", "Closed Hi-Hat"), 43: ("A", 4, "normal", "Floor Tom"),
    44: ("D", 4, "x", "Pedal Hi-Hat"), 45: ("B", 4, "normal", "Low Tom"), 46: ("G", 5, "circle-x", "Open Hi-Hat"),
    47: ("D", 5, "normal", "Low-Mid Tom"), 48: ("D", 5, "normal", "High-Mid Tom"), 49: ("A", 5, "x", "Crash"),
    50: ("E", 5, "normal", "High Tom"), 51: ("F", 5, "x", "Ride"), 52: ("B", 5, "x", "China"),
    53: ("F", 5, "diamond", "Ride Bell"), 54: ("E", 5, "triangle", "Tambourine"), 55: ("B", 5, "x", "Splash"),
    56: ("E", 5, "triangle", "Cowbell"), 57: ("A", 5, "x", "Second Crash"), 59: ("F", 5, "x", "Second Ride"),
}  # fmt: skip


def drum_line(pitch: int) -> DrumLine:
    """The place of a drum sound; percussion outside the usual kit stands on the middle line."""
    return DrumLine(*_LINES.get(pitch, ("B", 4, "triangle", f"Percussion {pitch}")))
