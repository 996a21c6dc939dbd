"""From a brief to the plan of a song: form, chords with cadences, keys, energy, band. No note is written here."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from albumen.album.brief import Brief
from albumen.album.plan import PartPlan, SectionPlan, SongPlan
from albumen.compose.band_plan import band_of
from albumen.compose.grid import rhythm_text
from albumen.compose.motif import new_motif
from albumen.compose.roman import chord_of, phrase_of
from albumen.compose.style import FormItem, Rhythm, SectionStyle, Style
from albumen.compose.style_file import style_named, style_names
from albumen.score.key import Key
from albumen.score.meter import Meter
from albumen.score.score import STEPS_PER_QUARTER
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

# Where a section's key goes when the song is in minor: the neighbours that minor keys visit.
_MINOR_NEIGHBOURS = {"IV": "VI", "V": "v", "vi": "III", "ii": "iv", "III": "III", "iv": "iv"}
_BUILD = 0.05  # each return of a section is a little stronger
_CLIMAX_AT = 0.8  # where in the song the energy peaks


def plan_song(brief: Brief, seed: Seed | None = None, style: Style | None = None) -> SongPlan:
    """The plan for one song. Everything the brief leaves open is drawn from the style with named seeds.

    Raises `Wrong` where the brief asks for what the style cannot do (an unknown style, a meter without rhythms).
    """
    seed = seed or Seed(brief.seed).child("song", brief.title, brief.style)
    if style is None:
        names = style_names()
        style = style_named(brief.style or names[int(seed.child("style").rng().integers(len(names)))])
    key = brief.key or style.keys[int(seed.child("key").rng().integers(len(style.keys)))]
    key = key if ("minor" if key.is_minor else "major") in style.progressions else _in_known_mode(style, key)
    meter = _meter(style, brief, seed)
    energy = style.energy if brief.energy is None else brief.energy
    items, tempo = _form(style, meter, brief, seed)
    band = band_of(style, brief.band, seed.child("band").rng())
    sections = _sections(style, items, key, meter, energy, band, seed)
    motif = brief.motif or new_motif(seed.child("motif").rng())
    rhythm = _motif_rhythm(style, meter, len(motif), seed)
    return SongPlan(
        title=brief.title or style.title,
        style=style.name,
        genre=style.genre,
        key=str(key),
        meter=str(meter),
        tempo_bpm=tempo,
        seed=seed.number() % 2**31,
        sections=sections,
        band=_used(band, sections),
        motif=motif,
        motif_rhythm=rhythm,
        is_album_motif=bool(brief.motif),
        swing=style.swing,
        ending=style.endings[int(seed.child("ending").rng().integers(len(style.endings)))],
        energy=energy,
        theme=brief.theme,
    )


def _used(band: tuple[PartPlan, ...], sections: Sequence[SectionPlan]) -> tuple[PartPlan, ...]:
    heard = {part_id for section in sections for part_id in section.band}
    return tuple(part for part in band if part.id in heard)


def _in_known_mode(style: Style, key: Key) -> Key:
    """The asked key in the mode that the style's harmony is written for."""
    return Key.of(key.tonic, is_minor="minor" in style.progressions)


def _meter(style: Style, brief: Brief, seed: Seed) -> Meter:
    if brief.meter is None:
        return style.meters[int(seed.child("meter").rng().integers(len(style.meters)))]
    if brief.meter not in style.meters:
        known = ", ".join(map(str, style.meters))
        raise Wrong(
            f"the style {style.name} is written for {known}, not {brief.meter}",
            where="brief: meter",
            next_step="choose one of these or another style",
        )
    return brief.meter


