"""Tables and desks."""

from apps.demo.drawing.pen import (
    BRASS,
    IRON,
    LEAVES,
    PAPER,
    STEEL,
    WOOD,
    WOODEN,
    Pen,
    at,
    both,
    box,
    dark,
    fill,
    floor,
    light,
    motif,
    oval,
    place,
    stroke,
)  # fmt: skip


@motif
def table(pen: Pen) -> str:
    """A table."""
    tops = {"yellow": (STEEL, STEEL), "green": (WOOD, "#5d8a66")}
    legs, top = tops.get(pen.colour, (pen.dark, pen.main))
    twist = (
        "".join(both(stroke(f"M98,{y}q10,6 20,0", pen.deep, 3, 0.5)) for y in range(228, 316, 13))
        if pen.colour == "brown"
        else ""
    )
    return (
        floor(280, 332)
        + both(fill(box(100, 206, 16, 126, 5), legs))
        + both(fill(box(136, 206, 11, 104, 4), dark(legs)))
        + twist
        + pen.solid(box(84, 186, 232, 32, 3), legs if pen.colour != "yellow" else None)
        + fill(oval(200, 203, 6), BRASS)
        + pen.solid(box(58, 166, 284, 24, 8), top)
        + fill(box(58, 166, 284, 8, 4), light(top))
    )


@motif
def nest(pen: Pen) -> str:
    """Three tables, one within another."""
    return floor(280, 326) + "".join(
        both(stroke(f"M{x + 12},{y + 10}L{x + 4},326", c, 10)) + pen.solid(box(x, y, 400 - 2 * x, 18, 7), c)
        for x, y, c in ((72, 160, pen.dark), (104, 206, pen.main), (136, 252, pen.light))
    )


@motif
def desk(pen: Pen) -> str:
    """A school desk with an inkwell."""
    return (
        floor(260, 334)
        + both(stroke("M112,236V330M92,330h44", IRON, 11))
        + stroke("M112,306H288", IRON, 7)
        + pen.solid("M84,186H316V244H84Z")
        + pen.solid("M96,140H304L324,190H76Z", pen.light)
        + fill("M100,128H300v14H100Z", pen.dark)
        + fill(oval(272, 136, 11, 5), "#33476b")
        + stroke("M128,135h70", WOODEN, 4)
        + stroke("M150,164l10,10l14,-14M196,160h24M236,170h16", pen.dark, 2.5)
    )


@motif
def rolltop(pen: Pen) -> str:
    """A roll-top desk, half open."""
    slats = "".join(stroke(f"M{102 - i * 4},{96 + i * 14}H{298 + i * 4}", pen.dark, 3) for i in range(5))
    drawers_ = both(
        "".join(
            pen.solid(box(76, y, 66, 30, 2), pen.light, by=3) + fill(oval(109, y + 15, 5), BRASS)
            for y in (222, 258, 294)
        )
    )
    return (
        floor(290, 332)
        + pen.solid("M68,210V160Q80,82 116,82H284Q320,82 332,160V210Z")
        + slats
        + fill(box(90, 160, 220, 40), pen.deep)
        + "".join(fill(box(x, 164, 26, 32), dark(PAPER) if n % 2 else PAPER) for n, x in enumerate(range(98, 300, 35)))
        + pen.solid(box(66, 212, 86, 120, 3))
        + pen.solid(box(248, 212, 86, 120, 3))
        + drawers_
        + pen.solid(box(56, 198, 288, 18, 5), pen.dark)
        + pen.solid(box(156, 216, 88, 26, 2), by=3)
        + fill(oval(200, 229, 5), BRASS)
    )


@motif
def coffeetable(pen: Pen) -> str:
    """A low table topped with tiles."""
    tiles = "".join(
        fill(f"M{x},{y}h46l{d},32h-{46 + abs(d) // 3}Z", pen.main if (x // 52 + y) % 2 else PAPER)
        for y in (172, 206)
        for x, d in zip(range(76, 300, 52), (-6, -2, 0, 3, 6), strict=False)
    )
    return (
        floor(300, 318)
        + both(stroke("M92,244L80,314", WOODEN, 14))
        + pen.solid("M72,162H328L356,246H44Z", WOOD)
        + tiles
        + fill("M44,246H356v14H44Z", WOODEN)
    )


@motif
def plantstand(pen: Pen) -> str:
    """A plant stand, a plant on it."""
    leaves = "".join(
        place(fill("M200,120q22,-50 0,-96q-22,46 0,96Z", c), 0, 22, a, 0.9)
        for a, c in ((-58, LEAVES), (-30, "#6a9466"), (0, LEAVES), (30, "#6a9466"), (58, LEAVES))
    )
    return (
        floor(170, 336)
        + at(leaves, 0, 20)
        + fill("M164,150h72l-8,46h-56Z", "#da7b3c")
        + both(stroke("M150,206Q142,280 116,336", pen.main, 10))
        + stroke("M146,268H254", pen.dark, 7)
        + stroke("M160,232l80,30M240,232l-80,30", pen.main, 5)
        + pen.solid(box(126, 192, 148, 20, 6))
    )
