"""The pictures of the demo's products: SVG templates in `content/pictures`, coloured for each product.

A template is a complete picture in blue. Its colours are custom properties (`var(--main)`), which `draw` replaces by
those of the product; areas of cloth are filled with `url(#weave)`, a pattern from `content/patterns` or nothing.
`teapot-2.svg` is a variant of `teapot.svg`; `plate-white.svg` and `plate-plain.svg` are for one colour or pattern alone.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

CONTENT = Path(__file__).parent / "content"
COLOURS = {
    "black": "#3b3a3f", "white": "#faf7f0", "cream": "#efe3c4", "grey": "#8d9296", "brown": "#8a5a3b",
    "tan": "#c79a66", "red": "#c8473f", "burgundy": "#813343", "pink": "#dd9aa2", "orange": "#da7b3c",
    "mustard": "#cf9f33", "yellow": "#ecc64c", "green": "#5d8a66", "olive": "#7b7b46", "teal": "#3c8587",
    "blue": "#5484b4", "navy": "#33476b", "purple": "#86679f", "silver": "#b4bbc1", "gold": "#c8a14a",
    "copper": "#be7450", "clear": "#cfe0e3", "multi": "#c8473f",
}  # fmt: skip
ACCENTS = {
    "black": "cream", "white": "blue", "cream": "red", "grey": "mustard", "brown": "cream", "tan": "brown",
    "red": "cream", "burgundy": "gold", "pink": "burgundy", "orange": "navy", "mustard": "brown",
    "yellow": "teal", "green": "cream", "olive": "cream", "teal": "yellow", "blue": "cream", "navy": "cream",
    "purple": "yellow", "silver": "navy", "gold": "brown", "copper": "cream", "clear": "teal", "multi": "cream",
}  # fmt: skip
SHADE, LIGHT = "#2b2036", "#fffaf0"
# The background of each root category, and the lighter circle in front of it.
GROUNDS = {
    "clothing": ("#e6ddd2", "#f1eae1"),
    "home": ("#dbe2da", "#e9eee7"),
    "furniture": ("#e3ddd0", "#efebe1"),
    "books": ("#dfe0e6", "#ecedf1"),
    "music": ("#e5dbdf", "#f1e9ec"),
    "toys-and-games": ("#dde4e8", "#eaf0f2"),
    "electricals": ("#dfe1db", "#ecede8"),
    "garden-and-shed": ("#dce3d2", "#eaefe2"),
    "out-and-about": ("#d8e2e4", "#e7eef0"),
}
PLAIN_GROUND = ("#e2e0db", "#efeeea")
STYLE = re.compile(r' style="[^"]*"', re.ASCII)
PROPERTY = re.compile(r"var\(--([a-z-]+)\)")
TONES = 11


def draw(motif: str, colour: str, *, pattern: str = "plain", seed: int = 0, ground: str = "") -> bytes:
    """The SVG (800 by 800) of a motif. `seed` chooses the variant and a tone of the colour.

    Raises KeyError for an unknown motif, colour or pattern.
    """
    template = _template(motif, colour, pattern, seed)
    wall, circle = GROUNDS.get(ground, PLAIN_GROUND)
    palette = {"wall": wall, "round": circle, **_palette(colour, seed)}
    if pattern == "plain":
        template = template.replace("url(#weave)", "none")
    else:
        template = template.replace("<defs>", f"<defs>\n{_patterns()[pattern]}", 1)
    return PROPERTY.sub(lambda match: palette[match[1]], template).encode()


def motifs() -> frozenset[str]:
    """The names of all motifs."""
    return frozenset(name.partition("-")[0] for name in _templates())


def _template(motif: str, colour: str, pattern: str, seed: int) -> str:
    """A variant of the template for the colour or the pattern, if there is one, or else of the motif's template."""
    templates = _templates()
    variants = templates.get(f"{motif}-{colour}") or templates.get(f"{motif}-{pattern}") or templates[motif]
    return variants[seed % len(variants)]


@functools.cache
def _templates() -> Mapping[str, list[str]]:
    """The variants of each template, by name without number."""
    templates: dict[str, list[str]] = {}
    for path in sorted(CONTENT.glob("pictures/*.svg")):
        name = re.sub(r"-\d+$", "", path.stem)
        text = STYLE.sub(' width="800" height="800"', path.read_text(), count=1)
        templates.setdefault(name, []).append(text)
    return templates


@functools.cache
def _patterns() -> Mapping[str, str]:
    return {path.stem: path.read_text() for path in CONTENT.glob("patterns/*.svg")}


def _palette(colour: str, seed: int) -> dict[str, str]:
    """The colours of a product. Products with the same motif and colour differ in tone."""
    tone = (seed // 41 + TONES // 2) % TONES - TONES // 2
    main = _mix(COLOURS[colour], LIGHT if tone > 0 else SHADE, abs(tone) * 0.012)
    accent = COLOURS[ACCENTS[colour]]
    return {
        "main": main,
        "dark": _mix(main, SHADE, 0.22),
        "darker": _mix(main, SHADE, 0.39),
        "deep": _mix(main, SHADE, 0.5),
        "light": _mix(main, LIGHT, 0.42),
        "pale": _mix(_mix(main, LIGHT, 0.42), SHADE, 0.22),
        "accent": accent,
        "accent-dark": _mix(accent, SHADE, 0.22),
        "accent-light": _mix(accent, LIGHT, 0.42),
    }


def _mix(colour: str, other: str, share: float) -> str:
    """Mix a colour with a share (0 to 1) of another."""
    pairs = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(first * (1 - share) + second * share):02x}" for first, second in pairs)
