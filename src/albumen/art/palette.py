"""From words and music to five colours that belong together, in OKLCH, each with its reason.

The bridge is feeling: theme and songs give valence and arousal, these give lightness, chroma and hue (faster and major:
lighter, yellower, more saturated; slower and minor: darker, bluer; loud: darker and redder; Palmer 2013, Whiteford
2018). Hue words bend the hue. Colours asked for in words are taken as they are, those that are not wanted are avoided.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from albumen.art.facts import AlbumFacts
from albumen.art.words import HUES, POEM_SHARE, ColoursHeard, ColourWish, colours_heard, feeling_of, words_of
from albumen.models.portraits.colour import lab_of_lch, linear_of_bytes, srgb_of
from albumen.work.seed import Seed

Rgb = tuple[int, int, int]
Lch = tuple[float, float, float]

_LIGHT = (0.2126, 0.7152, 0.0722)
"""What red, green and blue give to the luminance of sRGB."""
_APART = 45.0
"""Degrees of hue that keep a colour off one that is not wanted."""
_COLOURFUL = 0.03
"""Chroma from which a colour has a hue that can be seen."""
READABLE = 4.5
"""Least contrast of small type on its ground (WCAG 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Five colours: what lies behind, its shadow, what is read on it, what catches the eye, and its companion."""

    ground: Rgb
    shade: Rgb
    ink: Rgb
    accent: Rgb
    second: Rgb
    valence: float
    arousal: float
    reasons: tuple[str, ...] = ()
    wishes: tuple[ColourWish, ...] = field(default=())

    @property
    def colours(self) -> tuple[Rgb, ...]:
        return (self.ground, self.shade, self.ink, self.accent, self.second)

    @property
    def dark(self) -> bool:
        """Whether the ground is dark."""
        return luminance(self.ground) < 0.18

    def ramp(self, steps: int) -> np.ndarray:
        """Colours (steps, 3) in 0..255 from shade over second and accent to ink, evenly in OKLab."""
        from albumen.models.portraits.colour import oklab_of

        stops = oklab_of(np.array([self.shade, self.second, self.accent, self.ink], dtype=np.float32) / 255.0)
        place = np.linspace(0, len(stops) - 1, steps)
        mixed = np.stack([np.interp(place, np.arange(len(stops)), stops[:, axis]) for axis in range(3)], axis=1)
        return srgb_of(mixed) * 255.0


def palette_for(facts: AlbumFacts, seed: Seed) -> Palette:
    """The palette of an album or, through `AlbumFacts.for_song`, of one song."""
    valence, arousal, why = album_feeling(facts)
    rng = seed.child("palette").rng()
    hue, hue_reason = _hue(facts, valence, arousal, rng)
    # A wild theme shows its own hue; a calm one may stay behind.
    swapped = bool(rng.random() < 0.35 + 0.6 * max(0.0, arousal))
    heard = heard_in(facts)
    wishes = list(heard.wishes)
    dark = valence < 0.15 or arousal > 0.5
    if rng.random() < 0.25 and abs(valence) < 0.35:
        dark = not dark
    dark = _kept_off_light(dark, heard.unwanted)
    # The theme's hue lies behind, or it is what catches the eye before a ground from across the circle.
    behind = (hue + float(rng.choice([180, 150, 210, 120, 240]))) % 360 if swapped else hue
    asked = [wish.lch[2] for wish in wishes if wish.place != "ground" and wish.lch[1] >= _COLOURFUL]
    if asked:
        # Colours that were asked for come to the front; the ground keeps them company instead of arguing with them.
        behind = (asked[min(int(swapped), len(asked) - 1)] + rng.uniform(-22, 22)) % 360
    behind = _kept_off(behind, heard.unwanted, ("", "ground"))
    ground, ground_reason = _ground(behind, valence, arousal, dark, wishes)
    dark = ground[0] < 0.55
    accent, second, accent_reason = _accents(ground, hue, swapped, arousal, heard, rng, dark)
    shade = (
        (max(0.08, ground[0] - 0.10), ground[1] * 0.9, ground[2])
        if dark
        else (ground[0] - 0.16, ground[1] + 0.02, ground[2])
    )
    ink = _ink(ground, accent, dark, wishes)
    return Palette(
        ground=to_rgb(ground),
        shade=to_rgb(shade),
        ink=_readable(ink, to_rgb(ground)),
        accent=to_rgb(accent),
        second=to_rgb(second),
        valence=valence,
        arousal=arousal,
        reasons=(*why, hue_reason, ground_reason, accent_reason, *heard.dropped),
        wishes=tuple(wishes),
    )


def heard_in(facts: AlbumFacts) -> ColoursHeard:
    """What the theme says of colours, or, where it says nothing, the title."""
    heard = colours_heard(facts.theme)
    return heard if heard.wishes or heard.unwanted else colours_heard(facts.title)


def _kept_off(hue: float, unwanted: tuple[ColourWish, ...], places: tuple[str, ...]) -> float:
    """The hue, turned on until it is none that is not wanted at these places."""
    hues = [wish.lch[2] for wish in unwanted if wish.place in places and wish.lch[1] >= _COLOURFUL]
    for _ in range(7):
        if all(abs((hue - other + 180) % 360 - 180) >= _APART for other in hues):
            break
        hue = (hue + 50) % 360
    return hue


def _kept_off_light(dark: bool, unwanted: tuple[ColourWish, ...]) -> bool:
    """Whether the ground is dark where darkness, light, black or white was refused."""
    for wish in unwanted:
        if wish.place in ("", "ground") and wish.lch[1] < _COLOURFUL:
            dark = wish.lch[0] > 0.5
    return dark


def album_feeling(facts: AlbumFacts) -> tuple[float, float, tuple[str, ...]]:
    """Valence and arousal (-1..1) of words and songs together, and why."""
    word_valence, word_arousal, hits = feeling_of(facts.own_words)
    songs = facts.songs
    if not songs:
        reason = (
            f"feeling from the words {', '.join(hits[:4])}" if hits else "no words of feeling and no songs: neutral"
        )
        return word_valence, word_arousal, (reason,)
    minor = sum(song.minor for song in songs) / len(songs)
    tempo = sum(min(1.0, max(-1.0, (song.tempo_bpm - 105) / 60)) for song in songs) / len(songs)
    energy = sum(song.energy for song in songs) / len(songs) * 2 - 1
    loud = sum(song.loudness for song in songs) / len(songs) * 2 - 1
    valence = 0.5 * (1 - 2 * minor) * 0.7 + 0.15 * tempo - 0.1 * max(0.0, loud)
    arousal = 0.45 * energy + 0.3 * tempo + 0.25 * loud
    weight = min(0.65, 0.22 * len(hits))
    reasons = [
        f"{round(minor * 100)} % of the songs in minor, energy {energy / 2 + 0.5:.2f}: "
        f"valence {valence:+.2f}, arousal {arousal:+.2f}"
    ]
    if hits:
        reasons.append(
            f"the words {', '.join(hits[:4])} speak of valence {word_valence:+.2f}, arousal {word_arousal:+.2f}"
        )
    valence += weight * (word_valence - valence)
    arousal += weight * (word_arousal - arousal)
    poem_valence, poem_arousal, poem_hits = feeling_of(facts.poem_words)
    if poem_hits:
        # Poems lean on what music, theme and titles say: all of them together are a quarter of a voice.
        share = POEM_SHARE * min(1.0, len(poem_hits) / 4)
        valence += share * (poem_valence - valence)
        arousal += share * (poem_arousal - arousal)
        reasons.append(f"the poems lean it lightly to valence {poem_valence:+.2f}, arousal {poem_arousal:+.2f}")
    return (
        float(np.clip(valence, -1, 1)),
        float(np.clip(arousal, -1, 1)),
        tuple(reasons),
    )


def luminance(colour: Rgb) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return _LIGHT[0] * linear[0] + _LIGHT[1] * linear[1] + _LIGHT[2] * linear[2]


def luminances(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Relative luminance (WCAG 2) of RGB bytes (..., 3), 0..1."""
    return (linear_of_bytes(pixels) @ np.array(_LIGHT, dtype=np.float32)).astype(np.float32)


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio (WCAG 2), 1..21."""
    first, second = luminance(one), luminance(other)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def to_rgb(lch: Lch) -> Rgb:
    """Bytes of an OKLCH colour; chroma gives way until it fits sRGB."""
    light, chroma, hue = lch
    for _ in range(24):
        lab = lab_of_lch([light, chroma, hue])
        rgb = srgb_of(lab)
        from albumen.models.portraits.colour import oklab_of

        if float(np.abs(oklab_of(rgb) - lab).max()) < 0.008:
            break
        chroma *= 0.92
    red, green, blue = np.rint(rgb * 255).astype(int)
    return int(red), int(green), int(blue)


def _hue(facts: AlbumFacts, valence: float, arousal: float, rng: np.random.Generator) -> tuple[float, str]:
    for words, whose in ((facts.own_words, ""), (facts.poem_words, " in the poems")):
        named = [word for word in words_of(words) if word in HUES]
        if named and (not whose or named.count(max(named, key=named.count)) > 1):
            best = max(dict.fromkeys(named), key=named.count)
            return (HUES[best] + rng.uniform(-8, 8)) % 360, f"hue of '{best}'{whose}"
    # Joy lies at yellow, rage at red, sorrow at blue, calm at green; between them the circle is followed.
    angle = math.degrees(math.atan2(arousal, valence)) % 360
    hue = float(np.interp(angle, [0, 45, 90, 135, 225, 270, 315, 360], [110, 85, 50, 28, -100, -130, -195, -250]))
    return (hue + rng.uniform(-16, 16)) % 360, f"hue from the feeling (valence {valence:+.2f}, arousal {arousal:+.2f})"


def _ground(hue: float, valence: float, arousal: float, dark: bool, wishes: list[ColourWish]) -> tuple[Lch, str]:
    for wish in wishes:
        if wish.place == "ground":
            light, chroma, asked_hue = wish.lch
            return (
                light,
                0.05 if chroma < 0 else chroma,
                hue if asked_hue < 0 else asked_hue,
            ), f"'{wish.words} background' was asked for"
    if dark:
        return (0.24 + 0.06 * valence, 0.035 + 0.03 * max(0.0, arousal), hue), "a dark ground for a dark or loud mood"
    return (0.90 + 0.03 * valence, 0.025 + 0.025 * max(0.0, arousal), hue), "a light ground for a light mood"


def _accents(
    ground: Lch,
    hue: float,
    swapped: bool,
    arousal: float,
    heard: ColoursHeard,
    rng: np.random.Generator,
    dark: bool,
) -> tuple[Lch, Lch, str]:
    free = [wish for wish in heard.wishes if wish.place != "ground" and wish.lch[1] >= 0]
    offsets = (180, 150, -150, 120, 60) if arousal > 0 else (180, 35, -35, 150, -60)
    offset = float(rng.choice(offsets, p=[0.3, 0.2, 0.2, 0.15, 0.15]))
    turned = _kept_off(hue if swapped else (hue + offset) % 360, heard.unwanted, ("",))
    chroma = 0.145 + 0.05 * max(0.0, arousal)
    accent = _fresh(((0.74 if dark else 0.58), chroma, turned))
    beside = _kept_off((turned + float(rng.choice([-45, 45, 70]))) % 360, heard.unwanted, ("",))
    second = _fresh(((0.56 if dark else 0.66), chroma * 0.8, beside))
    reason = "the theme's hue is the accent" if swapped else f"accent {offset:+.0f} degrees from the ground's hue"
    if free:
        accent = free[0].lch
        reason = f"'{free[0].words}' was asked for"
        if len(free) > 1:
            second = free[1].lch
            reason += f", and '{free[1].words}'"
    elif abs(accent[0] - ground[0]) < 0.12:
        accent = (accent[0] + (0.2 if dark else -0.2), accent[1], accent[2])
    return accent, second, reason


def _fresh(colour: Lch) -> Lch:
    """Yellow turns to mud when it is dark: between orange and green, colours are lifted to where they glow."""
    light, chroma, hue = colour
    near_yellow = max(0.0, 1 - abs((hue - 98 + 180) % 360 - 180) / 38)
    return (light + near_yellow * max(0.0, 0.84 - light), chroma, hue)


def _ink(ground: Lch, accent: Lch, dark: bool, wishes: list[ColourWish]) -> Lch:
    for wish in wishes:
        if wish.place == "type" and wish.lch[1] >= 0:
            return wish.lch
    return (0.95, 0.025, accent[2]) if dark else (0.20, 0.04, ground[2])


def _readable(ink: Lch, ground: Rgb) -> Rgb:
    """The ink, moved towards white or black until it can be read on the ground."""
    light, chroma, hue = ink
    up = luminance(ground) < 0.18
    for _ in range(40):
        colour = to_rgb((light, chroma, hue))
        if contrast(colour, ground) >= READABLE + 1.0:
            return colour
        light = min(1.0, light + 0.02) if up else max(0.0, light - 0.02)
        chroma *= 0.95
    return (255, 255, 255) if up else (0, 0, 0)
