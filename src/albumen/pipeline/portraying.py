"""Portraits by the trained net: new ones, children of two, variants of one, moved along sliders; painted large.

Beside each picture lies a page of facts (`.json`) with its style, from which its relatives are painted later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from albumen.work.errors import Missing, Wrong
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from albumen.art.palette import Palette
    from albumen.models.portraits.condition import Wish
    from albumen.models.portraits.run import Painting, PaintingModel

MOST = 100
KEEPS = ("", "shape", "touch")
SHEET_SIDE = 320
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PortraitWish:
    """How portraits are to be.

    Without `parents` they are new and `theme` gives their colours; `era` and `style` ("" any) are what the net is asked for.
    Colours that the theme names for eyes, lips, hair, face, dress or background are laid on any of them. One parent (a
    picture painted before) gives variants, which differ by `amount` (0..1) and may `keep` the "shape" or the "touch"; two
    parents give children. `sliders` move them, in spreads (see `models/portraits/run_sliders.py`). They are painted `side`
    pixels wide in a `manner` ("" only enlarged).
    """

    theme: str = ""
    parents: tuple[Path, ...] = ()
    amount: float = 0.3
    keep: str = ""
    sliders: Mapping[str, float] = field(default_factory=dict)
    era: str = ""
    style: str = ""
    manner: str = "impressionist"
    side: int = 1024
    seed: int = 0


def paint_portraits(out: Path, wish: PortraitWish, *, count: int = 12, job: Job | None = None) -> tuple[Path, ...]:
    """Paint `count` portraits into the folder `out`, best first, each with its facts, and `sheet.png` of all.

    Raises `Missing` where no trained net is shipped, `Wrong` for wishes that cannot be met.
    """
    _check(wish, count)
    model, job = _model(), job or Job(name="portraits")
    paintings = _proposed(model, wish, count)
    job.reach(0.2)
    from albumen.art.picture import write_png

    paths, small = [], []
    for number, painting in enumerate(paintings, start=1):
        picture, told = _painted(model, painting, wish)
        path = out / f"portrait-{number:02d}.png"
        write_png(path, picture)
        write_text(path.with_suffix(".json"), json.dumps(_facts(model, painting, wish, told), indent=1))
        paths.append(path)
        small.append(picture)
        job.reach(0.2 + 0.8 * number / count)
    write_png(out / "sheet.png", _sheet(small))
    return tuple(paths)


def facts_of(picture: Path) -> dict[str, Any] | None:
    """What was noted when a portrait was painted; None where the picture is none of ours."""
    path = picture.with_suffix(".json")
    if not path.is_file():
        return None
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Wrong(f"this page of facts is damaged ({error})", where=path, next_step="paint the portrait again") from error
    return facts if isinstance(facts, dict) and facts.get("kind") == "portrait" else None


def _check(wish: PortraitWish, count: int) -> None:
    from albumen.models.portraits.condition import ERAS, STYLES

    if not 1 <= count <= MOST:
        raise Wrong(f"{count} portraits cannot be asked for", next_step=f"ask for 1 to {MOST}")
    if len(wish.parents) > 2:
        raise Wrong(f"{len(wish.parents)} parents are too many", next_step="name one for variants, two for children")
    if wish.keep not in KEEPS:
        raise Wrong(f"'{wish.keep}' cannot be kept", next_step="keep shape or touch")
    if not 0 <= wish.amount <= 1:
        raise Wrong(f"variants cannot differ by {wish.amount:g}", next_step="choose from 0 to 1")
    for kind, name, names in (("era", wish.era, ERAS), ("style", wish.style, STYLES)):
        if name and name not in names:
            raise Wrong(f"there is no {kind} '{name}'", next_step=f"choose one of: {', '.join(names)}")
        if name and wish.parents:
            raise Wrong(f"the {kind} of relatives is that of their parents", next_step="leave it out, or move the slider era")
    if not 256 <= wish.side <= 8192:
        raise Wrong(f"a portrait cannot be {wish.side} pixels wide", next_step="choose from 256 to 8192")


def _model() -> PaintingModel:
    from albumen.models.portraits import run

    if not (run.WEIGHTS / "portraits" / "card.toml").is_file():
        what = "no trained portrait net is shipped with this installation, and nothing else is passed off as one"
        raise Missing(what, next_step="train one with `albumen train portraits` (see docs/training-queue.md)")
    return run.portrait_model()


def _proposed(model: PaintingModel, wish: PortraitWish, count: int) -> list[Painting]:
    """The best of several candidates: those that show a face first, none too near to a picture that the net learned from."""
    from albumen.models.portraits import run
    from albumen.models.portraits.run_sliders import slide

    seed = Seed(wish.seed).child("portrait", wish.theme)
    parents = [_read_parent(model, path) for path in wish.parents]
    many = run.CANDIDATES * count
    if len(parents) == 2:
        made = model.cross(parents[0], parents[1], seed, many)
    elif parents:
        made = model.vary(parents[0], seed, many, amount=wish.amount, lock=wish.keep or None)
    else:
        made = model.paint(_asked(wish, seed), seed, many)
    if wish.sliders:
        made = slide(model, made, wish.sliders)
    best = model.choose(made)
    if len(best) < count:
        raise Wrong(
            f"only {len(best)} of {many} candidates are not too near to a painting that the net learned from",
            next_step="choose another seed, or move the sliders less",
        )
    return best[:count]


def _asked(wish: PortraitWish, seed: Seed) -> Wish:
    from albumen.art.recolour import lab_of_wish
    from albumen.models.portraits.colour import lab_triple
    from albumen.models.portraits.condition import Wish

    asked = Wish(era=wish.era or None, style=wish.style or None)
    if not wish.theme:
        return asked
    palette = _palette(wish.theme, seed)
    dress = next((named.lch for named in palette.wishes if named.place == "dress"), None)
    foreground = lab_triple(palette.accent) if dress is None else lab_of_wish(dress)
    return replace(asked, surroundings=lab_triple(palette.ground), foreground=foreground)


def _palette(theme: str, seed: Seed) -> Palette:
    from albumen.art.facts import AlbumFacts
    from albumen.art.palette import palette_for

    return palette_for(AlbumFacts(title=theme, artist="", theme=theme), seed)


def _read_parent(model: PaintingModel, path: Path) -> Painting:
    facts = facts_of(path)
    if facts is None:
        raise Wrong("this is no portrait by the net", where=path, next_step="name a picture that `albumen portrait` painted")
    if facts.get("model") != model.digest:
        raise Wrong("another net than the installed one painted this portrait", where=path, next_step="paint it again")
    styles = np.array(facts["styles"], dtype=np.float32)
    if styles.shape != (model.stages, model.style):
        raise Wrong("the style in this page of facts is damaged", where=path.with_suffix(".json"), next_step="paint it again")
    return model.draw(styles[None], [str(facts["seed"])])[0]


def _painted(model: PaintingModel, painting: Painting, wish: PortraitWish) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The portrait at its size, and what became of the colours that its theme asked for."""
    from albumen.art.painter import paint
    from albumen.art.picture import resized
    from albumen.art.recolour import coloured
    from albumen.art.words import colours_heard
    from albumen.models.portraits.run_enlarger import Enlarger

    enlarged = Enlarger(model.folder / "enlarger.onnx").enlarge(painting.picture)
    heard = colours_heard(wish.theme)
    ground = _palette(wish.theme, Seed(wish.seed).child("portrait", wish.theme)).ground if heard.wishes else None
    made = coloured(enlarged, heard.wishes, ground=ground)
    told = (*made.told, *heard.dropped)
    if not wish.manner:
        return resized(made.picture, wish.side, wish.side), told
    return paint(made.picture, wish.side, manner=wish.manner, seed=Seed(wish.seed).child("strokes", painting.seed)), told


