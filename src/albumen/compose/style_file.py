"""Reads the style files. Whatever is wrong in one is answered with the file, the place and what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from albumen.album.plan import Ending
from albumen.compose.grid import grid_of, rhythm_of
from albumen.compose.roman import chord_of, phrase_of
from albumen.compose.style import (
    LEVELS,
    BandMember,
    Bars,
    DrumStyle,
    FormItem,
    Kit,
    MelodyManner,
    MelodyRhythms,
    SectionStyle,
    Style,
)
from albumen.score.instrument import program_named, timbre_of
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.part import ROLES
from albumen.work.errors import Wrong

T = TypeVar("T")
WRITERS = ("rules", "model")
DRUM_NAMES = (
    "kick",
    "snare",
    "rim",
    "clap",
    "hat",
    "pedal",
    "open",
    "ride",
    "bell",
    "crash",
    "china",
    "tom1",
    "tom2",
    "tom3",
    "tamb",
    "shaker",
    "cowbell",
    "conga",
    "bongo",
    "brush",
    "claves",
    "triangle",
)


class _Place:
    """Where in which file the reader stands, for its sentences."""

    def __init__(self, file: str, path: str = "") -> None:
        self.file, self.path = file, path

    def at(self, name: str | int) -> _Place:
        return _Place(self.file, f"{self.path}.{name}" if self.path else str(name))

    def wrong(self, what: str) -> Wrong:
        return Wrong(what, where=f"{self.file}: {self.path}" if self.path else self.file)

    def get(self, table: Mapping[str, Any], name: str, kind: type, default: Any = None) -> Any:
        """The field `name` of the wanted kind; `default` where it is absent, or `Wrong` where there is none."""
        value = table.get(name, default)
        if value is None:
            raise self.wrong(f"the field {name!r} is missing; expected {kind.__name__}")
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind):
            raise self.at(name).wrong(f"expected {kind.__name__}, got {value!r}")
        return value

    def read(self, name: str | int, reader: Callable[..., T], *arguments: Any) -> T:
        """What `reader` makes of the arguments; its complaint becomes a `Wrong` at this place."""
        try:
            return reader(*arguments)
        except (ValueError, KeyError, TypeError) as error:
            raise self.at(name).wrong(str(error.args[0]) if error.args else str(error)) from error


def style_names() -> tuple[str, ...]:
    """The styles that come with Albumen, sorted."""
    folder = files("albumen.compose").joinpath("styles")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def style_named(name: str) -> Style:
    """The built-in style `name`; raises `Wrong` with the known names."""
    if name not in style_names():
        raise Wrong(f"no style called {name!r}; known are {', '.join(style_names())}", where="style")
    text = files("albumen.compose").joinpath("styles", f"{name}.toml").read_text(encoding="utf-8")
    return style_of(text, name, f"{name}.toml")


def read_style(path: Path) -> Style:
    """A style from a file of your own."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"cannot be read as text ({error})", where=path) from error
    return style_of(text, Path(path).stem, str(path))


def styles_of_genre(genre: str) -> tuple[Style, ...]:
    """The built-in styles whose corpus genre is `genre`."""
    return tuple(style for style in map(style_named, style_names()) if style.genre == genre)


def style_of(text: str, name: str, file: str) -> Style:
    """The style written in TOML `text`; raises `Wrong` with file, place and what was expected."""
    place = _Place(file)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.wrong(f"not TOML: {error}") from error
    meters = tuple(place.read("meters", Meter.parse, meter) for meter in place.get(table, "meters", list))
    keys = tuple(place.read("keys", Key.parse, key) for key in place.get(table, "keys", list))
    if not meters or not keys:
        raise place.wrong("at least one meter and one key are needed")
    figures = _figures(place.at("figures"), place.get(table, "figures", dict, {}), meters)
    drums = _drums(place.at("drums"), place.get(table, "drums", dict, {}), meters)
    band = _band(place.at("band"), place.get(table, "band", list), figures, drums)
    progressions = _progressions(place.at("progressions"), place.get(table, "progressions", dict), meters, keys)
    sections = _sections(place.at("sections"), place.get(table, "sections", dict), progressions, band)
    return Style(
        name=name,
        title=place.get(table, "title", str),
        genre=place.get(table, "genre", str),
        about=place.get(table, "about", str),
        tempo_bpm=_range(place, table, "tempo_bpm"),
        meters=meters,
        keys=keys,
        seconds=_range(place, table, "seconds"),
        energy=place.get(table, "energy", float),
        swing=place.get(table, "swing", bool, False),
        endings=_endings(place, table),
        band=band,
        forms=_forms(place.at("forms"), place.get(table, "forms", dict), sections),
        sections=sections,
        progressions=progressions,
        rhythms=_rhythms(place.at("rhythms"), place.get(table, "rhythms", dict), meters),
        manner=_manner(place.at("melody"), place.get(table, "melody", dict, {})),
        figures=figures,
        drums=drums,
    )


