"""One page about a corpus: what is in it, whose it is, what was left out and why; the same numbers as JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from albumen.corpus.report_facts import corpus_facts
from albumen.work.files import write_text

_STYLE = """
:root { --ink: #26333b; --quiet: #5d6f79; --line: #d7dfe4; --paper: #fbfcfc; --accent: #2f6f8f; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 Inter, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 30px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 44px 0 6px; }
p { margin: 4px 0 14px; color: var(--quiet); max-width: 72ch; }
.totals { display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 22px 0 8px; }
.totals div { min-width: 96px; }
.totals b { display: block; font-size: 25px; font-weight: 600; color: var(--accent); }
.totals span { color: var(--quiet); font-size: 13px; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 8px 36px; align-items: start; }
figure { margin: 0; overflow-x: auto; }
figure svg { width: 100%; height: auto; max-width: 860px; }
figcaption { color: var(--quiet); font-size: 13px; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 11.5px; }
"""
_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title><style>$style</style></head><body><main>
<h1>$title</h1><p>$lead</p>
<div class="totals">$totals</div>
$body
</main></body></html>
""")


def corpus_report(corpus: Path, out_html: Path) -> dict[str, Any]:
    """Write the report of the corpus folder to `out_html` and the same numbers beside it as `.json`; answers the numbers.

    Raises `Wrong` where the folder holds no corpus.
    """
    facts = corpus_facts(Path(corpus))
    write_text(Path(out_html), report_page(facts, Path(corpus).resolve().name))
    write_text(Path(out_html).with_suffix(".json"), json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    return facts


def report_page(facts: Mapping[str, Any], name: str) -> str:
    """The whole page, with everything it needs inside."""
    from albumen.corpus.report_plots import plots

    pictures = plots(facts)
    totals = facts["totals"]
    sections = [
        _section("Genres", _genre_words(totals), _figure(pictures["genres"])),
        _section(
            "Keys",
            "Tonic and mode of each song, as stated where the source is reliable, else as found. Drum music has none.",
            _figure(pictures["keys"], "in the order of fifths"),
        ),
        _section(
            "Tempo, meter and length",
            "The tempo is the mean over the whole song. What lies outside the scale is in the outermost column.",
            _pair(_figure(pictures["tempi"]), _figure(pictures["meters"], "the meter in which a song begins")),
            _pair(_figure(pictures["bars"]), _figure(pictures["minutes"])),
        ),
        _section(
            "Form",
            "Sections are found by likeness of bars, also transposed.",
            _pair(
                _figure(pictures["sections"], "length of sections"),
                _figure(pictures["parts"], "parts in a song, 16 or more together"),
            ),
        ),
        _section("Instruments", "Songs in which an instrument plays.", _figure(pictures["instruments"])),
        _section("Roles", "Songs in which some part has the role.", _figure(pictures["roles"])),
        _section(
            "Bars of single parts",
            f"How dense, how full and how high the parts are, bar by bar, in {facts['cells']['songs']:,} songs of all kinds.",
            _figure(pictures["cells"]),
        ),
        _section(
            "Rights",
            "Hours of music by licence. The ledger below names every collection; its digest changes when any song does.",
            _figure(pictures["rights"]),
            _table(facts["ledger"]),
        ),
        _section("Duplicates", _duplicate_words(facts), _figure(pictures["duplicates"])),
        _section(
            "Skipped",
            f"{totals['skipped']:,} files; each with its reason in skipped.csv.",
            _figure(pictures["skipped"]),
        ),
    ]
    return _PAGE.substitute(
        title=html.escape(f"The corpus “{name}”"), style=_STYLE,
        lead="What there is to learn from, whose it is, and what was left out.", totals=_totals(totals), body="\n".join(sections),
    )  # fmt: skip


def _totals(totals: Mapping[str, Any]) -> str:
    shown = (
        ("songs", totals["pieces"]), ("hours", totals["hours"]), ("notes", totals["notes"]), ("bars", totals["bars"]),
        ("tune families", totals["families"]), ("for training", totals["train"]), ("for validation", totals["valid"]),
        ("duplicates left out", totals["duplicates"]), ("skipped", totals["skipped"]),
    )  # fmt: skip
    return "".join(f"<div><b>{value:,}</b><span>{name}</span></div>" for name, value in shown)


def _genre_words(totals: Mapping[str, Any]) -> str:
    if not totals["machine_arranged_pieces"]:
        return "Hours of music in each genre."
    songs, hours = totals["machine_arranged_pieces"], totals["machine_arranged_hours"]
    return (
        f"{songs:,} songs ({hours:,} hours) have an accompaniment that a program made from a tune or a chord progression: "
        "they weigh less in training and are marked."
    )


def _duplicate_words(facts: Mapping[str, Any]) -> str:
    reasons = facts["duplicates"]["by_reason"]
    return (
        f"{reasons.get('duplicate', 0):,} songs were left out as the same arrangement as another one, "
        f"{reasons.get('in validation', 0):,} training songs because the same tune or arrangement stands in validation."
    )


def _section(title: str, words: str, *parts: str) -> str:
    return f"<section><h2>{html.escape(title)}</h2><p>{html.escape(words)}</p>{''.join(parts)}</section>"


def _figure(picture: str, caption: str = "") -> str:
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{picture}{below}</figure>"


def _pair(*figures: str) -> str:
    return f'<div class="two">{"".join(figures)}</div>'


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return ""
    numbers = {"pieces", "train", "valid", "notes", "hours"}
    head = "".join(f"<th{_number(name, numbers)}>{html.escape(name)}</th>" for name in rows[0])
    lines = []
    for row in rows:
        cells = []
        for name, value in row.items():
            text = (
                f"<code>{html.escape(value[:12])}</code>"
                if name == "digest"
                else html.escape(_grouped(value, name in numbers))
            )
            cells.append(f"<td{_number(name, numbers)}>{text}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _number(name: str, numbers: set[str]) -> str:
    return ' class="number"' if name in numbers else ""


def _grouped(value: str, is_number: bool) -> str:
    return f"{int(value):,}" if is_number and value.isdigit() else value
