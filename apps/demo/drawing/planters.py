"""Pots and what grows in them."""

from apps.demo.drawing.pen import (
    EARTH,
    INK,
    IRON,
    LEAF,
    LEAVES,
    SKY,
    WHITE,
    Pen,
    at,
    both,
    box,
    fill,
    floor,
    light,
    motif,
    oval,
    shine,
    spun,
    stroke,
)  # fmt: skip


def _leaves(x: float, y: float, size: float = 1) -> str:
    """A plant growing out of a point."""
    return "".join(
        at(
            fill("M0,0C-26,-30 -20,-76 0,-96C20,-76 26,-30 0,0Z", c) + stroke("M0,-4V-80", LEAVES, 2.5, 0.6),
            x,
            y,
            a,
            size,
        )
        for a, c in ((-62, LEAVES), (62, LEAVES), (-32, LEAF), (32, LEAF), (0, LEAVES))
    )


def _blooms(spots: tuple[tuple[float, float], ...], colour: str) -> str:
    return "".join(
        stroke(f"M{x},{y}q-4,30 0,54", LEAVES, 4)
        + "".join(spun(fill(oval(x, y - 9, 7, 9), colour), a, x, y) for a in range(0, 360, 72))
        + fill(oval(x, y, 5), "#ecc64c")
        for x, y in spots
    )


@motif
def pot(pen: Pen) -> str:
    """A flowerpot, planted."""
    flowers = _blooms(((160, 78), (244, 84), (204, 52)), "#dd9aa2")
    return (
        floor(170, 334)
        + flowers
        + _leaves(200, 172, 0.84)
        + pen.solid("M130,178H270L250,320q-2,12 -14,12H164q-12,0 -14,-12Z")
        + pen.solid(box(118, 156, 164, 36, 6), pen.light if pen.colour != "teal" else None)
        + (
            stroke("M140,250q30,-34 60,0t60,0", pen.accent, 6)
            if pen.colour == "teal"
            else shine("M150,206l10,90", 7, 0.25)
        )
    )


@motif
def forcer(pen: Pen) -> str:
    """A rhubarb forcer."""
    stalks = (
        stroke("M276,332Q300,280 330,256M284,332Q312,300 352,300M266,332Q280,270 296,232", "#c86a78", 10)
        + fill(oval(336, 248, 31, 21), LEAF)
        + fill(oval(354, 296, 25, 17), LEAVES)
        + fill(oval(298, 224, 25, 19), LEAVES)
    )
    return (
        floor(240, 334)
        + stalks
        + pen.solid("M128,150C84,200 92,280 100,332H276C284,280 292,200 248,150Z")
        + stroke("M98,232Q188,252 278,232", pen.deep, 5, 0.35)
        + pen.solid(box(126, 138, 124, 20, 8), pen.light)
        + pen.solid("M140,136Q144,106 188,104T236,136Z")
        + pen.solid(oval(188, 98, 15))
        + shine("M124,190q-14,40 -10,110", 7, 0.25)
    )


@motif
def tub(pen: Pen) -> str:
    """A tin bath, planted."""
    return (
        floor(280, 316)
        + _leaves(150, 196, 0.8)
        + _leaves(250, 196, 0.8)
        + _leaves(200, 200, 0.95)
        + _blooms(((136, 110), (262, 106), (196, 86), (232, 134), (168, 138)), "#ecc64c")
        + both(stroke("M84,202q-28,4 -22,34", pen.dark, 9))
        + pen.solid("M72,192H328L304,316H96Z")
        + fill(box(62, 182, 276, 18, 8), pen.light)
        + stroke("M80,232H320M86,268H314", pen.dark, 4, 0.6)
    )


@motif
def hangingbasket(pen: Pen) -> str:
    """A hanging basket in flower."""
    trails = stroke(
        "M120,230q-20,40 -8,90M280,230q22,40 10,96M150,250q-10,50 2,80M248,252q14,44 2,70", LEAVES, 5
    ) + "".join(
        fill(oval(x, y, 10), c)
        for x, y, c in (
            (110, 270, LEAF),
            (114, 312, LEAF),
            (292, 280, LEAF),
            (290, 320, LEAF),
            (150, 300, LEAF),
            (252, 306, LEAF),
        )
    )
    wires = "".join(
        stroke(c, pen.dark, 3)
        for c in (
            "M104,206Q130,300 200,304",
            "M296,206Q270,300 200,304",
            "M160,206Q176,290 200,304",
            "M240,206Q224,290 200,304",
            "M112,240Q200,262 288,240",
        )
    )
    return (
        stroke("M200,30L110,200M200,30L290,200M200,30V190", IRON, 4)
        + stroke("M200,30V10", IRON, 5)
        + _blooms(((138, 150), (260, 146), (200, 122), (170, 176), (232, 178)), "#c8473f")
        + _leaves(200, 214, 0.9)
        + _leaves(150, 214, 0.62)
        + _leaves(250, 214, 0.62)
        + fill("M104,206H296Q280,300 200,304T104,206Z", "#8a7a4a")
        + wires
        + trails
        + stroke("M100,206H300", pen.main, 8)
    )


