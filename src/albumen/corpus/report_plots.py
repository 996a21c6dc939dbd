"""The pictures of a corpus report, as SVG that stands inside the page."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

HUMAN, MACHINE, QUIET, INK, LINES = "#2f6f8f", "#d98a3d", "#9fb3bf", "#26333b", "#d7dfe4"
_WIDTH = 7.2
_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: small, sharp, and readable by machines
    "font.family": "sans-serif",
    "font.sans-serif": ["Inter", "Segoe UI", "Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": LINES,
    "svg.hashsalt": "albumen",
}


def plots(facts: Mapping[str, Any]) -> dict[str, str]:
    """All pictures by name, each an `<svg>` element."""
    with matplotlib.rc_context(_STYLE):
        return {
            "genres": _svg(_genres(facts["genres"])),
            "keys": _svg(_keys(facts["keys"])),
            "tempi": _svg(_histogram(facts["tempi"], "quarter notes a minute", every=2)),
            "bars": _svg(_histogram(facts["bars"], "bars", every=1)),
            "minutes": _svg(_histogram(facts["minutes"], "minutes", every=1)),
            "meters": _svg(_upright(facts["meters"], "songs")),
            "parts": _svg(
                _upright(dict(sorted(facts["parts"].items(), key=lambda item: int(item[0]))), "songs", "parts")
            ),
            "sections": _svg(_upright(facts["section_lengths"], "sections", "bars")),
            "instruments": _svg(_lying(facts["instruments"], "songs")),
            "roles": _svg(_lying(facts["roles"], "songs")),
            "rights": _svg(_lying({name: row["hours"] for name, row in facts["rights"].items()}, "hours")),
            "duplicates": _svg(_lying(facts["duplicates"]["by_corpora"], "songs left out")),
            "skipped": _svg(_lying(facts["skipped"]["by_reason"], "files")),
            "cells": _svg(_cells(facts["cells"])),
        }


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    whole = text.getvalue()
    return re.sub(r"(?s)<metadata>.*?</metadata>", "", whole[whole.index("<svg") :])


def _axes(height: float, width: float = _WIDTH) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    axes = figure.add_subplot()
    _bare(axes)
    return figure, axes


def _bare(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _genres(genres: Mapping[str, Mapping[str, float]]) -> Figure:
    names = list(genres)[::-1]
    machine = [genres[name]["machine_arranged_hours"] for name in names]
    human = [genres[name]["hours"] - part for name, part in zip(names, machine, strict=True)]
    figure, axes = _axes(0.24 * len(names) + 0.8)
    axes.barh(names, human, color=HUMAN, label="written or played by people")
    axes.barh(names, machine, left=human, color=MACHINE, label="accompaniment made by a program")
    for place, name in enumerate(names):
        row = genres[name]
        axes.text(row["hours"], place, f"  {row['hours']:.1f} h, {row['pieces']:,.0f} songs", va="center", fontsize=8.5)
    axes.set_xlabel("hours")
    axes.margins(x=0.22, y=0.01)
    axes.legend(loc="lower right", frameon=False)
    axes.xaxis.grid(color=LINES)
    return figure


def _keys(keys: Mapping[str, Mapping[str, int]]) -> Figure:
    figure, axes = _axes(2.9)
    majors, minors = list(keys["major"].items()), list(keys["minor"].items())
    places = range(len(majors))
    axes.bar([place - 0.2 for place in places], [count for _, count in majors], 0.38, color=HUMAN, label="major")
    axes.bar([place + 0.2 for place in places], [count for _, count in minors], 0.38, color=MACHINE, label="minor")
    axes.set_xticks(list(places), [f"{major}\n{minor}" for (major, _), (minor, _) in zip(majors, minors, strict=True)])
    axes.set_ylabel("songs")
    axes.yaxis.grid(color=LINES)
    axes.legend(frameon=False)
    return figure


def _histogram(counts: Mapping[str, Sequence[float]], label: str, every: int) -> Figure:
    edges, heights = counts["edges"], counts["counts"]
    figure, axes = _axes(2.5, _WIDTH * 0.8)
    axes.bar(range(len(heights)), heights, width=0.92, align="edge", color=HUMAN)
    marks = range(0, len(edges), every)
    axes.set_xticks(list(marks), [f"{edges[mark]:g}" for mark in marks])
    axes.set_xlabel(label)
    axes.set_ylabel("songs")
    axes.yaxis.grid(color=LINES)
    return figure


def _upright(counts: Mapping[str, float], label: str, below: str = "") -> Figure:
    figure, axes = _axes(2.5, _WIDTH * 0.8)
    axes.bar(list(counts), list(counts.values()), color=HUMAN)
    axes.set_ylabel(label)
    axes.set_xlabel(below)
    axes.yaxis.grid(color=LINES)
    return figure


def _lying(counts: Mapping[str, float], label: str, most: int = 36) -> Figure:
    shown = list(counts.items())[:most][::-1]
    figure, axes = _axes(0.24 * max(1, len(shown)) + 0.7)
    axes.barh([name for name, _ in shown], [count for _, count in shown], color=HUMAN)
    for place, (_, count) in enumerate(shown):
        axes.text(count, place, f"  {count:,.0f}" if count >= 10 else f"  {count:.3g}", va="center", fontsize=8.5)
    axes.set_xlabel(label)
    axes.margins(x=0.12, y=0.01)
    axes.xaxis.grid(color=LINES)
    if not shown:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "none", ha="center", transform=axes.transAxes)
    return figure


def _cells(cells: Mapping[str, Any]) -> Figure:
    """Three tables of shades: roles by bins of density, polyphony and register."""
    figure = Figure(figsize=(_WIDTH, 5.2))
    labels = {
        "density": "onsets per quarter note",
        "polyphony": "notes struck together",
        "register": "mean pitch (60 = middle C)",
    }
    for number, (name, label) in enumerate(labels.items()):
        axes = figure.add_subplot(3, 1, number + 1)
        rows = {role: counts for role, counts in cells["counts"][name].items() if sum(counts)}
        shares = [[count / sum(counts) for count in counts] for counts in rows.values()]
        edges = cells["edges"][name]
        names = [f"<{edges[0]:g}", *(f"{edge:g}" for edge in edges[:-1]), f">{edges[-1]:g}"]
        if shares:
            axes.imshow(shares, aspect="auto", cmap="Blues", vmin=0, vmax=0.6)
            for y, row in enumerate(shares):
                for x, share in enumerate(row):
                    if share >= 0.005:
                        axes.text(x, y, f"{share:.0%}", ha="center", va="center", fontsize=7.5,
                                  color="white" if share > 0.35 else INK)  # fmt: skip
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_xticks(range(len(names)), names)
        axes.set_xlabel(label)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.subplots_adjust(hspace=0.75)
    return figure
