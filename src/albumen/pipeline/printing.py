"""A picture for the wall: files for the printer, a preview and a certificate, which appear together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from albumen.pipeline.origins import Origin, origin_of
from albumen.work.digest import digest_bytes, digest_file
from albumen.work.errors import Wrong
from albumen.work.file_set import whole_set
from albumen.work.job import Job
from albumen.work.seed import Seed

if TYPE_CHECKING:
    from albumen.art.certificate import Edition
    from albumen.art.picture import Pixels

PDF, TIFF, FRAMED, CERTIFICATE = "print.pdf", "print.tif", "framed.png", "certificate.pdf"
_WRAP_CM = 5.0
_FEWEST_DOTS = 75.0  # an inch: below, single pixels are seen from where one stands
_CUT_SEEN = 0.01  # of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintWish:
    """How a print is to be: `wrap_cm` round the stretcher or a paper `border_cm`, painted in a `manner` ("" only enlarged).

    Where no wrap is named (None) it is 5 cm, at most as wide as the picture, or none where there is a border.
    """

    size: str = "70x70cm"
    wrap_cm: float | None = None
    border_cm: float = 0.0
    manner: str = "realist"
    title: str = ""
    artist: str = ""
    number: int = 1
    of: int = 1
    seed: int = 0

    def wrap(self, size: tuple[float, float]) -> float:
        """The wrap in cm that is meant for a print of that size."""
        if self.wrap_cm is not None:
            return self.wrap_cm
        return 0.0 if self.border_cm > 0 else min(_WRAP_CM, *size)


def make_print(source: Path, out: Path | None, *, wish: PrintWish, job: Job | None = None) -> dict[str, Path]:
    """Make a picture ready for the wall in `out` (a folder beside the picture where None); returns the files by name."""
    from albumen.art.certificate import write_certificate
    from albumen.art.picture import read_picture, require_size, write_png
    from albumen.art.print_files import write_print
    from albumen.art.prints import framed, print_sheet, require_edges, size_in_cm

    job = job or Job(name="print")
    if not 1 <= wish.number <= wish.of:
        raise Wrong(f"number {wish.number} of {wish.of} is no edition", next_step="number prints from 1 upwards")
    size = size_in_cm(wish.size)
    wrap_cm = wish.wrap(size)
    require_edges(size, wrap_cm, wish.border_cm)
    picture = read_picture(source, say=job.say)
    require_size(picture, 16, where=source)
    origin = origin_of(source)
    for warning in _warnings(picture, source, size, painted=origin.is_portrait and bool(wish.manner)):
        job.say(warning)
    folder = out or source.with_name(f"{source.stem} print")
    seed = Seed(wish.seed).child("print", source.stem)
    title = _title(source, wish)
    with whole_set(folder) as fresh:
        sheet = print_sheet(
            picture, size, wrap_cm=wrap_cm, border_cm=wish.border_cm, manner=wish.manner or None, seed=seed, cancelled=job.stop
        )  # fmt: skip
        job.reach(0.6)
        wrap = sheet.edge if sheet.wraps else 0
        write_print(fresh / PDF, sheet.pixels, wrap=wrap, title=title)
        job.reach(0.75)
        write_print(fresh / TIFF, sheet.pixels)
        job.reach(0.9)
        write_png(fresh / FRAMED, framed(sheet.on_wall))
        digests = {name: digest_file(fresh / name) for name in (TIFF, PDF)} | {"the pixels": digest_bytes(sheet.pixels.tobytes())}
        write_certificate(fresh / CERTIFICATE, _edition(title, wish, size, origin, seed, digests), sheet.front)
        job.reach(1.0)
    return {name: folder / name for name in (PDF, TIFF, FRAMED, CERTIFICATE)}


def _title(source: Path, wish: PrintWish) -> str:
    return wish.title or source.stem.replace("-", " ").replace("_", " ").capitalize()


def _warnings(picture: Pixels, source: Path, size: tuple[float, float], *, painted: bool) -> list[str]:
    """What a person should know before paying for a print."""
    from albumen.art.prints import dots_an_inch, share_cut_off

    said, shape = [], f"{size[0]:g} x {size[1]:g} cm"
    dots = dots_an_inch(picture, size)
    # Albumen's own portraits are made to be painted at the size of the wall; enlarged without a brush they are soft like others.
    if dots < _FEWEST_DOTS and not painted:
        said.append(f"{source.name} has only {dots:.0f} pixels an inch at {shape}; from near, the print will look soft")
    cut = share_cut_off(picture, size)
    if cut > _CUT_SEEN:
        rows, columns = picture.shape[:2]
        said.append(f"{source.name} is {columns} x {rows} pixels: {cut:.0%} of it is cut off at the edges to fill {shape}")
    return said


def _edition(
    title: str, wish: PrintWish, size: tuple[float, float], origin: Origin, seed: Seed, digests: Mapping[str, str]
) -> Edition:
    from albumen.art.certificate import Edition

    wrap = wish.wrap(size)
    edge = f", {wrap:g} cm wrapped round the stretcher" if wrap else ""
    edge = edge or (f", with a border of {wish.border_cm:g} cm" if wish.border_cm else "")
    return Edition(
        title=title,
        artist=wish.artist or "Unknown artist",
        number=wish.number,
        of=wish.of,
        size=f"{size[0]:g} x {size[1]:g} cm{edge}",
        manner=f"{wish.manner}, strokes laid by the seed {seed}" if wish.manner else "enlarged without strokes",
        seed=origin.seed,
        colours=origin.colours,
        model=origin.model,
        data=origin.data,
        objective=origin.objective,
        digests=digests,
    )
