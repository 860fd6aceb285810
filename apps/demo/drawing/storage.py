"""Drawers, cupboards and shelves."""

from apps.demo.drawing.pen import (
    BRASS,
    IRON,
    MANY,
    PAPER,
    STEEL,
    WHITE,
    Pen,
    both,
    box,
    fill,
    floor,
    motif,
    oval,
    shine,
    stroke,
)  # fmt: skip


@motif
def drawers(pen: Pen) -> str:
    """A chest of drawers."""
    small = pen.colour == "red" or pen.seed % 2 == 0
    rows = [(y, 2) for y in (112, 164, 216, 268)] if small else [(104, 2), (160, 1), (216, 1), (272, 1)]
    fronts = ""
    for y, count in rows:
        width = 212 / count
        for n in range(count):
            x = 94 + n * width
            fronts += pen.solid(box(x + 3, y, width - 6, 42, 3), pen.light, by=4) + fill(
                oval(x + width / 2, y + 21, 6), BRASS
            )
            if count == 1:
                fronts += fill(oval(x + 36, y + 21, 6), BRASS) + fill(oval(x + width - 36, y + 21, 6), BRASS)
    return (
        floor(250, 334)
        + both(fill("M92,320h22l-4,16h-14Z", pen.deep))
        + pen.solid(box(82, 90, 236, 234, 4))
        + fronts
        + pen.solid(box(72, 78, 256, 18, 5), pen.dark)
    )


@motif
def cabinet(pen: Pen) -> str:
    """A cupboard with two doors."""
    doors = both(
        pen.solid(box(104, 196, 92, 118, 3), pen.light, by=4)
        + stroke(box(114, 208, 70, 94, 2), pen.main, 4)
        + fill(oval(186, 254, 5), BRASS)
    )
    upper = both(fill(box(104, 84, 92, 76, 3), "#c9dde2") + stroke("M150,84V160M104,122H196", pen.dark, 4)) + fill(
        box(104, 168, 192, 20, 3), PAPER
    )
    return (
        floor(250, 336)
        + both(fill("M98,320h20l-4,16h-12Z", pen.deep))
        + pen.solid(box(90, 68, 220, 258, 5))
        + upper
        + doors
        + pen.solid(box(80, 56, 240, 18, 5), pen.dark)
    )


def _spines(x: float, y: float, width: float, height: float, start: int) -> str:
    part, at, n = "", x, start
    while at + 16 <= x + width:
        w, h = (11, 15, 13, 18)[n % 4], height - (0, 7, 3, 11)[n % 4]
        part += fill(box(at, y + height - h, w, h, 1.5), MANY[n % 8]) + fill(
            box(at, y + height - h + 6, w, 4), PAPER, 0.7
        )
        at, n = at + w + 1.5, n + 1
    return part


@motif
def bookcase(pen: Pen) -> str:
    """A glazed bookcase, full."""
    shelves = "".join(
        fill(box(94, y, 212, 70), pen.deep)
        + _spines(98, y + 8, 200, 62, n * 3)
        + fill(box(94, y, 212, 70), "#d6e6e8", 0.25)
        + shine(f"M110,{y + 60}L150,{y + 10}", 6, 0.35)
        + fill(box(88, y + 70, 224, 7), pen.light)
        for n, y in enumerate((80, 160, 240))
    )
    return (
        floor(260, 338)
        + pen.solid(box(80, 66, 240, 266, 4))
        + shelves
        + pen.solid(box(70, 56, 260, 16, 5), pen.dark)
        + fill(box(74, 322, 252, 14, 3), pen.dark)
    )


@motif
def chest(pen: Pen) -> str:
    """A wooden chest with iron handles."""
    return (
        floor(290, 306)
        + pen.solid(box(62, 190, 276, 112, 4))
        + pen.solid("M54,150Q54,142 66,142H334Q346,142 346,150V196H54Z", pen.light)
        + stroke("M54,194H346", pen.deep, 4)
        + both(fill(box(100, 142, 14, 160), IRON))
        + fill(box(184, 184, 32, 34, 5), BRASS)
        + fill(oval(200, 200, 4), "#39353a")
        + both(stroke("M66,238q-22,4 -18,34q12,4 18,-8", IRON if pen.colour != "blue" else "#dcbf7c", 7))
    )


@motif
def locker(pen: Pen) -> str:
    """Three metal lockers."""
    doors = "".join(
        pen.solid(box(x, 72, 74, 246, 3), by=4)
        + "".join(stroke(f"M{x + 22},{y}h30", pen.deep, 4) for y in (98, 110, 122))
        + fill(box(x + 25, 140, 24, 15, 2), PAPER)
        + fill(box(x + 58, 196, 8, 26, 3), STEEL)
        for x in (82, 163, 244)
    )
    return (
        floor(270, 336)
        + both(fill(box(84, 318, 20, 18), pen.deep))
        + pen.solid(box(74, 62, 252, 262, 4), pen.dark)
        + doors
    )


@motif
def shelf(pen: Pen) -> str:
    """A fretwork shelf with a few things on it."""
    frets = "".join(
        fill(oval(x, y, 9), "#efebe1") for x, y in ((150, 272), (200, 286), (250, 272), (176, 296), (224, 296))
    )
    return (
        pen.solid("M118,70Q200,40 282,70V250Q282,300 200,330T118,250Z")
        + frets
        + fill("M150,170v-36q8,-16 16,0v36Z", "#3c8587")
        + fill("M178,170h30l-6,-28h-18Z", "#c8473f")
        + fill(box(224, 128, 15, 42), "#33476b")
        + fill(box(240, 136, 12, 34), "#ecc64c")
        + pen.solid(box(92, 170, 216, 14, 4), pen.light, by=4)
        + pen.solid(box(92, 240, 216, 14, 4), pen.light, by=4)
        + fill(oval(160, 224, 20, 15), WHITE)
        + fill("M212,240q-4,-34 20,-34t20,34Z", "#dd9aa2")
    )
