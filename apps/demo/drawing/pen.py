"""The pen that every motif is drawn with: colours, shapes, patterns and the shade along their right-hand edge."""

import random
from collections.abc import Callable

COLOURS = {
    "black": "#3b3a3f", "white": "#faf7f0", "cream": "#efe3c4", "grey": "#8d9296", "brown": "#8a5a3b",
    "tan": "#c79a66", "red": "#c8473f", "burgundy": "#813343", "pink": "#dd9aa2", "orange": "#da7b3c",
    "mustard": "#cf9f33", "yellow": "#ecc64c", "green": "#5d8a66", "olive": "#7b7b46", "teal": "#3c8587",
    "blue": "#5484b4", "navy": "#33476b", "purple": "#86679f", "silver": "#b4bbc1", "gold": "#c8a14a",
    "copper": "#be7450", "clear": "#cfe0e3", "multi": "#c8473f",
}  # fmt: skip
MANY = ("#c8473f", "#ecc64c", "#5484b4", "#5d8a66", "#86679f", "#da7b3c", "#3c8587", "#dd9aa2")
ACCENTS = {
    "black": "cream", "white": "blue", "cream": "red", "grey": "mustard", "brown": "cream", "tan": "brown",
    "red": "cream", "burgundy": "gold", "pink": "burgundy", "orange": "navy", "mustard": "brown",
    "yellow": "teal", "green": "cream", "olive": "cream", "teal": "yellow", "blue": "cream", "navy": "cream",
    "purple": "yellow", "silver": "navy", "gold": "brown", "copper": "cream", "clear": "teal", "multi": "cream",
}  # fmt: skip

INK, PAPER, WHITE = "#39353a", "#f7f0e0", "#fdfbf6"
WOOD, WOODEN, BEECH = "#a8713f", "#7d4f2c", "#d0a570"
BRASS, STEEL, IRON, RUBBER = "#c8a14a", "#b4bbc1", "#55585d", "#34353a"
LEATHER, LEAF, LEAVES, EARTH = "#96623f", "#6a9466", "#4b7452", "#6b4b37"
GLASS, SKIN, SKY = "#d6e6e8", "#e8bf9f", "#bcd3dc"

Motif = Callable[["Pen"], str]
_motifs: dict[str, Motif] = {}


def motif(function: Motif) -> Motif:
    """Makes a function known as the motif of its own name."""
    _motifs[function.__name__.strip("_")] = function
    return function


def motifs() -> dict[str, Motif]:
    """Every motif there is, by name."""
    return _motifs


def mix(colour: str, other: str, share: float) -> str:
    """A colour with a share (0 to 1) of another in it."""
    pairs = zip((colour[1:3], colour[3:5], colour[5:7]), (other[1:3], other[3:5], other[5:7]), strict=True)
    return "#" + "".join(f"{round(int(a, 16) * (1 - share) + int(b, 16) * share):02x}" for a, b in pairs)


def dark(colour: str) -> str:
    """The colour as it is in shade."""
    return mix(colour, "#2b2036", 0.22)


def light(colour: str) -> str:
    """The colour as it is in light."""
    return mix(colour, "#fffaf0", 0.42)