def _range(place: _Place, table: Mapping[str, Any], name: str) -> tuple[float, float]:
    values = place.get(table, name, list)
    if len(values) != 2 or not all(isinstance(v, int | float) for v in values) or values[0] > values[1]:
        raise place.at(name).wrong(f"expected two numbers, low and high, got {values!r}")
    return float(values[0]), float(values[1])


def _endings(place: _Place, table: Mapping[str, Any]) -> tuple[Ending, ...]:
    endings = tuple(place.get(table, "endings", list))
    if not endings or any(ending not in get_args(Ending) for ending in endings):
        raise place.at("endings").wrong(f"expected some of {', '.join(get_args(Ending))}, got {list(endings)!r}")
    return endings


def _manner(place: _Place, table: Mapping[str, Any]) -> MelodyManner:
    unknown = set(table) - set(MelodyManner.__dataclass_fields__)
    if unknown:
        raise place.wrong(f"unknown {sorted(unknown)}; known are {', '.join(MelodyManner.__dataclass_fields__)}")
    return MelodyManner(**{name: place.get(table, name, float) for name in table})


def _band(
    place: _Place, rows: list[Any], figures: Mapping[str, Any], drums: Mapping[str, Any]
) -> tuple[BandMember, ...]:
    members = tuple(_member(place.at(i), row, figures, drums) for i, row in enumerate(rows))
    ids = [member.id for member in members]
    if not members or len(set(ids)) != len(ids):
        raise place.wrong(f"expected members with different ids, got {ids}")
    if not any(member.role == "melody" for member in members):
        raise place.wrong('somebody must play the melody (role = "melody")')
    return members


def _member(place: _Place, row: Mapping[str, Any], figures: Mapping[str, Any], drums: Mapping[str, Any]) -> BandMember:
    role, written = place.get(row, "role", str), place.get(row, "writer", str, "rules")
    if role not in ROLES:
        raise place.at("role").wrong(f"expected one of {', '.join(ROLES)}, got {role!r}")
    if written not in WRITERS:
        raise place.at("writer").wrong(f"expected one of {', '.join(WRITERS)}, got {written!r}")
    is_drum = role == "drums"
    names = place.get(row, "instrument", list, ["drums"] if is_drum else None)
    programs = tuple(0 if is_drum else place.read("instrument", program_named, name) for name in names)
    timbre = timbre_of(programs[0], is_drum)
    low, high = (int(v) for v in _range(place, row, "range")) if "range" in row else (timbre.low, timbre.high)
    if low < timbre.low or high > timbre.high:
        raise place.at("range").wrong(f"{names[0]} plays {timbre.low}..{timbre.high}, got {low}..{high}")
    figure = place.get(row, "figures", str, "")
    known = drums if is_drum else figures
    if role in ("bass", "chords", "pad", "drums") and figure not in known:
        raise place.at("figures").wrong(f"expected one of {', '.join(known) or 'none written'}, got {figure!r}")
    return BandMember(
        id=place.get(row, "id", str),
        programs=programs,
        is_drum=is_drum,
        role=role,
        low=low,
        high=high,
        voices=place.get(row, "voices", int, timbre.voices),
        figures=figure,
        writer=written,
        joins_at=place.get(row, "joins_at", float, 0.0),
        pedal=place.get(row, "pedal", bool, False),
    )


def _forms(
    place: _Place, table: Mapping[str, Any], sections: Mapping[str, SectionStyle]
) -> dict[str, tuple[FormItem, ...]]:
    forms = {}
    for name, text in table.items():
        items: list[FormItem] = []
        for word in str(text).split():
            label = word.rstrip("=~")
            repeat = {"=": "exact", "~": "varied"}.get(word[-1], "new")
            if label not in sections:
                raise place.at(name).wrong(f"no section called {label!r}; known are {', '.join(sections)}")
            if repeat != "new" and label not in [item.label for item in items]:
                raise place.at(name).wrong(f"{word!r} repeats a section that has not been heard yet")
            items.append(FormItem(label=label, repeat=repeat))
        forms[name] = tuple(items)
    if not forms:
        raise place.wrong('at least one form is needed, such as plain = "intro A A= B A~ outro"')
    return forms


