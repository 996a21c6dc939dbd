"""The best running orders on one picture: energy as columns, tempo as a line, keys as names, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from albumen.album.order import RunningOrder, SongCharacter
from albumen.sound.order_search import energy_arc, key_cost
from albumen.work.files import replacing

PAPER, INK, FAINT, WARM, COOL, LINE = "#fbf8f3", "#2a2730", "#8b8591", "#c98a5a", "#2b6ca3", "#e4ded6"


def orders_png(songs: Sequence[SongCharacter], orders: Sequence[RunningOrder], path: Path) -> None:
    """Draw the orders below each other as PNG: columns are energy, the line is tempo, dashes show the wanted arc."""
    by_slug = {song.slug: song for song in songs}
    rows = max(1, len(orders))
    height = 0.7 + 2.9 * rows
    figure = Figure(figsize=(13, height), dpi=110, facecolor=PAPER)
    FigureCanvasAgg(figure)
    figure.text(0.04, 1 - 0.38 / height, "Running orders", fontsize=18, color=INK, weight="bold", va="center")
    figure.text(
        0.96,
        1 - 0.38 / height,
        "columns: energy   ·   line: tempo   ·   dashes: the wanted arc",
        fontsize=9,
        color=FAINT,
        ha="right",
    )
    lowest, highest = min(song.bpm for song in songs), max(song.bpm for song in songs)
    for row, order in enumerate(orders):
        bottom = (height - 0.7 - 2.9 * (row + 1) + 0.95) / height
        axes = figure.add_axes((0.04, bottom, 0.92, 1.45 / height))
        _order(axes, [by_slug[slug] for slug in order.slugs], lowest, highest)
        axes.set_title(
            "\n".join(textwrap.wrap(f"{row + 1}   {order.reason}   (cost {order.cost:.2f})", 150)),
            fontsize=9.5,
            color=INK,
            loc="left",
            pad=7,
        )
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", facecolor=PAPER, metadata={"Software": None})


def _order(axes: Axes, songs: Sequence[SongCharacter], lowest: float, highest: float) -> None:
    places = np.arange(len(songs))
    energy = np.array([song.energy for song in songs])
    top = max(float(energy.max()), 1e-6)
    axes.set_facecolor(PAPER)
    axes.bar(places, energy / top, width=0.62, color=WARM, alpha=0.75, zorder=2)
    axes.plot(places, energy_arc(len(songs)), color=INK, lw=0.9, ls=(0, (4, 3)), alpha=0.5, zorder=3)
    spread = max(highest - lowest, 1e-6)
    tempo = 0.08 + 0.86 * (np.array([song.bpm for song in songs]) - lowest) / spread
    axes.plot(places, tempo, color=COOL, lw=2, marker="o", ms=5, zorder=4)
    for place, song in enumerate(songs):
        axes.annotate(
            f"{song.bpm:.0f}",
            (place, tempo[place]),
            xytext=(7, 3),
            textcoords="offset points",
            fontsize=8,
            color=COOL,
            zorder=5,
        )
    for place, (before, after) in enumerate(zip(songs, songs[1:], strict=False)):
        near = key_cost(before.last_key, after.first_key) <= 0.25
        axes.plot(
            (place + 0.36, place + 0.64), (0.02, 0.02), color=COOL if near else LINE, lw=3, solid_capstyle="round"
        )
    axes.set_xticks(places, [f"{_short(song.title)}\n{song.first_key}" for song in songs], fontsize=8, color=INK)
    axes.set_yticks([])
    axes.set_ylim(0, 1.12)
    axes.set_xlim(-0.5, len(songs) - 0.5)
    axes.tick_params(length=0)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(LINE)


def _short(title: str) -> str:
    return title if len(title) <= 20 else title[:19].rstrip() + "…"
