"""Pictures drawn by the music itself: each engine takes plain arrays of one song and a palette.

Every engine is `draw(music, palette, side, seed) -> Pixels`; `ENGINES` names them with the sentence that explains them.
Those that paint with a net are among them where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from albumen.art.engines import flow, harmonograph, horizon, portrait, quilt, ridgeline, rose, scene, weave
from albumen.art.engines.by_net import GROUNDS, PORTRAITS, has_net
from albumen.art.music_view import MusicView
from albumen.art.palette import Palette
from albumen.art.picture import Pixels
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

Draw = Callable[[MusicView, Palette, int, Seed], Pixels]


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
    figure: Draw | None = None
    """What it draws before a painted place; None where the whole is one picture."""


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            name="ridgeline",
            draw=ridgeline.draw,
            says="the spectrum of the song, moment after moment, as a range of hills",
            calm=0.2,
        ),
        Engine(name="quilt", draw=quilt.draw, says="every bar a patch, every note a strip of cloth", calm=0.1),
        Engine(name="flow", draw=flow.draw, says="threads drifting in a wind that blows as loud as the song", calm=0.5),
        Engine(
            name="harmonograph",
            draw=harmonograph.draw,
            says="pendulums swinging in the ratios of the main chord",
            calm=-0.4,
        ),
        Engine(
            name="weave", draw=weave.draw, says="the form of the song woven: bright where it repeats itself", calm=-0.1
        ),
        Engine(
            name="rose", draw=rose.draw, says="a rose of fifths: each petal as long as its key is present", calm=-0.3
        ),
        Engine(
            name="horizon",
            draw=horizon.draw,
            says="a painted land whose hills rise with the energy of the song",
            calm=-0.5,
            fills=True,
        ),
        Engine(
            name="portrait",
            draw=portrait.draw,
            says="somebody who never lived, painted by the portrait net in the album's colours",
            calm=-0.1,
            net=PORTRAITS,
        ),
        Engine(
            name="scene",
            draw=scene.draw,
            says="a place nobody has seen, painted by the net of grounds in the album's colours",
            calm=-0.4,
            net=GROUNDS,
            fills=True,
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
