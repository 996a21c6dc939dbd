"""`albumen portrait`: portraits by the trained net, and their relatives."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from albumen.api import family_tree, portrait
from albumen.art.manners import MANNERS
from albumen.pipeline.portraying import KEEPS, MOST, PortraitWish
from albumen.studio.cli.screen import show, show_json, watched
from albumen.work.errors import Wrong


@click.command(short_help="paint portraits with the trained net")
@click.option("-n", "count", default=12, show_default=True, type=click.IntRange(1, MOST), help="How many.")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--tree", type=click.Path(path_type=Path), metavar="FOLDER", help="Paint none; draw the family of those in FOLDER.")
@click.option("--theme", default="",
              help="What they are about; colours follow. Of relatives: colours instead of their parents'.")  # fmt: skip
@click.option("--like", "parents", multiple=True, type=click.Path(path_type=Path), metavar="PICTURE",
              help="A portrait made before: variants of it; named twice: children of the two.")  # fmt: skip
@click.option("--amount", type=float, help="How much variants differ, 0 to 1; 0.3 where not said.")
@click.option("--keep", default="", type=click.Choice(KEEPS), help="What variants keep as it is.")
@click.option("--slide", "slides", multiple=True, metavar="NAME=AMOUNT",
              help="Move them along ground, face, dress, warmth, contrast, era, shape-1 to shape-4, by -4 to 4.")  # fmt: skip
@click.option("--era", default="", help="What the net is asked for: before 1600, 17th century ... 20th century.")
@click.option("--style", default="", help="What the net is asked for: Baroque, Rococo, Impressionism, Modern, Print.")
@click.option("--manner", default="impressionist", show_default=True, type=click.Choice([*MANNERS, "none"]),
              help="Their strokes; none only enlarges.")  # fmt: skip
@click.option("--side", default=1024, show_default=True, help="Pixels a side.")
@click.option("--seed", default=0, show_default=True, help="Another seed, other portraits.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def command(
    ctx: click.Context, count: int, out: Path | None, tree: Path | None, theme: str, parents: tuple[Path, ...],
    amount: float | None, keep: str, slides: tuple[str, ...], era: str, style: str, manner: str, side: int, seed: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Paint portraits, best first, each with what it came from beside it. Exit code 3 where no trained net is shipped."""
    if tree is not None:
        _draw_tree(ctx, tree, as_json)
        return
    if out is None:
        raise Wrong("no folder is named to write to", where="--out", next_step="name one, such as `--out people`")
    wish = PortraitWish(
        theme=theme, parents=parents, amount=amount, keep=keep, sliders=dict(_slide(text) for text in slides),
        era=era, style=style,
        manner="" if manner == "none" else manner, side=side, seed=seed,
    )  # fmt: skip
    with watched("portraits") as job:
        painted = portrait(out, count=count, wish=wish, job=job)
    if as_json:
        show_json([str(path) for path in painted])
    else:
        show("\n".join(str(path) for path in painted))


def _draw_tree(ctx: click.Context, folder: Path, as_json: bool) -> None:
    said = [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if further := [name for name in said if name not in ("tree", "as_json")]:
        names = {"count": "-n", "parents": "--like", "slides": "--slide"}
        what = f"`--tree` draws what is there, so {names.get(further[0], '--' + further[0])} would change nothing"
        raise Wrong(what, next_step="leave it out")
    with watched("tree") as job:
        drawn = family_tree(folder, job=job)
    if as_json:
        show_json(str(drawn))
    else:
        show(str(drawn))


def _slide(text: str) -> tuple[str, float]:
    name, _, amount = text.partition("=")
    try:
        return name.strip(), float(amount)
    except ValueError as error:
        raise Wrong(f"'{text}' moves no slider", next_step="write it as era=1.5") from error
