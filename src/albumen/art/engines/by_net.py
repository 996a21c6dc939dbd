"""What the painter nets give to an engine: the best painting for a wish that is near to no picture it was taught on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from albumen.art.picture import Pixels
from albumen.models.portraits import run
from albumen.models.portraits.condition import Wish
from albumen.models.portraits.faces import face_box
from albumen.models.portraits.run_enlarger import Enlarger
from albumen.work.errors import Wrong
from albumen.work.seed import Seed

PORTRAITS, GROUNDS = "portraits", "portraits_grounds"
AT_ONCE = 12  # pictures that are tried at once; the best of them is painted
SITTINGS = 4


def has_net(name: str) -> bool:
    """Whether a trained net of that name is installed."""
    return (run.WEIGHTS / name / "card.toml").is_file()


def painting_of(name: str, wish: Wish, boldness: float, seed: Seed, *, faced: bool = False) -> Pixels:
    """A painting by the net of that name, four times as wide as the net paints; with `faced` more are tried until a face is
    found in one. Raises `Wrong` where all are too near to a picture it was taught on."""
    return _painting(run.WEIGHTS / name, wish, boldness, seed, faced)


@cache
def _painting(folder: Path, wish: Wish, boldness: float, seed: Seed, faced: bool) -> Pixels:
    # Kept, because the same picture is asked for at many sizes.
    model = _model(folder)
    enlarge = Enlarger(folder / "enlarger.onnx").enlarge
    best: Pixels | None = None
    for sitting in range(SITTINGS):
        for painting in model.choose(model.paint(wish, seed.child("sitting", sitting), AT_ONCE, boldness=boldness)):
            large = enlarge(painting.picture)
            if not faced or face_box(large) is not None:
                return large
            best = large if best is None else best
            if not painting.shows_face:
                break  # those that show a face come first
    if best is not None:
        return best
    what = "every painting of the net was too near to one that it was taught on"
    raise Wrong(what, next_step="choose another engine or seed")


@cache
def _model(folder: Path) -> run.PaintingModel:
    return run.PaintingModel(folder)
