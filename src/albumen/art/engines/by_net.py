"""What the painter nets give to an engine: the best painting for a wish that is near to no picture it was taught on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from albumen.art.picture import Pixels
from albumen.art.sitters import seated
from albumen.models.portraits import run
from albumen.models.portraits.condition import Wish
from albumen.models.portraits.run_enlarger import Enlarger
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PORTRAITS, GROUNDS = "portraits", "portraits_grounds"
AT_ONCE = 12  # pictures that are tried at once; the best of them is painted
SITTINGS = 4


def has_net(name: str) -> bool:
    """Whether a trained net of that name is installed."""
    return (run.WEIGHTS / name / "card.toml").is_file()


def painting_of(name: str, wish: Wish, boldness: float, seed: Seed) -> Pixels:
    """A painting by the net of that name, four times as wide as the net paints.

    Raises `Wrong` where all are too near to a picture it was taught on.
    """
    return _painting(run.WEIGHTS / name, wish, boldness, seed, frozenset())[0]


def portrait_of(wish: Wish, boldness: float, seed: Seed, asked: frozenset[str]) -> tuple[Pixels, Pixels]:
    """A painting by the portrait net, and the same as small as the net paints it. More are tried until what is `asked` for
    (`face`, `eyes`, `lips`) is seen in one; where it is in none, that one is taken which lacks least.

    Raises `Wrong` as `painting_of` does.
    """
    return _painting(run.WEIGHTS / PORTRAITS, wish, boldness, seed, asked)


@cache
def _painting(folder: Path, wish: Wish, boldness: float, seed: Seed, asked: frozenset[str]) -> tuple[Pixels, Pixels]:
    # Kept, because the same picture is asked for at many sizes.
    model = _model(folder)
    enlarge = Enlarger(folder / "enlarger.onnx").enlarge
    paintings = (
        painting
        for sitting in range(SITTINGS)
        for painting in model.choose(model.paint(wish, seed.child("sitting", sitting), AT_ONCE, boldness=boldness))
    )
    for sitter in seated(paintings, lambda _: asked, enlarge, 1):
        return enlarge(sitter.painting.picture), sitter.painting.picture
    what = "every painting of the net was too near to one that it was taught on"
    raise Wrong(what, next_step="choose another engine or seed")


@cache
def _model(folder: Path) -> run.PaintingModel:
    return run.PaintingModel(folder)
