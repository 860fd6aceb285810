"""Pictures: what may be shown of a product, and which drawings (SVG) are harmless."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from idl import catalog, common

_CONTENT: Any = catalog.CatalogService.add_image_args  # type: ignore[attr-defined]
MAX_BYTES = int(_CONTENT.__thrift_field_annotations__["content"]["max_bytes"])
MAX_PIXELS = 40_000_000
# How wide renditions are at most; the first is the thumbnail.
WIDTHS = (320, 640, 1280)
THUMBNAIL_WIDTH = WIDTHS[0]
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_FORBIDDEN = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "audio", "video"}
)
# What fetches, or could be made to: a reference elsewhere, or an escape that could spell one.
_HIDING = re.compile(r"url\s*\((?!\s*['\"]?\s*#)|@import|image-set|expression\s*\(|javascript:|\\", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")


def checked_size(content: bytes) -> bytes:
    """The bytes themselves. Raises common.InvalidInput for none, or more than 5 MiB."""
    if not 1 <= len(content) <= MAX_BYTES:
        raise _refusal(f"A picture has up to {MAX_BYTES // 1024 // 1024} MiB; this has {len(content):,} bytes.")
    return content


def looks_like_svg(content: bytes) -> bool:
    """Whether bytes are meant as a drawing: they begin as XML does."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


@dataclass(slots=True)
class _Drawing:
    """What has been read of a drawing: its root, and the text in it where a style sheet could be made of it."""

    root: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    styled: bool = False
    text: list[str] = field(default_factory=list)


def svg_size(content: bytes) -> tuple[int, int]:
    """Width and height of a drawing in pixels. Raises common.InvalidInput for one that could do anything but be looked at."""
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: _check_element(drawing, name, attributes)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.CharacterDataHandler = drawing.text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refusal(f"The drawing is no well-formed SVG: {error}.") from error
    if drawing.root != f"{_SVG_NAMESPACE} svg":
        raise _refusal(f'The drawing must be an <svg xmlns="{_SVG_NAMESPACE}">.')
    # Comments may cut a style sheet into pieces, so that it is the whole text that must be harmless.
    if drawing.styled and _HIDING.search("".join(drawing.text)):
        raise _refusal("The drawing's style sheet may not fetch anything, nor hide anything behind a backslash.")
    return _size(drawing.attributes)


def _check_element(drawing: _Drawing, name: str, attributes: dict[str, str]) -> None:
    if not drawing.root:
        drawing.root, drawing.attributes = name, attributes
    local = name.rpartition(" ")[2].lower()
    if local in _FORBIDDEN:
        raise _refusal(f"A drawing may not hold <{local}>.")
    drawing.styled = drawing.styled or local == "style"
    for key, value in attributes.items():
        _check_attribute(local, key.rpartition(" ")[2].lower(), value)


def _check_attribute(element: str, name: str, value: str) -> None:
    if name.startswith("on"):
        raise _refusal(f"A drawing may not react to events: <{element} {name}>.")
    if name == "base" or (name in ("href", "src") and not value.strip().startswith("#")):
        raise _refusal(f"A drawing may refer to its own parts alone (#id): <{element} {name}={value[:40]!r}>.")
    # An animation could set an href after all; only its target matters, not its kind.
    if name == "attributename" and value.strip().lower().rpartition(":")[2] in ("href", "src"):
        raise _refusal(f"A drawing may not animate its references: <{element}>.")
    if _HIDING.search(value):
        raise _refusal(f"A drawing may not fetch anything: <{element} {name}={value[:40]!r}>.")


def _refuse_doctype(*_: Any) -> None:
    raise _refusal("A drawing may not declare a document type; leave <!DOCTYPE ...> out.")


def _refuse_instruction(target: str, _: str) -> None:
    raise _refusal(f"A drawing may not hold processing instructions: <?{target[:20]} ...?>.")


def _size(attributes: dict[str, str]) -> tuple[int, int]:
    sides = [_LENGTH.fullmatch(attributes.get(side, "")) for side in ("width", "height")]
    if all(sides):
        return _whole(float(sides[0][1])), _whole(float(sides[1][1]))  # type: ignore[index]
    box = attributes.get("viewBox", "").replace(",", " ").split()
    try:
        return _whole(float(box[2])), _whole(float(box[3]))
    except (IndexError, ValueError, OverflowError) as error:
        raise _refusal("The drawing needs width and height in pixels, or a viewBox.") from error


def _whole(length: float) -> int:
    if not 1 <= round(length) <= 20_000:
        raise _refusal("The drawing's sides are 1 to 20,000 pixels.")
    return round(length)


def _refusal(message: str) -> common.InvalidInput:
    return common.InvalidInput(message=message, field="content")
