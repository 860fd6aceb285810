"""Needlework: thread, wool, cloth and what works them."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    MANY,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
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
def bobbin(pen: Pen) -> str:
    """Bobbins of cotton."""

    def one(thread: str) -> str:
        return (
            fill(box(168, 120, 64, 20, 5), pen.dark)
            + fill(box(184, 138, 32, 130), pen.main)
            + pen.solid("M176,152Q200,146 224,152Q234,206 224,254Q200,262 176,254Q166,206 176,152Z", thread, by=6)
            + "".join(stroke(f"M174,{y}q26,6 52,0", dark(thread), 2, 0.5) for y in range(166, 250, 12))
            + fill(box(168, 262, 64, 20, 5), pen.dark)
            + fill(box(168, 262, 64, 7, 3), BRASS)
        )

    return floor(270, 290) + place(one("#c8473f"), -80, 6) + place(one("#5484b4"), 80, 6) + place(one("#ecc64c"), 0, 6)


@motif
def sewingmachine(pen: Pen) -> str:
    """A hand-cranked sewing machine."""
    return "".join(
        (
            floor(290, 322),
            pen.solid(box(66, 280, 268, 40, 6), WOOD),
            pen.solid("M90,262H310V282H90Z", pen.deep),
            pen.solid("M248,264V176H138V240H104V150Q104,124 132,124H268Q300,124 300,156V264Z"),
            stroke("M120,240V262", STEEL, 6),
            stroke("M112,262h24", STEEL, 6),
            fill(oval(312, 186, 38), dark(STEEL)),
            fill(oval(309, 184, 36), pen.deep),
            stroke(oval(310, 184, 24), STEEL, 5),
            stroke("M310,184l30,-26", STEEL, 7),
            fill(box(334, 138, 16, 28, 6), WOOD),
            stroke("M140,144h110q14,0 14,14", BRASS, 4),
            stroke("M152,158q30,-14 60,0", BRASS, 3),
            fill(box(176, 98, 16, 26, 3), "#c8473f"),
        )
    )


@motif
def yarn(pen: Pen) -> str:
    """Balls of wool and two needles."""

    def ball(x: float, y: float, r: float, colour: str) -> str:
        winds = "".join(
            stroke(
                f"M{x - r * 0.8:g},{y + d * r:g}Q{x:g},{y + d * r - r * 0.7:g} {x + r * 0.8:g},{y + d * r:g}",
                dark(colour),
                4,
                0.7,
            )
            for d in (-0.1, 0.2, 0.5)
        )
        return pen.solid(oval(x, y, r), colour) + pen.within(
            oval(x, y, r),
            winds,
            stroke(f"M{x - r * 0.5:g},{y - r:g}Q{x + r * 0.5:g},{y:g} {x - r * 0.2:g},{y + r:g}", light(colour), 4),
        )

    needles = (
        stroke("M96,84L262,270M304,84L138,270", BEECH, 8)
        + fill(oval(94, 82, 10), "#c8473f")
        + fill(oval(306, 82, 10), "#c8473f")
    )
    return (
        floor(270, 318)
        + needles
        + ball(138, 250, 66, pen.tone(0))
        + ball(262, 256, 60, pen.tone(3) if pen.colour == "multi" else pen.light)
        + ball(200, 196, 62, pen.tone(5) if pen.colour == "multi" else pen.dark)
        + stroke("M300,300q40,20 60,-10", pen.tone(3) if pen.colour == "multi" else pen.light, 4)
    )


@motif
def needles(pen: Pen) -> str:
    """Knitting needles in a canvas roll."""
    sticks = "".join(
        stroke(f"M{x},84V250", MANY[n % 8] if n % 3 else STEEL, 7) + fill(oval(x, 84, 9), MANY[(n + 2) % 8])
        for n, x in enumerate(range(110, 300, 22))
    )
    return (
        sticks
        + pen.solid(box(76, 168, 248, 150, 8))
        + "".join(stroke(f"M{x},172V314", pen.light, 2.5, 0.8) for x in range(121, 310, 22))
        + stroke("M76,180H324", pen.light, 3)
        + stroke("M324,240q34,4 40,40M324,240q34,-10 46,10", pen.accent, 6)
    )


@motif
def dummy(pen: Pen) -> str:
    """A dressmaker's dummy."""
    return (
        floor(150, 346)
        + stroke("M200,260V318M200,316L150,344M200,316L250,344M200,316V346", WOODEN, 10)
        + pen.solid("M180,62h40v34q44,10 46,46q2,40 -26,66q16,30 24,66H136q8,-36 24,-66q-28,-26 -26,-66q2,-36 46,-46Z")
        + fill(oval(200, 60, 20, 7), WOODEN)
        + stroke("M200,68V272M134,150q66,22 132,0M158,208q42,12 84,0", pen.deep, 2.5, 0.6)
        + fill(oval(200, 172, 7), BRASS)
        + fill(oval(200, 214, 7), BRASS)
    )


@motif
def scissors(pen: Pen) -> str:
    """A pair of shears."""
    blade = fill("M190,196L214,66q14,60 4,140Z", STEEL) + fill("M206,110L214,66q14,60 4,140l-8,-4Z", dark(STEEL), 0.6)
    handle = stroke("M206,196Q180,230 166,258", pen.main, 16) + stroke(oval(148, 290, 28, 36), pen.main, 16)
    return mirror_image(blade + handle) + blade + handle + fill(oval(203, 196, 9), BRASS)


def mirror_image(part: str) -> str:
    """The other blade."""
    return f'<g transform="translate(404 0) scale(-1 1)">{part}</g>'


@motif
def fabric(pen: Pen) -> str:
    """A bundle of folded cloth, tied."""
    hues = (pen.main, "#dd9aa2", "#ecc64c", "#6a9466", WHITE)
    folds = "".join(
        pen.solid(f"M92,{y}H300q22,0 22,19t-22,19H92q-12,-19 0,-38Z", c, woven=n % 2 == 0)
        for n, (y, c) in enumerate(zip(range(268, 98, -36), hues, strict=False))
    )
    return (
        floor(260, 310)
        + folds
        + stroke("M206,124V306", BEECH, 8)
        + fill("M206,122q-44,-34 -50,-8t50,8q44,-34 50,-8t-50,8Z", BEECH)
    )


@motif
def sewingbox(pen: Pen) -> str:
    """A work-basket that opens on both sides."""
    side = (
        stroke("M150,214L112,150", pen.dark, 7)
        + pen.solid("M62,118H178V164H62Z")
        + "".join(fill(oval(x, 116, 14, 10), MANY[(x // 24) % 8]) for x in range(82, 170, 26))
    )
    return (
        floor(220, 340)
        + stroke("M200,214V90", pen.dark, 9)
        + fill(box(164, 84, 72, 12, 6), pen.dark)
        + both(side)
        + both(stroke("M130,290L108,338", WOODEN, 10))
        + pen.solid(box(108, 206, 184, 86, 6))
        + stroke("M108,248H292", pen.dark, 4)
        + both(fill(oval(150, 228, 6), BRASS))
    )
