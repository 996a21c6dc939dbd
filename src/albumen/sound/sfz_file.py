"""SFZ instruments on disk: a text that names samples. Here it is read into one whole text, and what it depends on is found.

sfizz, which plays it (`sfz.py`), leaves out in silence what it cannot find, and streams long samples from the disk so that
what sounds depends on how busy the machine is. So every file is looked for here, and all samples are asked into memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from albumen.work.errors import Wrong

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DIRECTIVE = re.compile(r'#include\s*"([^"]+)"|#define\s+\$(\w+)\s+(\S+)')
# A value ends where the next opcode or header begins: names of samples may hold spaces.
_OPCODE = re.compile(r"(?<![\w$])(sample|default_path|hint_ram_based)=(.*?)(?=\s+[\w$]+=|\s*<|\s*$)", re.MULTILINE)
_IN_MEMORY = "<control> hint_ram_based=1\n"


class SfzInstrument(NamedTuple):
    """An SFZ file as one text, includes in place and samples at full paths; and all `files` that it is made of."""

    text: str
    files: tuple[Path, ...]


def read_sfz(path: Path) -> SfzInstrument:
    """The instrument; raises `Wrong` where a file that it needs is not there or is no text."""
    texts: set[Path] = set()
    samples: set[Path] = set()
    folder = ""

    def at_full_path(found: re.Match[str]) -> str:
        nonlocal folder
        name, value = found.groups()
        if name != "sample":
            folder = value if name == "default_path" else folder
            return ""
        if value.startswith("*"):  # *sine and its like are made by the player itself
            return found[0]
        sample = _found(path.parent, folder + value, path)
        samples.add(sample)
        return f"sample={sample.resolve()}"

    whole = _whole(path, (), texts, {})
    text = _OPCODE.sub(at_full_path, whole)
    if "sample=" not in text:
        raise Wrong("this SFZ file names no samples", where=path, next_step="choose another file")
    return SfzInstrument(_IN_MEMORY + text, (*sorted(texts), *sorted(samples)))


def _whole(path: Path, above: tuple[Path, ...], texts: set[Path], words: dict[str, str]) -> str:
    """The text of a file with its includes in place and its defined words filled in. `above` are the files that include it."""
    if path in above:
        raise Wrong("this SFZ file includes itself", where=path, next_step="correct its #include lines")
    texts.add(path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong("an SFZ file is a text in UTF-8", where=path, next_step="choose another file") from error
    return "".join(_pieces(_COMMENT.sub("", text), (*above, path), texts, words))


def _pieces(text: str, above: tuple[Path, ...], texts: set[Path], words: dict[str, str]) -> Iterator[str]:
    at, root = 0, above[0]
    for found in _DIRECTIVE.finditer(text):
        yield _filled(text[at : found.start()], words)
        at = found.end()
        if found[1]:
            yield _whole(_found(root.parent, _filled(found[1], words), root), above, texts, words)
        else:
            words[found[2]] = found[3]
    yield _filled(text[at:], words)


def _filled(text: str, words: dict[str, str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(f"${word}", words[word])
    return text


def _found(folder: Path, name: str, sfz: Path) -> Path:
    path = folder / name.strip().replace("\\", "/")
    if not path.is_file():
        raise Wrong(f"this SFZ file needs {name.strip()}, which is not there", where=sfz, next_step="put it there")
    return path
