"""Instruments: timbre classes over the General MIDI programs, with the ranges and polyphony that players can reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timbre:
    """A family of programs that are played alike.

    `low`..`high` is the playable range in MIDI pitches, `voices` the most notes that may sound at once.
    """

    name: str
    programs: tuple[int, ...]
    low: int
    high: int
    voices: int


# The order is part of the token vocabulary: append, never reorder. Ranges after standard orchestration practice
# (sounding pitch). The first program of each class is its default sound.
TIMBRES: tuple[Timbre, ...] = (
    Timbre("piano", (0, 1, 2, 3), 21, 108, 10),
    Timbre("electric-piano", (4, 5), 28, 103, 10),
    Timbre("harpsichord", (6, 7), 29, 89, 10),
    Timbre("mallets", (11, 8, 9, 10, 12, 13, 14, 15, 108), 45, 108, 4),
    Timbre("organ", (19, 16, 17, 18, 20), 24, 108, 10),
    Timbre("accordion", (21, 22, 23, 109), 41, 93, 8),
    Timbre("guitar", (24, 25), 40, 88, 6),
    Timbre("electric-guitar", (27, 26, 28), 40, 88, 6),
    Timbre("distorted-guitar", (30, 29, 31), 35, 88, 6),
    Timbre("acoustic-bass", (32,), 28, 67, 2),
    Timbre("electric-bass", (33, 34, 35, 36, 37), 23, 67, 2),
    Timbre("synth-bass", (38, 39), 21, 72, 2),
    Timbre("violin", (40, 110), 55, 103, 3),
    Timbre("viola", (41,), 48, 91, 3),
    Timbre("cello", (42,), 36, 81, 3),
    Timbre("contrabass", (43,), 28, 67, 2),
    Timbre("strings", (48, 49, 50, 51, 44, 45), 28, 103, 8),
    Timbre("harp", (46,), 24, 103, 8),
    Timbre("timpani", (47,), 36, 60, 2),
    Timbre("voice", (52, 53, 54, 85), 36, 84, 6),
    Timbre("trumpet", (56, 59), 52, 86, 1),
    Timbre("trombone", (57,), 34, 77, 1),
    Timbre("tuba", (58,), 24, 65, 1),
    Timbre("horn", (60,), 34, 79, 4),
    Timbre("brass", (61, 62, 63, 55), 34, 86, 6),
    Timbre("saxophone", (66, 64, 65, 67), 36, 92, 1),
    Timbre("oboe", (68, 69, 111), 52, 93, 1),
    Timbre("bassoon", (70,), 34, 77, 1),
    Timbre("clarinet", (71,), 38, 96, 1),
    Timbre("flute", (73, 72, 74, 75, 76, 77, 78, 79), 55, 108, 1),
    Timbre("synth-lead", (81, 80, 82, 83, 84, 86, 87), 24, 108, 4),
    Timbre("synth-pad", (89, 88, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103), 24, 108, 8),
    Timbre("plucked", (105, 104, 106, 107), 36, 91, 5),
    Timbre("effects", (115, 112, 113, 114, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127), 0, 127, 4),
    Timbre("drums", (), 0, 127, 8),
)
TIMBRE_NAMES = tuple(timbre.name for timbre in TIMBRES)
_BY_NAME = {timbre.name: timbre for timbre in TIMBRES}
_BY_PROGRAM = {program: timbre for timbre in TIMBRES for program in timbre.programs}
DRUMS = _BY_NAME["drums"]

PROGRAM_NAMES: tuple[str, ...] = tuple(
    """acoustic grand piano|bright piano|electric grand piano|honky-tonk piano|electric piano|FM electric piano
|harpsichord|clavinet|celesta|glockenspiel|music box|vibraphone|marimba|xylophone|tubular bells|dulcimer
|drawbar organ|percussive organ|rock organ|church organ|reed organ|accordion|harmonica|bandoneon
|nylon guitar|steel guitar|jazz guitar|clean guitar|muted guitar|overdriven guitar|distortion guitar|guitar harmonics
|acoustic bass|finger bass|picked bass|fretless bass|slap bass|slap bass 2|synth bass|synth bass 2
|violin|viola|cello|contrabass|tremolo strings|pizzicato strings|harp|timpani
|string ensemble|slow strings|synth strings|synth strings 2|choir|voice oohs|synth voice|orchestra hit
|trumpet|trombone|tuba|muted trumpet|French horn|brass section|synth brass|synth brass 2
|soprano saxophone|alto saxophone|tenor saxophone|baritone saxophone|oboe|English horn|bassoon|clarinet
|piccolo|flute|recorder|pan flute|bottle|shakuhachi|whistle|ocarina
|square lead|saw lead|calliope lead|chiff lead|charang lead|voice lead|fifths lead|bass and lead
|new age pad|warm pad|polysynth pad|choir pad|bowed pad|metallic pad|halo pad|sweep pad
|rain|soundtrack|crystal|atmosphere|brightness|goblins|echoes|sci-fi
|sitar|banjo|shamisen|koto|kalimba|bagpipe|fiddle|shanai
|tinkle bell|agogo|steel drums|woodblock|taiko|melodic tom|synth drum|reverse cymbal
|fret noise|breath noise|seashore|bird|telephone|helicopter|applause|gunshot""".replace("\n", "").split("|")
)


def timbre_of(program: int, is_drum: bool = False) -> Timbre:
    """The timbre class of a General MIDI program (0..127)."""
    return DRUMS if is_drum else _BY_PROGRAM[program]


def timbre_named(name: str) -> Timbre:
    """The timbre class called `name`; raises `KeyError` with the known names."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"no instrument called {name!r}; known are {', '.join(TIMBRE_NAMES)}") from None


def program_named(name: str) -> int:
    """The program whose name, or whose timbre class, is `name` (case does not matter); raises `KeyError`."""
    wanted = name.strip().lower()
    for program, known in enumerate(PROGRAM_NAMES):
        if known.lower() == wanted:
            return program
    return timbre_named(wanted).programs[0]
