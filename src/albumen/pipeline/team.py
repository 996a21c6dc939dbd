"""The team that writes the notes: which back-ends play which role, and with which weights.

`albumen` is the house's own team, rules and the trained model together; any other name is a plug-in that writes alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from albumen.compose.takes import Critic
from albumen.score.writing import CellWriter
from albumen.work.digest import digest_file
from albumen.work.plugins import load, names

HOUSE = "albumen"
MODEL = "model"
_HOUSE_WRITERS = ("rules", MODEL)
_INDEX = Path(__file__).parents[1] / "weights" / "originality" / "index.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Writers by role (`rules` always, `model` where there is one), and the critics who choose among their takes."""

    writers: Mapping[str, CellWriter]
    critics: Sequence[Critic]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSheet:
    """What a team is made of, as far as it shapes the music: versions of its members, digests of their weights."""

    composer: str
    members: Mapping[str, str]
    models: Mapping[str, str]


def team_sheet(composer: str) -> TeamSheet:
    """The members of a team, without loading any weights; raises `Wrong` where there is no such composer."""
    classes = {name: load("composers", name) for name in _member_names(composer)}
    critics = {name: load("critics", name) for name in _critic_names(composer)}
    members = {f"composer {name}": str(cls.version) for name, cls in classes.items()}
    members |= {f"critic {name}": str(getattr(cls, "version", "1")) for name, cls in critics.items()}
    models = {name: digest for name, cls in classes.items() if (digest := _weights_digest(cls))}
    if critics and _INDEX.is_file():
        models["originality index"] = digest_file(_INDEX)
    return TeamSheet(composer=composer, members=members, models=models)


def team_called(composer: str) -> Team:
    """The team itself, ready to write."""
    writers = {_role(composer, name): load("composers", name)() for name in _member_names(composer)}
    return Team(writers=writers, critics=[load("critics", name)() for name in _critic_names(composer)])


def has_model() -> bool:
    """Whether a trained music model is shipped with this installation."""
    return bool(_weights_digest(load("composers", MODEL)))


def _member_names(composer: str) -> list[str]:
    if composer != HOUSE:
        return [composer]
    return [name for name in _HOUSE_WRITERS if name != MODEL or has_model()]


def _critic_names(composer: str) -> list[str]:
    return names("critics") if composer == HOUSE else []


def _role(composer: str, name: str) -> str:
    # A plug-in that writes alone writes all that the rules would.
    return name if composer == HOUSE else "rules"


def _weights_digest(writer: type) -> str:
    find = getattr(writer, "weights_digest", None)
    return str(find()) if callable(find) else ""
