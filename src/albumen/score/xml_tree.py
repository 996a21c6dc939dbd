"""XML from strangers: a tree of elements, without entities (which can blow up or read other files)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from albumen.work.errors import Wrong

MAX_DEPTH = 200


def parse_xml(data: bytes, name: str) -> Element:
    """The root element. Raises `Wrong` for damaged XML, for entity declarations and for absurd nesting."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Wrong(f"line {parser.CurrentLineNumber}: elements are nested too deeply", where=name)
        builder.start(tag.rpartition(":")[2], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise Wrong("the XML declares entities, which no score needs", where=name, next_step="export it again")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        place = f"line {error.lineno}: {expat.errors.messages[error.code]}"
        raise Wrong(f"the XML is damaged ({place})", where=name, next_step="export it again") from error
    except (ValueError, LookupError) as error:  # an encoding that the parser does not know
        raise Wrong(f"the XML cannot be decoded ({error})", where=name, next_step="export it as UTF-8") from error
    return builder.close()


def text_of(element: Element, path: str, default: str = "") -> str:
    """The stripped text of the element at `path` below."""
    found = element.find(path)
    return (found.text or "").strip() if found is not None else default


def number_of(element: Element, path: str) -> float | None:
    """The number in the element at `path` below; None where there is none."""
    return as_number(text_of(element, path))


def as_number(text: str | None) -> float | None:
    """A finite number of at most a billion, else None."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) <= 1e9 else None