def _sections(
    place: _Place,
    table: Mapping[str, Any],
    progressions: Mapping[str, Mapping[str, tuple[str, ...]]],
    band: tuple[BandMember, ...],
) -> dict[str, SectionStyle]:
    sections = {}
    ids = [member.id for member in band]
    for label, row in table.items():
        here = place.at(label)
        phrases = tuple(here.get(row, "phrases", list))
        for mode, known in progressions.items():
            for phrase in phrases:
                if phrase not in known:
                    raise here.at("phrases").wrong(
                        f"no {mode} progression called {phrase!r}; known are {', '.join(known)}"
                    )
        ideas = tuple(here.get(row, "ideas", str).split())
        unknown = set(ideas) - {"m", "m^", "mv", "mi", "ma", "f", "c", "h", "k", "-"}
        if unknown or not ideas:
            raise here.at("ideas").wrong(f"ideas are m m^ mv mi ma f c h k and -, got {sorted(unknown)}")
        lead, without = here.get(row, "lead", str, ""), tuple(here.get(row, "without", list, []))
        for part in (*without, *([lead] if lead else [])):
            if part not in ids:
                raise here.wrong(f"no band member called {part!r}; known are {', '.join(ids)}")
        sections[label] = SectionStyle(
            label=label,
            name=here.get(row, "name", str, ""),
            phrases=phrases,
            ideas=ideas,
            key=here.get(row, "key", str, "I"),
            energy=here.get(row, "energy", float, 0.5),
            lead=lead,
            without=without,
        )
    return sections


def _progressions(
    place: _Place, table: Mapping[str, Any], meters: tuple[Meter, ...], keys: tuple[Key, ...]
) -> dict[str, Mapping[str, tuple[str, ...]]]:
    modes: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for mode, phrases in table.items():
        if mode not in ("major", "minor"):
            raise place.wrong(f"progressions are written for major and minor, got {mode!r}")
        key = Key.of(0, is_minor=mode == "minor")
        for phrase, written in phrases.items():
            here = place.at(mode)
            if not isinstance(written, list) or not written:
                raise here.at(phrase).wrong('expected a list of progressions such as "I | IV V | I | V"')
            for text in written:
                for meter in meters:
                    for bar in here.read(phrase, phrase_of, text, meter.chord_slots()):
                        for numeral in bar:
                            here.read(phrase, chord_of, numeral, key)
            if len({text.count("|") for text in written}) != 1:
                raise here.at(phrase).wrong("all progressions of a phrase have the same number of bars")
        modes[mode] = {phrase: tuple(written) for phrase, written in phrases.items()}
    for key in keys:
        if ("minor" if key.is_minor else "major") not in modes:
            raise place.wrong(f"the key {key} is offered, but its mode has no progressions")
    return modes


def _rhythms(place: _Place, table: Mapping[str, Any], meters: tuple[Meter, ...]) -> dict[str, MelodyRhythms]:
    rhythms = {}
    for meter in meters:
        here = place.at(f'"{meter}"')
        row = place.get(table, str(meter), dict)
        kinds = {}
        for kind in ("ideas", "contrast", "half", "cadence"):
            written = here.get(row, kind, list)
            if not written:
                raise here.at(kind).wrong("at least one bar of rhythm is needed")
            kinds[kind] = tuple(here.read(kind, rhythm_of, text, meter) for text in written)
        rhythms[str(meter)] = MelodyRhythms(**kinds)
    return rhythms


def _figures(
    place: _Place, table: Mapping[str, Any], meters: tuple[Meter, ...]
) -> dict[str, dict[str, dict[str, tuple[Bars, ...]]]]:
    figures: dict[str, dict[str, dict[str, tuple[Bars, ...]]]] = {}
    for name, by_meter in table.items():
        figures[name] = {}
        for meter in meters:
            here = place.at(name).at(f'"{meter}"')
            levels = place.at(name).get(by_meter, str(meter), dict)
            _check_levels(here, levels)
            figures[name][str(meter)] = {
                level: tuple(here.read(level, grid_of, text, meter) for text in here.get(levels, level, list))
                for level in levels
            }
    return figures


def _drums(place: _Place, table: Mapping[str, Any], meters: tuple[Meter, ...]) -> dict[str, dict[str, DrumStyle]]:
    drums: dict[str, dict[str, DrumStyle]] = {}
    for name, by_meter in table.items():
        drums[name] = {}
        for meter in meters:
            here = place.at(name).at(f'"{meter}"')
            row = dict(place.at(name).get(by_meter, str(meter), dict))
            fills = tuple(_kit(here.at("fills").at(i), kit, meter) for i, kit in enumerate(row.pop("fills", [])))
            _check_levels(here, row)
            grooves = {
                level: tuple(_kit(here.at(level).at(i), kit, meter) for i, kit in enumerate(row[level]))
                for level in row
            }
            drums[name][str(meter)] = DrumStyle(grooves=grooves, fills=fills)
    return drums


def _kit(place: _Place, table: Mapping[str, Any], meter: Meter) -> Kit:
    unknown = set(table) - set(DRUM_NAMES)
    if unknown:
        raise place.wrong(f"no drum called {', '.join(sorted(unknown))}; known are {', '.join(DRUM_NAMES)}")
    return cast(Kit, {drum: place.read(drum, grid_of, text, meter) for drum, text in table.items()})


def _check_levels(place: _Place, table: Mapping[str, Any]) -> None:
    unknown = set(table) - set(LEVELS)
    if unknown or not table:
        raise place.wrong(f"expected some of {', '.join(LEVELS)}, got {sorted(table)}")
