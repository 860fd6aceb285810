"""Validation of pictures: their size, and SVG files without active content."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from idl import catalog, common

_CONTENT: Any = catalog.CatalogService.add_image_args  # type: ignore[attr-defined]
MAX_BYTES = int(_CONTENT.__thrift_field_annotations__["content"]["max_bytes"])
MAX_PIXELS = 40_000_000
# The maximum widths of the renditions; the first is the thumbnail.
WIDTHS = (320, 640, 1280)
THUMBNAIL_WIDTH = WIDTHS[0]
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_FORBIDDEN = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "audio", "video"}
)
# Anything that loads other resources, and escapes that could conceal it.
_EXTERNAL = re.compile(r"url\s*\((?!\s*['\"]?\s*#)|@import|image-set|expression\s*\(|javascript:|\\", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")


def check_size(content: bytes) -> bytes:
    """The content itself. Raises common.InvalidInput if it is empty or larger than MAX_BYTES."""
    if not 1 <= len(content) <= MAX_BYTES:
        raise _refusal(f"A picture has up to {MAX_BYTES // 1024 // 1024} MiB; this has {len(content):,} bytes.")
    return content


def looks_like_svg(content: bytes) -> bool:
    """Whether a file may be SVG, because it begins like XML."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


@dataclass(slots=True)
class _Drawing:
    """A parsed SVG: its root with its attributes, whether it has a style sheet, and all text."""

    root: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    has_styles: bool = False
    text: list[str] = field(default_factory=list)


def svg_size(content: bytes) -> tuple[int, int]:
    """Width and height of an SVG in pixels. Raises common.InvalidInput if it has active or external content."""
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: _check_element(drawing, name, attributes)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.CharacterDataHandler = drawing.text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refusal(f"The drawing is not a well-formed SVG: {error}.") from error
    if drawing.root != f"{_SVG_NAMESPACE} svg":
        raise _refusal(f'The drawing must be an <svg xmlns="{_SVG_NAMESPACE}">.')
    # Comments may split a style sheet into pieces, so the whole text is checked.
    if drawing.has_styles and _EXTERNAL.search("".join(drawing.text)):
        raise _refusal("The drawing's style sheet may not load anything or contain a backslash.")
    return _size(drawing.attributes)


def _check_element(drawing: _Drawing, name: str, attributes: dict[str, str]) -> None:
    if not drawing.root:
        drawing.root, drawing.attributes = name, attributes
    local = name.rpartition(" ")[2].lower()
    if local in _FORBIDDEN:
        raise _refusal(f"A drawing may not contain <{local}>.")
    drawing.has_styles = drawing.has_styles or local == "style"
    for key, value in attributes.items():
        _check_attribute(local, key.rpartition(" ")[2].lower(), value)


def _check_attribute(element: str, name: str, value: str) -> None:
    if name.startswith("on"):
        raise _refusal(f"A drawing may not handle events: <{element} {name}>.")
    if name == "base" or (name in ("href", "src") and not value.strip().startswith("#")):
        raise _refusal(f"A drawing may refer only to its own elements (#id): <{element} {name}={value[:40]!r}>.")
    # An animation of any kind could set a reference.
    if name == "attributename" and value.strip().lower().rpartition(":")[2] in ("href", "src"):
        raise _refusal(f"A drawing may not animate its references: <{element}>.")
    if _EXTERNAL.search(value):
        raise _refusal(f"A drawing may not load anything: <{element} {name}={value[:40]!r}>.")


def _refuse_doctype(*_: Any) -> None:
    raise _refusal("A drawing may not declare a document type; remove <!DOCTYPE ...>.")


def _refuse_instruction(target: str, _: str) -> None:
    raise _refusal(f"A drawing may not contain processing instructions: <?{target[:20]} ...?>.")


def _size(attributes: dict[str, str]) -> tuple[int, int]:
    sides = [_LENGTH.fullmatch(attributes.get(side, "")) for side in ("width", "height")]
    if all(sides):
        return _pixels(float(sides[0][1])), _pixels(float(sides[1][1]))  # type: ignore[index]
    box = attributes.get("viewBox", "").replace(",", " ").split()
    try:
        return _pixels(float(box[2])), _pixels(float(box[3]))
    except (IndexError, ValueError, OverflowError) as error:
        raise _refusal("The drawing needs width and height in pixels, or a viewBox.") from error


def _pixels(length: float) -> int:
    if not 1 <= round(length) <= 20_000:
        raise _refusal("The drawing's sides are 1 to 20,000 pixels.")
    return round(length)


def _refusal(message: str) -> common.InvalidInput:
    return common.InvalidInput(message=message, field="content")
