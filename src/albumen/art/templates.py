"""Layout templates: where the picture, the title and the artist may stand. All boxes are shares of width and height.

A template says what belongs together; the solver in `layout.py` finds size, line breaks and ink.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from albumen.work.errors import Wrong

Box = tuple[float, float, float, float]
"""left, top, right, bottom"""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


_GIANT = 0.3
"""Titles that may be larger than this share of the side get a higher panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One way to stand."""

    name: str
    title: Box
    artist: Box
    picture: Box = WHOLE
    align: str = "left"
    rise: str = "top"
    """Where in its box the title rests: `top`, `middle`, `bottom`."""
    artist_align: str = "left"
    artist_rise: str = "middle"
    largest: float = 0.22
    """Largest em of the title, as a share of the shorter side."""
    turned: bool = False
    """Title set upwards along its box."""
    label: Box | None = None
    """A plate of ground colour under the type."""

    def mirrored(self) -> Template:
        """The same as seen in a mirror, for words that run from right to left: picture, title, artist and plate together."""
        return replace(
            self,
            title=_mirrored(self.title),
            artist=_mirrored(self.artist),
            picture=_mirrored(self.picture),
            label=_mirrored(self.label) if self.label else None,
            align=_OTHER_SIDE[self.align],
            artist_align=_OTHER_SIDE[self.artist_align],
        )

    def ways_off(self) -> tuple[Template, ...]:
        """Other ways to stand much like this one, nearest first, for pictures whose subject is where its words would be.

        A spine changes sides; other words come together at the foot or the head of the page; at last they get a panel of
        their own beside the picture. Empty for templates whose words have plain ground or a plate already.
        """
        if self.picture != WHOLE or self.label is not None:
            return ()
        if self.turned:
            inward = replace(self, picture=(0.235, 0.0, 1.0, 1.0))
            return self.mirrored(), inward, inward.mirrored()
        left, right = self.title[0], self.title[2]
        artist_left, artist_right = self.artist[0], self.artist[2]
        is_giant = self.largest > _GIANT
        if self.rise == "top":
            ends = (0.046, 0.28, 0.31, 0.345, 0.385) if is_giant else (0.06, 0.17, 0.19, 0.225, 0.265)
            title, artist = (left, ends[0], right, ends[1]), (artist_left, ends[2], artist_right, ends[3])
            return (replace(self, title=title, artist=artist, picture=(0.0, ends[4], 1.0, 1.0), rise="bottom"),)
        ends = (0.615, 0.655, 0.89, 0.912, 0.948) if is_giant else (0.735, 0.772, 0.89, 0.912, 0.948)
        title, artist = (left, ends[1], right, ends[2]), (artist_left, ends[3], artist_right, ends[4])
        together = replace(self, title=title, artist=artist, rise="bottom")
        return together, replace(together, picture=(0.0, 0.0, 1.0, ends[0]))

    def moved(self, right: float, down: float) -> Template:
        """The same with plate, title and artist moved together (shares of the page)."""

        def there(box: Box) -> Box:
            return box[0] + right, box[1] + down, box[2] + right, box[3] + down

        label = there(self.label) if self.label else None
        return replace(self, title=there(self.title), artist=there(self.artist), label=label)


_OTHER_SIDE = {"left": "right", "right": "left", "center": "center"}


def _mirrored(box: Box) -> Box:
    return round(1.0 - box[2], 6), box[1], round(1.0 - box[0], 6), box[3]


TEMPLATES = (
    Template(name="top-left", title=(0.06, 0.055, 0.94, 0.29), artist=(0.06, 0.905, 0.94, 0.945)),
    Template(name="bottom-left", title=(0.06, 0.70, 0.94, 0.945), artist=(0.06, 0.055, 0.94, 0.095), rise="bottom"),
    Template(
        name="top-centre",
        title=(0.07, 0.055, 0.93, 0.20),
        artist=(0.1, 0.905, 0.9, 0.945),
        align="center",
        artist_align="center",
        largest=0.15,
    ),
    Template(
        name="bottom-centre",
        title=(0.07, 0.80, 0.93, 0.945),
        artist=(0.1, 0.055, 0.9, 0.095),
        align="center",
        artist_align="center",
        rise="bottom",
        largest=0.15,
    ),
    Template(
        name="middle",
        title=(0.07, 0.36, 0.93, 0.64),
        artist=(0.1, 0.905, 0.9, 0.945),
        align="center",
        artist_align="center",
        rise="middle",
    ),
    Template(name="together-top", title=(0.06, 0.105, 0.94, 0.28), artist=(0.06, 0.052, 0.94, 0.090)),
    Template(name="together-bottom", title=(0.06, 0.73, 0.94, 0.890), artist=(0.06, 0.912, 0.94, 0.948), rise="bottom"),
    Template(
        name="right-bottom",
        title=(0.20, 0.68, 0.94, 0.89),
        artist=(0.30, 0.912, 0.94, 0.948),
        align="right",
        artist_align="right",
        rise="bottom",
    ),
    Template(name="giant-top", title=(0.045, 0.045, 0.955, 0.46), artist=(0.05, 0.91, 0.95, 0.95), largest=0.42),
    Template(
        name="giant-bottom",
        title=(0.045, 0.54, 0.955, 0.955),
        artist=(0.05, 0.05, 0.95, 0.09),
        rise="bottom",
        largest=0.42,
    ),
    Template(
        name="spine",
        title=(0.05, 0.06, 0.19, 0.94),
        artist=(0.30, 0.905, 0.94, 0.945),
        turned=True,
        artist_align="right",
        largest=0.14,
    ),
    Template(
        name="inset",
        title=(0.10, 0.855, 0.72, 0.935),
        artist=(0.10, 0.062, 0.90, 0.098),
        picture=(0.10, 0.135, 0.90, 0.82),
        largest=0.10,
        rise="middle",
    ),
    Template(
        name="gallery",
        title=(0.15, 0.845, 0.85, 0.915),
        artist=(0.15, 0.925, 0.85, 0.958),
        picture=(0.14, 0.07, 0.86, 0.79),
        align="center",
        artist_align="center",
        rise="middle",
        largest=0.085,
    ),
    Template(
        name="headline",
        title=(0.06, 0.055, 0.94, 0.200),
        artist=(0.06, 0.230, 0.94, 0.265),
        picture=(0.06, 0.30, 0.94, 0.94),
        rise="bottom",
        largest=0.2,
    ),
    Template(
        name="panel-bottom",
        title=(0.06, 0.772, 0.94, 0.872),
        artist=(0.06, 0.910, 0.94, 0.946),
        picture=(0.0, 0.0, 1.0, 0.735),
        largest=0.14,
        rise="bottom",
    ),
    Template(
        name="panel-top",
        title=(0.06, 0.06, 0.94, 0.17),
        artist=(0.06, 0.19, 0.94, 0.225),
        picture=(0.0, 0.265, 1.0, 1.0),
        largest=0.14,
    ),
    Template(
        name="column",
        title=(0.67, 0.06, 0.95, 0.55),
        artist=(0.67, 0.88, 0.95, 0.945),
        picture=(0.0, 0.0, 0.62, 1.0),
        largest=0.13,
        artist_rise="bottom",
    ),
    Template(
        name="plate",
        title=(0.27, 0.400, 0.73, 0.530),
        artist=(0.27, 0.562, 0.73, 0.596),
        label=(0.22, 0.365, 0.78, 0.63),
        align="center",
        artist_align="center",
        rise="middle",
        largest=0.10,
    ),
    Template(
        name="plate-bottom",
        title=(0.09, 0.775, 0.60, 0.87),
        artist=(0.09, 0.885, 0.60, 0.915),
        label=(0.055, 0.74, 0.64, 0.945),
        rise="middle",
        largest=0.10,
    ),
)


def template_named(name: str) -> Template:
    """The template of that name."""
    for template in TEMPLATES:
        if template.name == name:
            return template
    names = ", ".join(template.name for template in TEMPLATES)
    raise Wrong(f"there is no template '{name}'", next_step=f"choose one of: {names}")