@motif
def planter(pen: Pen) -> str:
    """A window box."""
    return (
        floor(310, 314)
        + "".join(_leaves(x, 212, 0.66) for x in (96, 148, 200, 252, 304))
        + _blooms(((96, 140), (148, 122), (200, 138), (252, 120), (304, 142)), "#c8473f")
        + pen.solid(box(52, 206, 296, 106, 6))
        + fill(box(44, 200, 312, 16, 5), pen.light)
        + stroke(box(70, 234, 260, 58, 3), pen.dark, 4)
    )


@motif
def bulbjar(pen: Pen) -> str:
    """A hyacinth in its jar."""
    bells = "".join(
        fill(oval(x, y, 13, 12), ("#86679f", "#9b7fb4")[(x + y) % 2])
        for y in range(52, 140, 15)
        for x in (176, 194, 212, 228)
        if abs(x - 202) < 30 - abs(y - 92) * 0.22
    )
    roots = stroke("M192,232q-18,30 -10,64M200,232v74M208,232q18,30 10,60", WHITE, 3)
    return (
        floor(140, 334)
        + _leaves(200, 190, 0.92)
        + stroke("M200,190V90", LEAF, 9)
        + bells
        + fill("M160,198Q170,164 200,160T240,198Q230,230 200,232T160,198Z", "#b98a5a")
        + fill(
            "M150,196H250Q236,214 232,230C262,244 270,300 256,330H144C130,300 138,244 168,230Q164,214 150,196Z",
            light(pen.main),
            0.75,
        )
        + roots
        + stroke("M150,196H250", pen.main, 6)
        + shine("M156,262q-8,26 0,50", 7, 0.7)
    )


@motif
def chimneypot(pen: Pen) -> str:
    """A chimney pot with a crown."""
    crown = "M116,110L128,66L150,96L172,60L200,94L228,60L250,96L272,66L284,110Z"
    return (
        floor(210, 338)
        + fill(oval(200, 104, 80, 13), INK)
        + pen.solid(crown)
        + pen.solid("M128,108H272L290,310H110Z")
        + fill(box(118, 104, 164, 15, 5), pen.light)
        + pen.solid(box(94, 300, 212, 36, 6))
        + stroke("M122,172H278M116,240H284", pen.dark, 6, 0.6)
        + fill("M128,108q30,60 20,120q-10,-40 -28,-30Z", INK, 0.2)
    )


@motif
def seedtray(pen: Pen) -> str:
    """A wooden seed tray, sown."""
    sprouts = "".join(
        at(stroke("M0,0V-18", LEAVES, 3) + fill(oval(-6, -21, 8, 4.5), LEAF) + fill(oval(6, -21, 8, 4.5), LEAF), x, y)
        for y, start in ((206, 96), (228, 84))
        for x in range(start, 320, 28)
    )
    return (
        floor(310, 306)
        + fill("M90,180H310L344,238H56Z", EARTH)
        + sprouts
        + pen.solid("M50,234H350L340,300H60Z")
        + stroke("M54,268H346", pen.dark, 4)
        + "".join(fill(oval(x, y, 3), IRON) for x in (70, 330) for y in (252, 284))
        + fill("M310,180l34,54h12l-38,-60Z", pen.dark)
        + fill("M90,180l-34,54h-12l38,-60Z", pen.light)
    )


@motif
def birdbath(pen: Pen) -> str:
    """A birdbath with a robin."""
    robin = (
        fill("M214,118Q214,78 246,76Q272,76 274,104L296,118L274,122Q262,150 232,146Z", "#8a6a4a")
        + fill("M224,112Q226,92 246,94T262,120Q252,142 234,140Z", "#d2643a")
        + fill(oval(244, 90, 3.6), INK)
        + fill("M216,96l-12,4l12,5Z", "#ecc64c")
        + stroke("M240,146v14M250,146v14", INK, 3)
    )
    return (
        floor(210, 336)
        + pen.solid("M172,200H228L238,300H162Z")
        + pen.solid(box(120, 298, 160, 36, 8))
        + pen.solid("M70,166Q110,214 200,214T330,166Z")
        + fill(oval(200, 166, 130, 21), pen.light)
        + fill(oval(200, 168, 112, 14), SKY)
        + robin
        + fill("M176,240q14,-20 20,0t-6,30q-20,-6 -14,-30Z", LEAF, 0.6)
        + fill(oval(120, 190, 16, 6), LEAF, 0.5)
    )
