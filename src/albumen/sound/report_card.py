"""The report card of a master: what an engineer would check, per song and for the album, as JSON, picture and page."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from albumen.album.segue import Segue
from albumen.sound.audio_file import audio_facts, read_blocks
from albumen.sound.loudness import ABSOLUTE_GATE_LUFS, SILENT_LUFS, Loudness
from albumen.sound.master import Cut, Master, Profile
from albumen.sound.spectrum import CENTRES_HZ, BandMeter
from albumen.sound.tone import distance_db
from albumen.work.files import write_bytes, write_text
from albumen.work.job import Job

PAPER, INK, FAINT, COOL, WARM, LINE = "#fbf8f3", "#2a2730", "#8b8591", "#2b6ca3", "#c0392f", "#e4ded6"
_LEAST_PLR_DB, _MOST_HARD_SHARE, _MOST_DC = 8.0, 0.03, 1e-3
_LOUDNESS_LU = 0.3
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CURVES: Mapping[str, Sequence[float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """Plain numbers and warnings; `songs` by name in running order."""

    album: Mapping[str, float]
    songs: Mapping[str, Mapping[str, Any]]
    warnings: tuple[str, ...]

    def as_json(self) -> str:
        """The card as text for machines."""
        card = {"album": dict(self.album), "songs": dict(self.songs), "warnings": list(self.warnings)}
        return json.dumps(card, indent=1) + "\n"


def report_card(
    master: Master,
    profile: Profile,
    job: Job | None = None,
    *,
    titles: Mapping[str, str] = NOTHING,
    targets: Mapping[str, Sequence[float]] = NO_CURVES,
    segues: Sequence[Segue] = (),
) -> ReportCard:
    """Judge a master; the finished cuts are read again for their spectra.

    `titles` and `targets` (curves in thirds of octaves, which the spectra are compared with) by the names of the cuts.
    """
    job = job or Job(name="report card")
    songs = {cut.name: _song(cut, titles, targets) for cut in job.each(master.cuts)}
    for song, segue in zip(songs.values(), segues, strict=False):
        song["segue"] = f"{segue.kind}: {segue.reason}"
    album = {
        **_readings(master.album),
        "gain_db": round(master.gain_db, 2),
        "deepest_reduction_db": round(master.deepest_reduction_db, 2),
        "hard_limited_share": round(master.hard_share, 4),
    }
    return ReportCard(album=album, songs=songs, warnings=tuple(_warnings(master, profile)))


def write_report_card(card: ReportCard, master: Master, folder: Path) -> tuple[Path, Path, Path]:
    """Write `report.json`, `report.png` and `report.html` (which needs no other file); returns the three paths."""
    paths = (folder / "report.json", folder / "report.png", folder / "report.html")
    picture = _picture(card, master)
    write_text(paths[0], card.as_json())
    write_bytes(paths[1], picture)
    write_text(paths[2], _page(card, picture))
    return paths


def _song(cut: Cut, titles: Mapping[str, str], targets: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    rate = audio_facts(cut.path).sample_rate
    bands = BandMeter(rate)
    for block in read_blocks(cut.path):
        bands.feed(block)
    spectrum = [round(value, 1) for value in bands.read()]
    target = [round(value, 1) for value in targets.get(cut.name, ())]
    return {
        "title": titles.get(cut.name, cut.name),
        **_readings(cut.loudness),
        "seconds": round(cut.frames / rate, 2),
        "spectrum_db": spectrum,
        "target_db": target,
        "from_target_db": round(distance_db(spectrum, target), 2) if target else None,
        "short_term_lufs": [round(float(value), 1) for value in cut.loudness.short_term_lufs[::10]],
    }


def _readings(heard: Loudness) -> dict[str, float]:
    return {
        "integrated_lufs": round(heard.integrated_lufs, 2),
        "short_term_max_lufs": round(heard.short_term_max_lufs, 2),
        "range_lu": round(heard.range_lu, 2),
        "true_peak_dbtp": round(heard.true_peak_db, 2),
        "peak_to_loudness_db": round(heard.peak_to_loudness_db, 2),
        "dc_offset": round(heard.dc_offset, 6),
        "correlation": round(heard.correlation, 3),
        "side_to_mid_db": round(float(heard.side_to_mid_db), 2),
    }


def _warnings(master: Master, profile: Profile) -> list[str]:
    found = []
    loudest = max((cut.loudness.integrated_lufs for cut in master.cuts), default=SILENT_LUFS)
    if abs(loudest - profile.loudest_lufs) > _LOUDNESS_LU:
        found.append(f"The loudest song measures {loudest:.1f} LUFS, not {profile.loudest_lufs:.1f}.")
    if master.hard_share > _MOST_HARD_SHARE:
        found.append(f"The limiter takes more than 3 dB away during {100 * master.hard_share:.0f} % of the album.")
    for cut in master.cuts:
        heard = cut.loudness
        checks = (
            (heard.integrated_lufs <= ABSOLUTE_GATE_LUFS, "is silent"),
            (heard.true_peak_db > profile.ceiling_dbtp, f"peaks at {heard.true_peak_db:.1f} dBTP"),
            (heard.peak_to_loudness_db < _LEAST_PLR_DB, "sounds squashed (peak to loudness below 8 dB)"),
            (heard.correlation < 0, "would partly vanish in mono (negative correlation)"),
            (heard.dc_offset > _MOST_DC, "has a direct current"),
        )
        found += [f"{cut.name} {words}." for is_wrong, words in checks if is_wrong]
    return found


def _picture(card: ReportCard, master: Master) -> bytes:
    rows = len(master.cuts)
    height = 1.0 + 1.5 * rows
    figure = Figure(figsize=(13, height), dpi=100, facecolor=PAPER)
    FigureCanvasAgg(figure)
    figure.text(0.04, 1 - 0.4 / height, "Report card", fontsize=18, color=INK, weight="bold", va="center")
    summary = f"album {card.album['integrated_lufs']:.1f} LUFS   ·   highest true peak {card.album['true_peak_dbtp']:.1f} dBTP"
    figure.text(0.97, 1 - 0.4 / height, summary, fontsize=10, color=FAINT, ha="right", va="center")
    for row, cut in enumerate(master.cuts):
        bottom = (height - 1.0 - 1.5 * (row + 1) + 0.45) / height
        _loudness_curve(figure.add_axes((0.20, bottom, 0.46, 1.0 / height)), cut)
        song = card.songs[cut.name]
        _spectrum(figure.add_axes((0.70, bottom, 0.27, 1.0 / height)), song, is_last=row == rows - 1)
        words = (
            f"{song['integrated_lufs']:.1f} LUFS   {song['true_peak_dbtp']:.1f} dBTP\n"
            f"range {song['range_lu']:.1f} LU   PLR {song['peak_to_loudness_db']:.1f} dB\n"
            f"correlation {song['correlation']:.2f}"
        )
        top = bottom + 1.0 / height
        figure.text(
            0.04,
            top - 0.12 / height,
            f"{row + 1}  {song['title'][:24]}",
            fontsize=10,
            color=INK,
            weight="bold",
            va="center",
        )
        figure.text(0.04, top - 0.60 / height, words, fontsize=8, color=FAINT, va="center")
    data = io.BytesIO()
    figure.savefig(data, format="png", facecolor=PAPER, metadata={"Software": None})
    return data.getvalue()


def _loudness_curve(axes: Axes, cut: Cut) -> None:
    curve = np.maximum(cut.loudness.short_term_lufs, -50)
    seconds = 3.0 + 0.1 * np.arange(len(curve))
    axes.fill_between(seconds, -50, curve, color=COOL, alpha=0.25, lw=0)
    axes.plot(seconds, curve, color=COOL, lw=1)
    axes.plot(seconds, np.full(len(curve), cut.loudness.integrated_lufs), color=WARM, lw=0.8)
    axes.set_ylim(-45, -5)
    axes.set_yticks([-40, -25, -14], ["-40", "-25", "-14"])
    _plain(axes)


def _spectrum(axes: Axes, song: Mapping[str, Any], *, is_last: bool) -> None:
    """The song's spectrum, and its target as dashes, both brought to one level."""
    own = np.array(song["spectrum_db"])
    top = float(own.max())
    if song["target_db"]:
        target = np.array(song["target_db"])
        shift = float(np.median(own[4:-3] - target[4:-3]))
        axes.plot(CENTRES_HZ, target + shift - top, color=FAINT, lw=0.8, ls=(0, (3, 2)))
    axes.plot(CENTRES_HZ, own - top, color=INK, lw=1.2)
    axes.set_xscale("log")
    axes.set_ylim(-60, 4)
    axes.set_yticks([-40, 0], ["-40", "0"])
    axes.set_xticks([60, 250, 1000, 4000, 16000], ["60", "250", "1k", "4k", "16k"] if is_last else [""] * 5)
    axes.minorticks_off()
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    axes.tick_params(length=0, labelsize=7, labelcolor=FAINT)
    axes.grid(axis="y", color=LINE, lw=0.6)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _page(card: ReportCard, picture: bytes) -> str:
    columns = (
        "integrated_lufs",
        "short_term_max_lufs",
        "range_lu",
        "true_peak_dbtp",
        "peak_to_loudness_db",
        "correlation",
        "from_target_db",
    )
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in columns)
    rows = "".join(
        f"<tr><td>{html.escape(song['title'])}</td>{''.join(f'<td>{song[column]}</td>' for column in columns)}</tr>"
        + (f'<tr class="join"><td colspan="9">{html.escape(song["segue"])}</td></tr>' if "segue" in song else "")
        for song in card.songs.values()
    )
    warnings = "".join(f"<li>{html.escape(text)}</li>" for text in card.warnings) or "<li>Nothing to complain of.</li>"
    image = base64.b64encode(picture).decode()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Report card</title><style>'
        f"body{{background:{PAPER};color:{INK};font:15px/1.5 sans-serif;max-width:1300px;margin:2em auto;padding:0 1em}}"
        f"td,th{{padding:.3em .8em;text-align:right;border-bottom:1px solid {LINE}}}td:first-child{{text-align:left}}"
        f".join td{{color:{FAINT};font-size:13px;text-align:left;padding-left:2.5em}}"
        "img{max-width:100%}</style><h1>Report card</h1>"
        f"<ul>{warnings}</ul><table><tr><th>song</th>{head}</tr>{rows}</table>"
        f'<p><img alt="Loudness and spectrum of every song" src="data:image/png;base64,{image}"></p></html>\n'
    )