def _form(style: Style, meter: Meter, brief: Brief, seed: Seed) -> tuple[tuple[FormItem, ...], float]:
    """The form, lengthened or shortened by whole sections, and a tempo, so that the song lasts about as long as wanted."""
    rng = seed.child("form").rng()
    low, high = style.seconds
    wanted = brief.seconds or float(rng.uniform(low + 0.2 * (high - low), high))
    tempo = brief.tempo_bpm or round(float(rng.uniform(*style.tempo_bpm)))
    beats = meter.bar_ticks(STEPS_PER_QUARTER) / meter.beat_ticks(STEPS_PER_QUARTER)
    forms = list(style.forms.values())
    form = forms[int(rng.integers(len(forms)))]
    goal_bars = wanted * tempo / 60 / beats
    items = _fitted(style, form, goal_bars)
    if brief.tempo_bpm is None:  # the last few per cent by tempo, inside the style's range
        exact = _bars(style, items) * beats * 60 / wanted
        tempo = round(float(np.clip(exact, *style.tempo_bpm)))
    return items, float(tempo)


def _bars(style: Style, items: Sequence[FormItem]) -> int:
    return sum(_section_bars(style, style.sections[item.label]) for item in items)


def _section_bars(style: Style, section: SectionStyle) -> int:
    phrases = next(iter(style.progressions.values()))
    return sum(phrases[name][0].count("|") + 1 for name in section.phrases)


