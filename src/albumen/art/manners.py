"""The manners of painting: how broad, how long, how free, how thick the strokes are."""

from __future__ import annotations

from dataclasses import dataclass

from albumen.work.errors import Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One way to hold a brush. Widths are shares of the picture's width; the rest is 0..1 unless said."""

    name: str
    widths: tuple[float, ...]
    """Stroke widths from the first, broad layer to the last, fine one."""
    thresholds: tuple[float, ...]
    """How wrong the coarser layer must be (OKLab distance) before a stroke of a layer is put."""
    length: float
    """Stroke length in widths where the picture has no direction; up to three times that along edges."""
    cover: float
    """Strokes per stroke area: above 1 they overlap."""
    colour_jitter: float
    light_jitter: float
    richness: float
    """Chroma is multiplied by this."""
    opacity: float
    relief: float
    """How strongly the light catches the paint."""
    hair: float
    """How much of single bristles is seen."""
    tip: str
    """`brush`, `dot` or `knife`."""
    wander: float
    """How far strokes leave the direction of the picture, in radians."""


MANNERS = {
    "impressionist": Manner(
        name="impressionist",
        widths=(1 / 22, 1 / 48, 1 / 100, 1 / 190, 1 / 340),
        thresholds=(0.0, 0.0, 0.016, 0.020, 0.024),
        length=3.2,
        cover=1.5,
        colour_jitter=0.016,
        light_jitter=0.022,
        richness=1.12,
        opacity=0.95,
        relief=0.75,
        hair=0.75,
        tip="brush",
        wander=0.14,
    ),
    "realist": Manner(
        name="realist",
        widths=(1 / 20, 1 / 50, 1 / 120, 1 / 240, 1 / 440),
        thresholds=(0.0, 0.0, 0.009, 0.010, 0.012),
        length=3.0,
        cover=1.7,
        colour_jitter=0.005,
        light_jitter=0.010,
        richness=1.0,
        opacity=0.92,
        relief=0.45,
        hair=0.55,
        tip="brush",
        wander=0.06,
    ),
    "expressionist": Manner(
        name="expressionist",
        widths=(1 / 16, 1 / 36, 1 / 74, 1 / 140, 1 / 240),
        thresholds=(0.0, 0.0, 0.018, 0.020, 0.028),
        length=4.0,
        cover=1.6,
        colour_jitter=0.034,
        light_jitter=0.036,
        richness=1.5,
        opacity=0.97,
        relief=1.0,
        hair=1.0,
        tip="brush",
        wander=0.22,
    ),
    "wash": Manner(
        name="wash",
        widths=(1 / 9, 1 / 18, 1 / 42, 1 / 110, 1 / 240),
        thresholds=(0.0, 0.0, 0.016, 0.022, 0.030),
        length=2.2,
        cover=1.7,
        colour_jitter=0.012,
        light_jitter=0.020,
        richness=1.05,
        opacity=0.50,
        relief=0.12,
        hair=0.30,
        tip="brush",
        wander=0.30,
    ),
    "pointillist": Manner(
        name="pointillist",
        widths=(1 / 40, 1 / 85, 1 / 130, 1 / 190),
        thresholds=(0.0, 0.0, 0.0, 0.014),
        length=1.0,
        cover=1.7,
        colour_jitter=0.045,
        light_jitter=0.045,
        richness=1.35,
        opacity=1.0,
        relief=0.55,
        hair=0.15,
        tip="dot",
        wander=0.5,
    ),
    "knife": Manner(
        name="knife",
        widths=(1 / 12, 1 / 24, 1 / 50, 1 / 100, 1 / 190),
        thresholds=(0.0, 0.0, 0.018, 0.024, 0.030),
        length=2.0,
        cover=1.5,
        colour_jitter=0.018,
        light_jitter=0.030,
        richness=1.15,
        opacity=1.0,
        relief=0.95,
        hair=0.22,
        tip="knife",
        wander=0.35,
    ),
}


def manner_named(name: str) -> Manner:
    """The manner of that name."""
    if name not in MANNERS:
        raise Wrong(f"there is no manner of painting '{name}'", next_step=f"choose one of: {', '.join(MANNERS)}")
    return MANNERS[name]
