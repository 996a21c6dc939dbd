"""Poetic forms as small files that people can read, and what they ask of each line.

A form file gives `name`, `stanzas` (one string of line names each), `metre` (one for every line, or a list gone round within
each stanza) and may give `repeat` (how often the stanzas come, each time with new rhymes), `radif`, `acrostic`, `lines`.
Line names: `a` rhymes with every other `a`; `.` rhymes with nothing; `A1` is a refrain, the same text each time, and rhymes
with `a`; `a+` ends in the poem's radif, with its rhyme before it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from albumen.verse.metre import Measure, measure_of
from albumen.work.errors import Wrong

LINE_NAME = re.compile(r"^(?:\.|[a-z]\+?|[A-Z][0-9])$")
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One line of a form: its `measure`, the `rhyme` group (empty for none), the `refrain` name (empty for none), `radif`."""

    measure: Measure
    rhyme: str
    refrain: str
    radif: bool
    stanza: int
    closes_stanza: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its file's name as `id`, its `name`, and one slot a line."""

    id: str
    name: str
    slots: tuple[Slot, ...]
    acrostic: bool = False
    about: str = ""

    def group_sizes(self) -> Counter[str]:
        """How many different lines each rhyme group has; a refrain counts once."""
        lines = {(slot.rhyme, slot.refrain or str(place)) for place, slot in enumerate(self.slots) if slot.rhyme}
        return Counter(rhyme for rhyme, _ in lines)


def form_ids() -> tuple[str, ...]:
    """The forms that ship with Albumen, by id, in alphabetical order."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def load_form(form: str, *, repeat: int | None = None) -> Form:
    """A form by its id, or by its name as people write it (`Shakespearean sonnet`); `repeat`: how often its stanzas come.

    Raises `Wrong` for a name that no form has or that several have, with those that come near.
    """
    found = form_named(form)
    return parse_form(found, _table_of(found), repeat=repeat)


def form_named(name: str) -> str:
    """The id of the form that a name means, in whatever case and order its words come. Raises `Wrong` as `load_form` does.

    >>> form_named("Shakespearean Sonnet"), form_named("terza_rima"), form_named("abab quatrain"), form_named("petrarchan")
    ('sonnet-shakespearean', 'terza-rima', 'quatrains-abab', 'sonnet-petrarchan')
    """
    ids = form_ids()
    if name in ids:
        return name
    wanted = _words(name)
    known = [(form, names) for form in ids for names in (_words(form), _words(str(_table_of(form).get("name", ""))))]
    whole = sorted({form for form, names in known if names == wanted})
    found = whole or sorted({form for form, names in known if wanted and wanted <= names})
    if len(found) == 1:
        return found[0]
    if found:
        raise Wrong(f"there are several forms called {name!r}", next_step=f"choose {' or '.join(found)}")
    near = difflib.get_close_matches("-".join(re.findall(r"[a-z]+", name.lower())), ids, n=3, cutoff=0.6)
    near = near or sorted({form for form, names in known if wanted & names})
    raise Wrong(
        f"there is no form called {name!r}",
        next_step=f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(ids)}",
    )


def _words(name: str) -> frozenset[str]:
    """The words of a form's name, without the s of a plural."""
    return frozenset(word.removesuffix("s") for word in re.findall(r"[a-z]+", name.lower()))


def _table_of(form: str) -> Mapping[str, object]:
    return tomllib.loads(_folder().joinpath(f"{form}.toml").read_text(encoding="utf-8"))


def read_form(path: Path) -> Form:
    """A form from a user's own file. Raises `Wrong` where it cannot be read."""
    try:
        return parse_form(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Wrong(
            f"this form cannot be read ({error})", where=path, next_step="compare it with the forms that ship"
        ) from error


def parse_form(form: str, table: Mapping[str, object], *, repeat: int | None = None) -> Form:
    """The form in a table. Raises `Wrong` with the key that is amiss."""
    stanzas, metres = table.get("stanzas"), table.get("metre")
    if isinstance(metres, str):
        metres = [metres]
    if (
        not isinstance(stanzas, list)
        or not stanzas
        or not all(isinstance(stanza, str) and stanza.split() for stanza in stanzas)
    ):
        raise Wrong(
            "'stanzas' must be a list of strings of line names", where=form, next_step='write it like ["a b a b"]'
        )
    if not isinstance(metres, list) or not metres:
        raise Wrong("'metre' must be a metre or a list of metres", where=form, next_step="write it like 'iambic 4'")
    measures = [measure_of(str(metre)) for metre in metres]
    times = repeat if repeat is not None and "repeat" in table else int(str(table.get("repeat", 1)))
    if not 1 <= times <= 30:
        raise Wrong("'repeat' must be between 1 and 30", where=form)
    slots: list[Slot] = []
    for round_number in range(times):
        for place, stanza in enumerate(stanzas):
            slots.extend(_stanza(form, stanza.split(), measures, round_number, round_number * len(stanzas) + place))
    if len(slots) > LONGEST:
        raise Wrong(f"a poem may have up to {LONGEST} lines, this form has {len(slots)}", where=form)
    return Form(
        id=form, name=str(table.get("name", form)), slots=tuple(slots), acrostic=bool(table.get("acrostic", False)),
        about=str(table.get("about", "")),
    )  # fmt: skip


def _stanza(form: str, names: list[str], measures: list[Measure], round_number: int, stanza: int) -> list[Slot]:
    slots = []
    for place, name in enumerate(names):
        if not LINE_NAME.match(name):
            raise Wrong(f"{name!r} is no line name", where=form, next_step="use a letter, a letter with +, A1 or .")
        letter = name[0].lower()
        fresh = f"{letter}{round_number}" if round_number else letter
        slots.append(
            Slot(
                measure=measures[place % len(measures)],
                rhyme="" if name == "." else fresh,
                refrain=f"{name}{round_number or ''}" if name[0].isupper() else "",
                radif=name.endswith("+"),
                stanza=stanza,
                closes_stanza=place == len(names) - 1,
            )
        )
    return slots


def _folder() -> Traversable:
    return resources.files("albumen.verse").joinpath("forms_files")
