"""Pictures drawn by the music itself: each engine takes plain arrays of one song and a palette.

Every engine is `draw(music, palette, side, seed, direction) -> Pixels`; `ENGINES` names them with the sentence that explains
them. Those that paint with a net are among them where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from albumen.art.direction import FREE, Direction
from albumen.art.engines import flow, harmonograph, horizon, portrait, quilt, ridgeline, rose, scene, weave
from albumen.art.engines.by_net import GROUNDS, PORTRAITS, has_net
from albumen.art.facts import AlbumFacts
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.art.words import subject_of
from albumen.models.portraits.condition import GROUND_GENRES
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

Plain = Callable[[MusicView, Palette, int, Seed], Pixels]
Draw = Callable[..., Pixels]
"""`draw(music, palette, side, seed, direction)`; without a direction the engine chooses all by itself."""
Told = tuple[str, str]
"""A motif, and why it is this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A way to draw music."""

    name: str
    draw: Draw
    says: str
    calm: float
    """Arousal (-1..1) at which it is most at home."""
    net: str | None = None
    """The trained net that it paints with."""
    fills: bool = False
    """Whether it paints to its edges: other formats crop it then, where they lay others on plain ground."""
    figure: Plain | None = None
    """What it draws before a painted place; None where the whole is one picture."""
    motifs: tuple[str, ...]
    """What of the music or the words its picture can show."""
    motif: Callable[[AlbumFacts, Palette, Seed], Told]
    """Which of them it shows where nobody chose one."""
    brush: Callable[[Palette, Seed], str] | None = None
    """Its manner where nobody chose one; None where it has no brush."""
    told: Callable[[MusicView, Palette, Seed, Direction], tuple[str, ...]] | None = None
    """What became of the colours that were asked for, in sentences."""


def _undirected(draw: Plain) -> Draw:
    """An engine that has nothing to be directed in."""

    def drawn(music: MusicView, palette: Palette, side: int, seed: Seed, direction: Direction = FREE) -> Pixels:
        return draw(music, palette, side, seed)

    return drawn


def _always(motif: str, why: str) -> Callable[[AlbumFacts, Palette, Seed], Told]:
    return lambda facts, palette, seed: (motif, why)


def _shape(facts: AlbumFacts, palette: Palette, seed: Seed) -> Told:
    return ridgeline.shape_by(seed), "the spectrum of each song in the shape that the seed chose for the album"


def _subject(facts: AlbumFacts, palette: Palette, seed: Seed) -> Told:
    subject, word = subject_of(facts.own_words, facts.poem_words)
    if subject:
        return subject, f"the words speak of '{word}'"
    return scene.subject_by_mood(palette, seed), f"no word names a place; arousal {palette.arousal:+.2f} and the seed"


_CHORD = "main chord"


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            name="ridgeline",
            draw=ridgeline.draw,
            says="the spectrum of the song, moment after moment, as a range of hills",
            calm=0.2,
            motifs=tuple(shape.name for shape in ridgeline.SHAPES),
            motif=_shape,
        ),
        Engine(
            name="quilt", draw=_undirected(quilt.draw), says="every bar a patch, every note a strip of cloth", calm=0.1,
            motifs=("bars",), motif=_always("bars", "each song's own bars and notes"),
        ),
        Engine(
            name="flow", draw=_undirected(flow.draw), says="threads drifting in a wind that blows as loud as the song", calm=0.5,
            motifs=("wind",), motif=_always("wind", "the loudness of each song is the wind"),
        ),
        Engine(
            name="harmonograph",
            draw=harmonograph.draw,
            says="pendulums swinging in the ratios of the main chord",
            calm=-0.4,
            motifs=(_CHORD, *harmonograph.CHORDS),
            motif=_always(_CHORD, "the chord of each song's own key and mode, with the note that sounds most beside it"),
        ),
        Engine(
            name="weave", draw=_undirected(weave.draw), says="the form of the song woven: bright where it repeats itself",
            calm=-0.1, motifs=("form",), motif=_always("form", "what repeats itself in each song"),
        ),
        Engine(
            name="rose", draw=_undirected(rose.draw), says="a rose of fifths: each petal as long as its key is present",
            calm=-0.3, motifs=("keys",), motif=_always("keys", "the notes that each song lingers on"),
        ),
        Engine(
            name="horizon",
            draw=horizon.draw,
            says="a painted land whose hills rise with the energy of the song",
            calm=-0.5,
            fills=True,
            motifs=("land",),
            motif=_always("land", "the energy of each song is the height of its hills"),
            brush=horizon.brush,
        ),
        Engine(
            name="portrait",
            draw=portrait.draw,
            says="somebody who never lived, painted by the portrait net in the album's colours",
            calm=-0.1,
            net=PORTRAITS,
            motifs=portrait.SITTERS,
            motif=_always(portrait.SITTERS[0], "who is called by the key and tempo of each song"),
            brush=portrait.brush,
            told=portrait.told,
        ),
        Engine(
            name="scene",
            draw=scene.draw,
            says="a place nobody has seen, painted by the net of grounds in the album's colours",
            calm=-0.4,
            net=GROUNDS,
            fills=True,
            motifs=GROUND_GENRES,
            motif=_subject,
            brush=scene.brush,
        ),
        *(
            Engine(
                name=f"scene-{name}",
                draw=scene.under(figure),
                says=f"{what}, before a place that the net of grounds painted",
                calm=calm,
                net=GROUNDS,
                fills=True,
                figure=figure,
                motifs=GROUND_GENRES,
                motif=_subject,
                brush=scene.brush,
            )
            for name, figure, what, calm in (
                ("rose", rose.draw, "a rose of fifths", -0.3),
                ("harmonograph", harmonograph.draw, "pendulums swinging in the ratios of the main chord", -0.5),
                ("flow", flow.draw, "threads drifting in the song's wind", 0.4),
            )
        ),
    )
    if engine.net is None or has_net(engine.net)
}


def engine_named(name: str) -> Engine:
    """The engine of that name."""
    if name not in ENGINES:
        raise Wrong(f"there is no picture engine '{name}'", next_step=f"choose one of: {', '.join(ENGINES)}")
    return ENGINES[name]
