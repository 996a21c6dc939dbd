"""Where a picture came from, as far as that is on record: the portrait net, a cover of an album, or nothing that we know."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albumen.album.album import Album
from albumen.album.folder import AlbumFolder
from albumen.pipeline.ingredients import painting_net
from albumen.pipeline.pictures import pictures_of
from albumen.pipeline.portraying import facts_of, is_as_painted
from albumen.pipeline.provenance import album_makers
from albumen.press.release_folder import SUMS
from albumen.work.digest import digest_file
from albumen.work.seed import Seed

_WEIGHTS = Path(__file__).parents[1] / "weights"
_PICTURES = ("cover.", "covers/", "promo/")  # of a release
_DEEPEST = 3  # folders between an album and a picture of its release


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a certificate may say of a picture. What is not known is empty; `model` always says something."""

    model: str = "not stated: nothing on record says how this picture was made"
    data: str = ""
    objective: str = ""
    seed: str = ""
    colours: str = ""
    """Colours in a portrait that a person named, with the parent where one is inherited."""
    is_portrait: bool = False


def origin_of(picture: Path) -> Origin:
    """Where a picture file came from. Nothing is guessed: a file that differs from what was painted is not taken for it."""
    facts = facts_of(picture)
    if facts is None:
        return _of_album(picture)
    changed = "" if is_as_painted(picture, facts) else "; the picture was changed since"
    return Origin(
        model=f"Albumen's portrait net ({facts['net']}){changed}",
        data=_learned_from("portraits", facts),
        objective=str(facts["objective"]),
        seed=str(facts["seed"]),
        colours=", ".join(map(str, facts.get("painted_colours", ()))),
        is_portrait=True,
    )


def _learned_from(net: str, facts: dict[str, Any]) -> str:
    """The pictures that taught a net, as the credits name them; of a net that is not installed only the rule is on record."""
    path = _WEIGHTS / net / "card.toml"
    card = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if card and facts["net"] == f"{card['size']}, {card['side']} px, {card['images_seen']} pictures seen":
        return str(card["sources"])
    return f"paintings {facts['data']}"


def _of_album(picture: Path) -> Origin:
    homes = [home for home in picture.absolute().parents[:_DEEPEST] if (home / "album.toml").is_file()]
    if not homes:
        return Origin()
    folder = AlbumFolder(homes[0])
    album = folder.read()
    makers = [credit for credit in album_makers(folder, album) if credit.role == "pictures"]
    if not makers or digest_file(picture) not in _painted(folder, album):
        return Origin()
    seed = str(Seed(album.seed).child("pictures", album.title))
    said = "; ".join(word for word in (makers[0].name, makers[0].note) if word)
    net = painting_net(folder)
    if not net:
        return Origin(model=said, seed=seed)
    card = tomllib.loads((_WEIGHTS / net / "card.toml").read_text(encoding="utf-8"))
    named = f"{card['name']}, {card['side']} px, {card['images_seen']} pictures seen"
    return Origin(model=f"{said} ({named})", data=card["sources"], objective=card["objective"], seed=seed)


def _painted(folder: AlbumFolder, album: Album) -> set[str]:
    """Digests of the album's pictures: as they stand, or, where the cache was deleted, as the release that was built has them."""
    pictures = pictures_of(folder, album)
    if pictures is not None:
        of_cover = (pictures.cover.outputs[name] for name in pictures.cover.outputs if not name.endswith(".json"))
        return {*of_cover, *pictures.songs.values(), *pictures.plates.values(), *pictures.promo.values()}
    sums, made = folder.release / SUMS, folder.made().get("release")
    if made is None or not sums.is_file() or made.digests.get(SUMS) != digest_file(sums):
        return set()
    lines = (line.partition("  ") for line in sums.read_text(encoding="utf-8").splitlines())
    return {digest for digest, _, name in lines if name.startswith(_PICTURES)}
