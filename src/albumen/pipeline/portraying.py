"""Portraits by the trained net: new ones, children of two, variants of one, moved along sliders; painted large.

Beside each picture lies a page of facts (`.json`) with its style, from which its relatives are painted later.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from albumen.art.manners import MANNERS
from albumen.pipeline.named_colours import (
    NamedColour,
    NamedColours,
    inherited,
    named_in,
    names_a_place,
    portrait_seed,
    read_named,
    theme_palette,
)
from albumen.work.digest import digest_file
from albumen.work.errors import Missing, Wrong
from albumen.work.file_set import whole_set
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from albumen.art.recolour import Coloured
    from albumen.art.sitters import Sitter
    from albumen.models.portraits.condition import Wish
    from albumen.models.portraits.run import Painting, PaintingModel
    from albumen.models.portraits.run_enlarger import Enlarger

Bequests = Sequence[tuple[str, Sequence[NamedColour]]]

MOST = 100
KEEPS = ("", "shape", "touch")
SHEET_SIDE = 320
USUAL_AMOUNT = 0.3
_FORMAT = 3
"""From 2 on, parents are told by digest, seed and place as well as by name; from 3 on, colours that were named by place."""
_SITTINGS = 4
"""How many times over candidates are painted until enough show what is asked for."""
_NUMBERED = re.compile(r"portrait-(\d+)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortraitWish:
    """How portraits are to be.

    Without `parents` they are new and `theme` gives their colours; `era` and `style` ("" any) are what the net is asked for.
    Colours that the theme names for eyes, lips, hair, face, dress or background are laid on any of them. One parent (a
    picture painted before) gives variants, which differ by `amount` (0..1; None: 0.3) and may `keep` the "shape" or the
    "touch"; two parents give children. Relatives inherit the colours that were named for their parents, but where their own
    theme names others. `sliders` move them, by spreads (see `models/portraits/run_sliders.py`). They are painted `side`
    pixels wide in a `manner` ("" only enlarged).
    """

    theme: str = ""
    parents: tuple[Path, ...] = ()
    amount: float | None = None
    keep: str = ""
    sliders: Mapping[str, float] = field(default_factory=dict)
    era: str = ""
    style: str = ""
    manner: str = "impressionist"
    side: int = 1024
    seed: int = 0


def paint_portraits(out: Path, wish: PortraitWish, *, count: int = 12, job: Job | None = None) -> tuple[Path, ...]:
    """Paint `count` portraits into the folder `out`, best first, each with its facts, and a sheet of all.

    They are numbered on from those that lie there, none of which is touched; all appear together. Raises `Missing` where no
    trained net is shipped, `Wrong` for wishes that cannot be met.
    """
    _check(wish, count)
    job = job or Job(name="portraits")
    model = _model(job)
    parents = [_read_parent(model, path) for path in wish.parents]
    bequests = [(_called(path), read_named(facts_of(path) or {}, path.with_suffix(".json"))) for path in wish.parents]
    from albumen.art.picture import write_png

    with whole_set(out) as fresh:
        paintings = _proposed(model, wish, parents, bequests, count, job)
        job.reach(0.2)
        names, small, begin = [], [], _first_free(out)
        for number, painting in enumerate(paintings):
            named = _named(painting, wish, bequests)
            made = _coloured(model, painting, named)
            picture = _painted(made, painting, wish, job)
            names.append(f"portrait-{begin + number:02d}.png")
            for sentence in made.missed:
                job.say(f"{names[-1]}: {sentence}")
            write_png(fresh / names[-1], picture)
            facts = _facts(model, painting, wish, out) | _facts_of_colours(made, named)
            facts["sha256"] = digest_file(fresh / names[-1])
            write_text((fresh / names[-1]).with_suffix(".json"), json.dumps(facts, indent=1))
            small.append(_thumb(picture))
            job.reach(0.2 + 0.8 * (number + 1) / count)
        write_png(fresh / _sheet_name(out), _sheet(small))
    return tuple(out / name for name in names)


def _first_free(out: Path) -> int:
    """The number after the highest that a portrait in `out` bears."""
    found = (_NUMBERED.match(path.name) for path in out.glob("portrait-*"))
    return 1 + max((int(match[1]) for match in found if match), default=0)


def _sheet_name(out: Path) -> str:
    """`sheet.png`, or the first `sheet-02.png`, `sheet-03.png` ... that is free."""
    names = ["sheet.png"] + [f"sheet-{number:02d}.png" for number in range(2, 3 + len(list(out.glob("sheet-*"))))]
    return next(name for name in names if not (out / name).exists())


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


def is_as_painted(picture: Path, facts: Mapping[str, Any]) -> bool:
    """Whether the file is still the one that was painted; pages of facts from before digests were noted do not tell: yes."""
    return facts.get("sha256") in (None, digest_file(picture))


def _check(wish: PortraitWish, count: int) -> None:
    from albumen.models.portraits.condition import ERAS, STYLES

    if not 1 <= count <= MOST:
        raise Wrong(f"{count} portraits cannot be asked for", next_step=f"ask for 1 to {MOST}")
    if len(wish.parents) > 2:
        raise Wrong(f"{len(wish.parents)} parents are too many", next_step="name one for variants, two for children")
    if wish.keep not in KEEPS:
        raise Wrong(f"'{wish.keep}' cannot be kept", next_step="keep shape or touch")
    if wish.amount is not None and not 0 <= wish.amount <= 1:
        raise Wrong(f"variants cannot differ by {wish.amount:g}", next_step="choose from 0 to 1")
    for kind, name, names in (("era", wish.era, ERAS), ("style", wish.style, STYLES)):
        if name and name not in names:
            raise Wrong(f"there is no {kind} '{name}'", next_step=f"choose one of: {', '.join(names)}")
        if name and wish.parents:
            raise Wrong(f"the {kind} of relatives is that of their parents", next_step="leave it out, or move the slider era")
    if wish.manner and wish.manner not in MANNERS:
        what, manners = f"there is no manner of painting '{wish.manner}'", ", ".join((*MANNERS, "none"))
        raise Wrong(what, next_step=f"choose one of: {manners}")
    _check_family(wish)
    if not 256 <= wish.side <= 8192:
        raise Wrong(f"a portrait cannot be {wish.side} pixels wide", next_step="choose from 256 to 8192")


def _check_family(wish: PortraitWish) -> None:
    """Raise `Wrong` for wishes that would be without effect."""
    varied = [name for name, is_said in (("amount", wish.amount is not None), ("keep", bool(wish.keep))) if is_said]
    if varied and len(wish.parents) != 1:
        whose = "children of two" if wish.parents else "new portraits"
        what = f"`{varied[0]}` is for variants of one portrait, not for {whose}"
        raise Wrong(what, next_step="name one parent (`--like`), or leave it out")
    if wish.theme and wish.parents and not names_a_place(wish.theme):
        what = "relatives have the colours of their parents, so a theme without a colour for a place would change nothing"
        raise Wrong(what, next_step='leave it out, name a place ("green eyes"), or move their colours with `--slide`')


def _model(job: Job) -> PaintingModel:
    from albumen.models.portraits import run

    if not (run.WEIGHTS / "portraits" / "card.toml").is_file():
        what = "no trained portrait net is shipped with this installation, and nothing else is passed off as one"
        raise Missing(what, next_step="train one with `albumen train portraits` (see docs/training-queue.md)")
    from albumen.pipeline.sitting import Sitting

    return Sitting(run.WEIGHTS / "portraits", job)


def _proposed(
    model: PaintingModel, wish: PortraitWish, parents: Sequence[Painting], bequests: Bequests, count: int, job: Job
) -> list[Painting]:  # fmt: skip
    """The best of several candidates, none too near to a picture that the net learned from: those first on whom the colours
    that are named can be seen. More are painted, up to `_SITTINGS` times as many, until enough are."""
    from albumen.art.recolour import features_asked
    from albumen.art.sitters import seated
    from albumen.models.portraits import run

    # The theme of relatives names colours only, so the same people come with others.
    seed = portrait_seed(wish.seed, "" if parents else wish.theme)
    many = run.CANDIDATES * count
    paintings = (
        painting
        for sitting in range(_SITTINGS)
        for painting in model.choose(_candidates(model, wish, parents, seed.child("more", sitting) if sitting else seed, many))
    )
    chosen = seated(
        paintings,
        lambda painting: features_asked(_named(painting, wish, bequests).wishes),
        _enlarger(model).enlarge,
        count,
    )
    if len(chosen) < count:
        raise Wrong(
            f"only {len(chosen)} of {_SITTINGS * many} candidates are not too near to a painting that the net learned from",
            next_step="choose another seed, or move the sliders less",
        )
    _tell_missing(chosen, _SITTINGS * many, job)
    return [sitter.painting for sitter in chosen]


def _tell_missing(chosen: Sequence[Sitter], tried: int, job: Job) -> None:
    if lacking := [one for one in chosen if one.missing]:
        what = " and ".join(sorted(frozenset().union(*(one.missing for one in lacking))))
        count = f"{len(lacking)} of {len(chosen)} portraits"
        job.say(f"{count}: no clear {what} could be seen in any more of {tried} candidates; another seed may bring better ones")


def _candidates(
    model: PaintingModel, wish: PortraitWish, parents: Sequence[Painting], seed: Seed, many: int
) -> list[Painting]:  # fmt: skip
    from albumen.models.portraits.run_sliders import slide

    if len(parents) == 2:
        made = model.cross(parents[0], parents[1], seed, many)
    elif parents:
        amount = USUAL_AMOUNT if wish.amount is None else wish.amount
        made = model.vary(parents[0], seed, many, amount=amount, lock=wish.keep or None)
    else:
        made = model.paint(_asked(wish, portrait_seed(wish.seed, wish.theme)), seed, many)
    return slide(model, made, wish.sliders) if wish.sliders else made


def _asked(wish: PortraitWish, seed: Seed) -> Wish:
    from albumen.art.recolour import lab_of_wish
    from albumen.models.portraits.colour import lab_triple
    from albumen.models.portraits.condition import Wish

    asked = Wish(era=wish.era or None, style=wish.style or None)
    if not wish.theme:
        return asked
    palette = theme_palette(wish.theme, seed)
    dress = next((named.lch for named in palette.wishes if named.place == "dress"), None)
    foreground = lab_triple(palette.accent) if dress is None else lab_of_wish(dress)
    return replace(asked, surroundings=lab_triple(palette.ground), foreground=foreground)


def _read_parent(model: PaintingModel, path: Path) -> Painting:
    from albumen.art.picture import require_file

    require_file(path)
    facts = facts_of(path)
    if facts is None:
        raise Wrong("this is no portrait by the net", where=path, next_step="name a picture that `albumen portrait` painted")
    if facts.get("model") != model.digest:
        raise Wrong("another net than the installed one painted this portrait", where=path, next_step="paint it again")
    styles = np.array(facts["styles"], dtype=np.float32)
    if styles.shape != (model.stages, model.style):
        raise Wrong("the style in this page of facts is damaged", where=path.with_suffix(".json"), next_step="paint it again")
    return model.draw(styles[None], [str(facts["seed"])])[0]


def _called(path: Path) -> str:
    """A portrait by folder and name, since every folder has a first portrait."""
    return f"{path.absolute().parent.name}/{path.stem}"


def _named(painting: Painting, wish: PortraitWish, bequests: Bequests) -> NamedColours:
    """The colours that were named for a portrait, and of those that its parents bequeath the ones that it takes."""
    own = named_in(wish.theme, portrait_seed(wish.seed, wish.theme))
    return inherited(bequests, own, wish.theme, wish.sliders, Seed(wish.seed).child("inherits", painting.seed))


def _enlarger(model: PaintingModel) -> Enlarger:
    from albumen.models.portraits.run_enlarger import Enlarger

    return Enlarger(model.folder / "enlarger.onnx")


def _coloured(model: PaintingModel, painting: Painting, named: NamedColours) -> Coloured:
    from albumen.art.recolour import coloured

    enlarged = _enlarger(model).enlarge(painting.picture)
    return coloured(enlarged, named.wishes, ground=named.ground, seen=painting.picture)


def _painted(made: Coloured, painting: Painting, wish: PortraitWish, job: Job) -> NDArray[np.uint8]:
    """The portrait at its size, in its strokes."""
    from albumen.art.painter import paint
    from albumen.art.picture import resized

    if not wish.manner:
        return resized(made.picture, wish.side, wish.side)
    seed = Seed(wish.seed).child("strokes", painting.seed)
    return paint(made.picture, wish.side, manner=wish.manner, seed=seed, fine=made.fine, cancelled=job.stop)


def _facts_of_colours(made: Coloured, named: NamedColours) -> dict[str, Any]:
    """The colours that were named, for relatives; a sentence on each; and those that are in the picture, for certificates."""
    painted = [
        f"{each.wish.said} (as {each.parent})" if each.parent else each.wish.said
        for each in named.colours if each.wish in made.laid
    ]  # fmt: skip
    told = [*made.told, *(f"'{each.wish.said}' is inherited from {each.parent}" for each in named.colours if each.parent)]
    return {"colours": [*told, *named.left_out], "named_colours": named.as_rows(), "painted_colours": painted}


def _facts(model: PaintingModel, painting: Painting, wish: PortraitWish, out: Path) -> dict[str, Any]:
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
        "parents": [_parent(path, out) for path in wish.parents],
        "sliders": dict(wish.sliders),
        "manner": wish.manner,
        "score": round(painting.score, 3),
        "shows_face": painting.shows_face,
        "nearest_training_picture": painting.nearest_work,
        "held_out_pictures_nearer": round(painting.nearest_percentile, 4),
        "styles": [[round(float(number), 5) for number in style] for style in painting.styles],
    }


def _parent(path: Path, out: Path) -> dict[str, str]:
    """What tells a parent from all others, wherever it is moved: its seed and digest; and where it was, seen from `out`."""
    facts = facts_of(path) or {}
    place = Path(os.path.relpath(path.absolute(), out.absolute())).as_posix()
    return {"name": path.name, "place": place, "seed": str(facts["seed"]), "sha256": digest_file(path)}


def _thumb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from albumen.art.picture import resized

    return resized(picture, SHEET_SIDE, SHEET_SIDE)


def _sheet(pictures: Sequence[NDArray[np.uint8]], columns: int = 4) -> NDArray[np.uint8]:
    """All pictures (SHEET_SIDE pixels a side) side by side, at most four in a row, on white."""
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * SHEET_SIDE, min(columns, len(pictures)) * SHEET_SIDE, 3), 255, dtype=np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * SHEET_SIDE, place % columns * SHEET_SIDE
        sheet[top : top + SHEET_SIDE, left : left + SHEET_SIDE] = picture
    return sheet