def _facts(model: PaintingModel, painting: Painting, wish: PortraitWish, told: tuple[str, ...]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "kind": "portrait",
        "model": model.digest,
        "net": f"{model.card['size']}, {model.side} px, {model.card['images_seen']} pictures seen",
        "data": model.card["data"]["rule"],
        "objective": model.card["objective"],
        "seed": painting.seed,
        "theme": wish.theme,
        "era": wish.era,
        "style": wish.style,
        "colours": list(told),
        "parents": [path.name for path in wish.parents],
        "sliders": dict(wish.sliders),
        "manner": wish.manner,
        "score": round(painting.score, 3),
        "shows_face": painting.shows_face,
        "nearest_training_picture": painting.nearest_work,
        "held_out_pictures_nearer": round(painting.nearest_percentile, 4),
        "styles": [[round(float(number), 5) for number in style] for style in painting.styles],
    }


def _sheet(pictures: Sequence[NDArray[np.uint8]], columns: int = 4) -> NDArray[np.uint8]:
    """All pictures side by side, at most four in a row, on white."""
    from albumen.art.picture import resized

    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * SHEET_SIDE, min(columns, len(pictures)) * SHEET_SIDE, 3), 255, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * SHEET_SIDE, place % columns * SHEET_SIDE
        sheet[top : top + SHEET_SIDE, left : left + SHEET_SIDE] = resized(picture, SHEET_SIDE, SHEET_SIDE)
    return sheet
