"""The running order: all orders are weighed, five good ones are drawn and explained, and the best is used.

Law 1: an order that a person wrote into `album.toml` stays; then the picture and the page only say how it compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.album_file import write_order
from albumen.album.folder import AlbumFolder
from albumen.album.lock_file import Made
from albumen.album.order import RunningOrder, SongCharacter
from albumen.pipeline.reading import characters
from albumen.pipeline.songs import planned_order
from albumen.pipeline.step import Step
from albumen.sound.order_search import OrderWishes, best_orders, weigh
from albumen.work.files import write_text
from albumen.work.job import Job
from albumen.work.record import Record
from albumen.work.stage import Stage

ORDERS_PAGE, ORDERS_PICTURE = "order.json", "order.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsked:
    """Songs, sorted by slug, to be put in order; `pins` have their place already."""

    songs: tuple[SongCharacter, ...]
    pins: Mapping[str, int]


def _search(asked: OrderAsked, folder: Path, job: Job) -> Mapping[str, Any]:
    from albumen.sound.order_picture import orders_png  # brings matplotlib, which is slow to load

    orders = best_orders(asked.songs, OrderWishes(pins=asked.pins))
    job.reach(0.6)
    orders_png(asked.songs, orders, folder / ORDERS_PICTURE)
    return {"orders": [_plain(order) for order in orders]}


ORDER: Stage[OrderAsked] = Stage("order", 1, _search)


def order_step(folder: AlbumFolder, album: Album) -> Step:
    """Where the running order stands."""
    if not _is_ours(folder, album):
        return Step(stage="order", state="yours", why="you changed the running order; it is kept")
    record = folder.workshop.find(ORDER, _asked(folder, album))
    is_used = record is not None and list(album.order) == record.facts["orders"][0]["slugs"]
    is_there = is_used and all((folder.path / name).is_file() for name in (ORDERS_PAGE, ORDERS_PICTURE))
    return Step(stage="order", state="done" if is_there else "to do")


def settle_order(folder: AlbumFolder, album: Album, job: Job) -> Album:
    """Search the best order of the finished songs and use it, unless a person chose another. Returns the album in its order."""
    record = folder.workshop.carry_out(ORDER, _asked(folder, album), job)
    best = tuple(record.facts["orders"][0]["slugs"])
    if _is_ours(folder, album):
        # The lock knows the new order before the page does, so that after a crash it is not taken for a person's.
        _note(folder, record, best, replaces=album.order)
        if best != album.order:
            write_order(folder.page, best)
            job.say(f"running order: {record.facts['orders'][0]['reason']}")
            album = folder.read()
        _note(folder, record, best)
    _write_page(folder, album, record)
    job.reach(1.0)
    return album


def _is_ours(folder: AlbumFolder, album: Album) -> bool:
    """Whether the order in `album.toml` is as the machine left it, songs at its end that are new left out."""
    made = folder.made().get("order")
    known = [tuple(order) for order in (made.facts.get("known", ()) if made else ())]
    if any(order and album.order[: len(order)] == order for order in known):
        return True
    planned = planned_order(folder, album)
    return bool(planned) and album.order[: len(planned)] == planned


def _note(folder: AlbumFolder, record: Record, best: tuple[str, ...], replaces: tuple[str, ...] = ()) -> None:
    facts = {"known": [list(order) for order in (best, replaces) if order]}
    folder.note("order", Made(key=record.key, version=record.version, digests={}, facts=facts))


def _asked(folder: AlbumFolder, album: Album) -> OrderAsked:
    songs = sorted(characters(folder, album), key=lambda song: song.slug)
    return OrderAsked(songs=tuple(songs), pins=dict(album.pins))


def _write_page(folder: AlbumFolder, album: Album, record: Record) -> None:
    """`order.json` and `order.png`, where they are not there already."""
    used = weigh(characters(folder, album))
    page = {"format": 1, "used": _plain(used), "best": record.facts["orders"]}
    text = json.dumps(page, indent=1, sort_keys=True) + "\n"
    path = folder.path / ORDERS_PAGE
    if not path.is_file() or path.read_text("utf-8") != text:
        write_text(path, text)
    picture = folder.path / ORDERS_PICTURE
    data = folder.workshop.store.read(record.outputs[ORDERS_PICTURE])
    if not picture.is_file() or picture.read_bytes() != data:
        folder.workshop.store.copy_to(record.outputs[ORDERS_PICTURE], picture)


def _plain(order: RunningOrder) -> dict[str, Any]:
    terms = {name: round(value, 4) for name, value in order.terms.items()}
    return {"slugs": list(order.slugs), "cost": round(order.cost, 4), "terms": terms, "reason": order.reason}
