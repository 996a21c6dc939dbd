"""`play.toml`: how a song is played, every number on one page. What a person changed stays; the rest follows the players."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import MappingProxyType

import tomlkit

from albumen.album.toml_file import checked, read_toml
from albumen.sound.auto_page import NUMBER, auto_table, is_changed, new_page, settle_page, with_changes
from albumen.sound.colours import Colours
from albumen.sound.feel import Feel, Together
from albumen.sound.playing import Playing
from albumen.work.errors import Wrong

_HEAD = (
    "How this song is played; the score stays as written. Change any number: what differs from its `auto` is yours and is kept.\n"
    "Take a line away to have it set anew. 0 switches a thing off; `exact = true` at a part plays just what is written.\n"
    "Another seed is another performance. What the numbers mean: docs/how-to/play.md."
)
_FLAGS = ("pedal", "tape", "exact")


def _types(kind: type) -> MappingProxyType[str, object]:
    names = [field.name for field in dataclasses.fields(kind)]
    return MappingProxyType({name: bool if name in _FLAGS else NUMBER for name in names})


_FEEL_TYPES, _TOGETHER_TYPES, _COLOUR_TYPES = _types(Feel), _types(Together), _types(Colours)


def settle_playing(path: Path, auto: Playing) -> Playing:
    """How to play: as usual with a person's numbers from `path`; the page is written anew with both.

    Raises `Wrong` with the place where the page cannot be understood.
    """
    playing = merged_playing(path, auto) if path.exists() else auto
    settle_page(path, _document(playing, auto))
    return playing


def merged_playing(path: Path, auto: Playing) -> Playing:
    """The usual play with everything that a person changed on the page."""
    page = read_toml(path)
    checked(page, {"format": int, "seed": int, "together": dict, "colours": dict, "parts": dict}, str(path))
    parts = page.get("parts", {})
    feels = {
        part_id: with_changes(parts[part_id], feel, _FEEL_TYPES, f"{path}: parts.{part_id}")
        if part_id in parts
        else feel
        for part_id, feel in auto.feels.items()
    }
    together = auto.together
    if together is not None:
        together = with_changes(page.get("together", {}), together, _TOGETHER_TYPES, f"{path}: together")
    seed = auto.seed
    if "seed" in page and is_changed(page.item("seed")):
        seed = int(page["seed"])
        if not 0 <= seed < 2**63:
            raise Wrong(f"a seed is a whole number from 0, got {seed}", where=path)
    colours = with_changes(page.get("colours", {}), auto.colours, _COLOUR_TYPES, f"{path}: colours")
    return Playing(feels=feels, together=together, colours=colours, seed=seed)


def _document(playing: Playing, auto: Playing) -> tomlkit.TOMLDocument:
    document = new_page(_HEAD)
    seed = tomlkit.item(playing.seed)
    seed.comment(f"auto {auto.seed}")
    document.add("seed", seed)
    if playing.together is not None:
        document.add("together", auto_table(playing.together, auto.together))
    document.add("colours", auto_table(playing.colours, auto.colours))
    parts = tomlkit.table(is_super_table=True)
    for part_id, feel in sorted(playing.feels.items()):
        parts.add(part_id, auto_table(feel, auto.feels[part_id]))
    document.add("parts", parts)
    return document