def box(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    """The outline of a rectangle, its corners rounded by r."""
    r = min(r, w / 2, h / 2)
    if not r:
        return f"M{x:g},{y:g}h{w:g}v{h:g}h{-w:g}Z"
    return (
        f"M{x + r:g},{y:g}h{w - 2 * r:g}a{r:g},{r:g} 0 0 1 {r:g},{r:g}v{h - 2 * r:g}a{r:g},{r:g} 0 0 1 {-r:g},{r:g}"
        f"h{2 * r - w:g}a{r:g},{r:g} 0 0 1 {-r:g},{-r:g}v{2 * r - h:g}a{r:g},{r:g} 0 0 1 {r:g},{-r:g}Z"
    )


def oval(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """The outline of an ellipse about a point; a circle where one radius is given."""
    ry = rx if ry is None else ry
    return f"M{x - rx:g},{y:g}a{rx:g},{ry:g} 0 1 1 {2 * rx:g},0a{rx:g},{ry:g} 0 1 1 {-2 * rx:g},0Z"


def corners(points: str) -> str:
    """The outline through these points: `10,20 30,40 50,60`."""
    return "M" + "L".join(points.split()) + "Z"


def fill(outline: str, colour: str, opacity: float = 1) -> str:
    """An outline filled flat."""
    seen = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<path d="{outline}" fill="{colour}"{seen}/>'


def stroke(course: str, colour: str, width: float, opacity: float = 1) -> str:
    """A line along a course, its ends round."""
    seen = f' opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<path d="{course}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linecap="round" stroke-linejoin="round"{seen}/>'
    )


def mirror(part: str) -> str:
    """A part seen in a mirror that stands upright in the middle of the picture."""
    return f'<g transform="translate(400 0) scale(-1 1)">{part}</g>'


def both(part: str) -> str:
    """A part on the left, and its mirror image on the right."""
    return part + mirror(part)


def place(part: str, x: float = 0, y: float = 0, turn: float = 0, size: float = 1) -> str:
    """A part moved, after it was turned (degrees, about the picture's middle) and sized."""
    return (
        f'<g transform="translate({200 + x:g} {200 + y:g}) rotate({turn:g}) scale({size:g}) translate(-200 -200)">'
        f"{part}</g>"
    )


def spun(part: str, turn: float, x: float = 200, y: float = 200) -> str:
    """A part turned (degrees) about a point; the picture's middle where none is given."""
    return f'<g transform="rotate({turn:g} {x:g} {y:g})">{part}</g>'


def at(part: str, x: float, y: float, turn: float = 0, size: float = 1) -> str:
    """A part drawn about the origin, sized, turned (degrees) and put at a point."""
    turned = f" rotate({turn:g})" if turn else ""
    sized = f" scale({size:g})" if size != 1 else ""
    return f'<g transform="translate({x:g} {y:g}){turned}{sized}">{part}</g>'


def floor(width: float, y: float = 330, x: float = 200) -> str:
    """The soft shadow under what stands on the ground."""
    return fill(oval(x, y, width / 2, max(6, width / 24)), "#2b2036", 0.16)


def shine(course: str, width: float = 8, opacity: float = 0.45) -> str:
    """A gleam along a course."""
    return stroke(course, "#ffffff", width, opacity)


def grille(x: float, y: float, width: float, height: float, colour: str, gap: int = 10) -> str:
    """Slots one above another, as a loudspeaker or a vent has them."""
    return "".join(stroke(f"M{x:g},{y + down}h{width:g}", colour, 4) for down in range(0, int(height), gap))


class Pen:
    """Draws one picture in one colour and pattern; chance comes from its seed alone."""

    def __init__(self, colour: str, pattern: str = "plain", seed: int = 0) -> None:
        """A pen of a colour that COLOURS names."""
        self.colour, self.pattern, self.seed = colour, pattern, seed
        self.main = COLOURS[colour]
        self.dark, self.light, self.deep = dark(self.main), light(self.main), mix(self.main, "#2b2036", 0.5)
        self.accent = COLOURS[ACCENTS[colour]]
        self.chance = random.Random(seed)
        self._definitions: list[str] = []
        self._weave = ""

    def borrow(self, other: "Pen") -> None:
        """Takes over the clips and patterns of another pen that drew a part of the same picture."""
        self._definitions += other._definitions

    def definitions(self) -> str:
        """The clips and patterns that the parts drawn so far refer to."""
        return "".join(self._definitions)

    def one_of(self, *choices: str) -> str:
        """One of these, by the seed."""
        return choices[self.seed % len(choices)]

    def tone(self, number: int) -> str:
        """The colour itself, or one of many in turn where the thing is of many colours."""
        return MANY[(number + self.seed) % len(MANY)] if self.colour == "multi" else self.main

    def solid(self, outline: str, colour: str | None = None, *, woven: bool = False, by: float = 9) -> str:
        """An outline filled with a colour (the pen's own where none is given), shaded along its right-hand edge."""
        colour = colour or self.main
        name = f"c{self.seed % 9973}-{len(self._definitions)}"
        self._definitions.append(f'<clipPath id="{name}"><path d="{outline}"/></clipPath>')
        cloth = f'<path d="{outline}" fill="url(#{self._pattern()})"/>' if woven and self.pattern != "plain" else ""
        return (
            f'<g clip-path="url(#{name})"><path d="{outline}" fill="{dark(colour)}"/>'
            f'<path d="{outline}" fill="{colour}" transform="translate({-by:g} {-by * 0.7:g})"/>{cloth}</g>'
        )

    def within(self, outline: str, *parts: str) -> str:
        """Parts, cut off at an outline."""
        name = f"c{self.seed % 9973}-{len(self._definitions)}"
        self._definitions.append(f'<clipPath id="{name}"><path d="{outline}"/></clipPath>')
        return f'<g clip-path="url(#{name})">{"".join(parts)}</g>'

    def _pattern(self) -> str:
        if not self._weave:
            self._weave = f"p{self.seed % 9973}"
            size, marks = _weaves(self.accent, self.deep)[self.pattern]
            self._definitions.append(
                f'<pattern id="{self._weave}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{marks}</pattern>'
            )
        return self._weave


def _weaves(accent: str, deep: str) -> dict[str, tuple[int, str]]:
    """Each pattern's size and its marks, light over any colour."""
    petals = "".join(fill(oval(x, y, 3.6), accent) for x, y in ((12, 7), (17, 11), (15, 17), (9, 17), (7, 11)))
    flower = petals + fill(oval(12, 12.5, 2.6), deep) + stroke("M28,30q5,-4 8,-1", deep, 2.4, 0.6)
    return {
        "stripes": (22, fill("M0,0H22V9H0Z", accent, 0.75)),
        "check": (
            28,
            fill("M0,0H28V10H0Z", deep, 0.32)
            + fill("M0,0V28H10V0Z", deep, 0.32)
            + stroke("M19,0V28M0,19H28", accent, 1.6, 0.8),
        ),
        "dots": (22, fill(oval(6, 6, 3.6), accent, 0.9) + fill(oval(17, 17, 3.6), accent, 0.9)),
        "floral": (38, flower + place(flower, 19, 17, 40, 0.62)),
        "hexagons": (
            36,
            "".join(_hexagon(x, y, c) for x, y, c in zip((9, 27, 18, 0, 36), (9, 9, 25, 25, 25), MANY, strict=False)),
        ),
        "sunburst": (40, ""),
    }


def _hexagon(x: float, y: float, colour: str) -> str:
    return fill(f"M{x},{y - 10}l8.7,5v10l-8.7,5l-8.7,-5v-10Z", light(colour))