def _fitted(style: Style, form: tuple[FormItem, ...], goal_bars: float) -> tuple[FormItem, ...]:
    """The form with sections of its body said again, or returns left out, until it is as near to `goal_bars` as it gets."""
    opening, ending = _edges(form)
    body = list(form[opening : len(form) - ending])
    turn = 0
    while True:
        item = body[turn % len(body)]
        longer = [*body, FormItem(label=item.label, repeat="varied" if turn % 2 == 0 else "exact")]
        if _gap(style, form, opening, ending, longer, goal_bars) >= _gap(style, form, opening, ending, body, goal_bars):
            break
        body, turn = longer, turn + 1
    while len(body) > 1:
        returns = [i for i, item in enumerate(body) if item.repeat != "new" and i < len(body) - 1]
        returns = returns or list(range(1, len(body)))  # a miniature: fewer themes
        shorter = [item for i, item in enumerate(body) if i != returns[len(returns) // 2]]
        if _gap(style, form, opening, ending, shorter, goal_bars) >= _gap(
            style, form, opening, ending, body, goal_bars
        ):
            break
        body = shorter
    return (*form[:opening], *body, *form[len(form) - ending :])


def _edges(form: tuple[FormItem, ...]) -> tuple[int, int]:
    return int(form[0].label == "intro"), int(form[-1].label == "outro")


def _gap(
    style: Style, form: tuple[FormItem, ...], opening: int, ending: int, body: list[FormItem], goal: float
) -> float:
    edges = [*form[:opening], *form[len(form) - ending :]] if ending else list(form[:opening])
    return abs(_bars(style, [*edges, *body]) - goal)


def _sections(
    style: Style,
    items: Sequence[FormItem],
    key: Key,
    meter: Meter,
    energy: float,
    band: tuple[PartPlan, ...],
    seed: Seed,
) -> tuple[SectionPlan, ...]:
    """Sections in order; the same label has the same chords each time it comes."""
    plans: list[SectionPlan] = []
    counts: dict[str, int] = {}
    last = max((i for i, item in enumerate(items) if item.label != "outro"), default=0)
    for index, item in enumerate(items):
        kind = style.sections[item.label]
        counts[item.label] = counts.get(item.label, 0) + 1
        section_key = _section_key(style, kind, key)
        chords, bars = _chords(style, kind, section_key, meter, seed.child("chords", item.label))
        level = _energy(style, kind, energy, counts[item.label], index / max(1, last))
        plans.append(
            SectionPlan(
                label=item.label,
                name=kind.name,
                occurrence=counts[item.label],
                repeat=item.repeat,  # type: ignore[arg-type]
                bars=bars,
                energy=level,
                key=str(section_key),
                chords=chords,
                ideas=kind.ideas,
                band=_players(style, kind, band, level, counts[item.label]),
            )
        )
    return tuple(plans)


def _section_key(style: Style, kind: SectionStyle, home: Key) -> Key:
    if kind.key == "I":
        return home
    numeral = _MINOR_NEIGHBOURS.get(kind.key, kind.key) if home.is_minor else kind.key
    chord = chord_of(numeral, home)
    key = Key.of(chord.root, is_minor=chord.quality == "m")
    return key if ("minor" if key.is_minor else "major") in style.progressions else home


def _chords(style: Style, kind: SectionStyle, key: Key, meter: Meter, seed: Seed) -> tuple[tuple[str, ...], int]:
    slots = meter.chord_slots()
    phrases = style.phrases_of(key.is_minor)
    chords: list[str] = []
    for name in kind.phrases:
        choices = phrases[name]
        text = choices[int(seed.child(name).rng().integers(len(choices)))]
        for bar in phrase_of(text, slots):
            chords.extend(str(chord_of(numeral, key)) for numeral in bar)
    return tuple(chords), len(chords) // slots


def _energy(style: Style, kind: SectionStyle, wanted: float, occurrence: int, position: float) -> float:
    """Energy of one section: its own, moved towards the brief, growing with each return and towards the climax."""
    arc = 0.08 * (1 - abs(position - _CLIMAX_AT) / _CLIMAX_AT)
    level = kind.energy + 0.7 * (wanted - style.energy) + _BUILD * (occurrence - 1) + arc
    if kind.label in ("intro", "outro"):
        level = kind.energy + 0.7 * (wanted - style.energy)
    return round(float(np.clip(level, 0.05, 1.0)), 2)


def _players(
    style: Style, kind: SectionStyle, band: tuple[PartPlan, ...], level: float, occurrence: int
) -> tuple[str, ...]:
    """Who plays: one lead, and everybody whose time has come. A return brings in one player more."""
    joins = {member.id: member.joins_at for member in style.band}
    leads = [part.id for part in band if part.role == "melody"]
    lead = kind.lead if kind.lead in leads else (leads[0] if leads else "")
    if len(leads) > 1 and kind.lead not in leads and occurrence % 2 == 0:
        lead = leads[1]
    sings = any(idea != "-" for idea in kind.ideas)
    players = []
    for part in band:
        if part.role == "melody":
            playing = part.id == lead and sings
        else:
            playing = part.id not in kind.without and joins.get(part.id, 0.0) <= level + _BUILD * (occurrence - 1)
        if playing:
            players.append(part.id)
    if not any(part.id in players and part.role in ("chords", "pad", "bass") for part in band):
        others = [part.id for part in band if part.role != "melody"]
        players += others[:1] or ([lead] if lead and lead not in players else [])
    return tuple(players or [band[0].id])


def _motif_rhythm(style: Style, meter: Meter, notes: int, seed: Seed) -> tuple[str, ...]:
    """Two bars that state the motif: an idea bar of the style, and another that lets the motif be heard whole."""
    rng = seed.child("motif-rhythm").rng()
    rhythms = style.rhythms[str(meter)]

    def sounding(bar: Rhythm) -> int:
        return sum(1 for beat in bar if not beat.is_rest)

    best = None
    for _ in range(12):
        first = rhythms.ideas[int(rng.integers(len(rhythms.ideas)))]
        pool = rhythms.ideas if rng.random() < 0.6 else rhythms.contrast
        second = pool[int(rng.integers(len(pool)))]
        surplus = sounding(first) + sounding(second) - notes
        cost = float(surplus if surplus >= 0 else -4 * surplus)
        cost += 1.5 * (first == second)
        if best is None or cost < best[0]:
            best = (cost, first, second)
    assert best is not None
    return rhythm_text(best[1]), rhythm_text(best[2])


def retitled(plan: SongPlan, title: str) -> SongPlan:
    """The same plan under another title (its notes stay the same: seeds are in the plan)."""
    return dataclasses.replace(plan, title=title)
