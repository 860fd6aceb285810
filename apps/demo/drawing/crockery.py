"""Plates, bowls and what they stand on."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    EARTH,
    INK,
    LEAF,
    PAPER,
    STEEL,
    WHITE,
    Pen,
    box,
    dark,
    fill,
    floor,
    light,
    motif,
    oval,
    place,
    shine,
    spun,
    stroke,
)  # fmt: skip


@motif
def plate(pen: Pen) -> str:
    """A plate, face on."""
    rim = "".join(spun(fill(oval(200, 82, 8, 5), pen.accent), a) for a in range(0, 360, 30))
    middles = (
        stroke("M200,246V190M200,220q-26,-2 -34,-24q26,-2 34,24M200,206q26,-2 34,-24q-26,-2 -34,24", pen.deep, 5)
        + fill(oval(200, 176, 15), pen.accent),
        fill("M146,200q30,-34 72,-6l30,-20v52l-30,-20q-42,28 -72,-6Z", pen.deep) + fill(oval(168, 196, 4), pen.light),
        stroke("M160,222q40,-60 80,0M172,190q28,-30 56,0", pen.deep, 6) + fill(oval(200, 168, 8), pen.deep),
    )
    plain = pen.colour in ("white", "cream")
    return "".join(
        (
            pen.solid(oval(200, 200, 140), woven=pen.pattern != "plain"),
            stroke(oval(200, 200, 131), BRASS if plain else pen.light, 4),
            rim if not plain and pen.pattern == "plain" else "",
            fill(oval(200, 200, 92), dark(pen.main), 0.5),
            fill(oval(198, 198, 90), light(pen.main) if not plain else WHITE),
            "" if plain else middles[pen.seed % 3],
        )
    )


@motif
def bowl(pen: Pen) -> str:
    """A bowl, seen from a little above."""
    return "".join(
        (
            floor(220, 304),
            fill("M150,288h100l8,18h-116Z", pen.deep),
            pen.solid("M78,180H322C318,250 280,294 200,294S82,250 78,180Z", woven=True),
            fill(oval(200, 180, 122, 31), pen.dark),
            fill(oval(200, 180, 112, 25), pen.light),
            fill(oval(204, 187, 94, 15), pen.main, 0.6),
            shine("M100,214q10,30 34,46", 8, 0.4),
        )
    )


@motif
def cakestand(pen: Pen) -> str:
    """A stand of three plates."""
    tier = "".join(
        fill(oval(200, y, r, r * 0.17), pen.light)
        + pen.solid(f"M{200 - r},{y}Q200,{y + r * 0.5:g} {200 + r},{y}Q200,{y + r * 0.3:g} {200 - r},{y}Z")
        for y, r in ((128, 62), (206, 92), (286, 124))
    )
    cakes = "".join(
        fill(f"M{x - 16},{y}q2,-26 16,-26t16,26Z", c) + fill(oval(x, y - 27, 5), "#c8473f")
        for x, y, c in (
            (176, 126, BEECH),
            (222, 126, EARTH),
            (146, 204, "#f0c9c9"),
            (250, 204, BEECH),
            (114, 284, EARTH),
            (284, 284, "#f0c9c9"),
            (156, 288, BEECH),
            (240, 288, PAPER),
        )
    )
    return (
        floor(160, 322)
        + stroke("M200,84V316", BRASS, 8)
        + stroke(oval(200, 72, 11), BRASS, 6)
        + tier
        + cakes
        + fill("M164,322L200,300L236,322Z", BRASS)
    )


@motif
def cutlery(pen: Pen) -> str:
    """A spoon, or a carving set."""
    steel = light(STEEL)
    if pen.colour == "silver":
        spoon = (
            fill(oval(200, 116, 30, 44), dark(STEEL))
            + fill(oval(197, 113, 28, 41), steel)
            + stroke("M200,158V304", dark(STEEL), 10)
            + stroke("M198,158V304", steel, 6)
            + fill(oval(200, 312, 15, 20), BRASS)
        )
        return place(spoon, -62, 0, -14) + place(spoon, 0, -6) + place(spoon, 62, 0, 14)

    def handle(x: float) -> str:
        return pen.solid(box(x - 13, 216, 26, 116, 12), by=5) + fill(box(x - 14, 206, 28, 14, 3), BRASS)

    knife = fill("M118,210V84q0,-30 26,-24q6,80 2,150Z", steel) + handle(132)
    fork = stroke("M200,206V140M184,66v56q0,20 16,20t16,-20V66", steel, 9) + handle(200)
    return knife + fork + stroke("M268,206V62", dark(STEEL), 10) + stroke("M266,206V62", steel, 5) + handle(268)


@motif
def tray(pen: Pen) -> str:
    """A painted tray."""
    leaves = "".join(place(fill("M200,200q14,-40 0,-66q-14,26 0,66Z", LEAF), 0, 0, a) for a in range(20, 380, 45))
    petals = "".join(place(fill(oval(200, 176, 17, 22), "#dd9aa2"), 0, 0, a) for a in range(0, 360, 60))
    return (
        pen.solid(oval(200, 200, 156, 118))
        + stroke(oval(200, 200, 142, 104), BRASS, 4)
        + fill(oval(200, 200, 124, 88), pen.deep, 0.6)
        + leaves
        + petals
        + fill(oval(200, 200, 13), "#ecc64c")
    )


def both_ears(pen: Pen) -> str:
    """A hare's ears, laid back."""
    ear = pen.solid("M260,130C230,120 190,92 184,74C210,70 254,96 272,122Z", pen.light, by=4)
    return ear + pen.solid("M272,126C252,100 236,66 240,48C262,58 284,94 286,124Z", by=4)


@motif
def mould(pen: Pen) -> str:
    """A jelly mould, and what comes out of it."""
    if pen.colour == "silver":

        def ring(part: str, dx: float, dy: float) -> str:
            return place(stroke(part, pen.dark, 14) + stroke(part, pen.light, 6), dx, dy, 0, 0.62)

        heart, star = (
            "M200,270C90,200 130,110 200,160C270,110 310,200 200,270Z",
            "M200,110L226,172L292,176L240,218L258,284L200,248L142,284L160,218L108,176L174,172Z",
        )
        moon = "M240,120C150,110 110,190 150,250S270,290 290,230C220,250 190,180 240,120Z"
        return ring(heart, -72, -66) + ring(star, 76, -50) + ring(moon, -60, 82) + ring(oval(200, 200, 66), 82, 86)
    flutes = "".join(pen.solid(f"M{x},190q17,-26 34,0l4,96h-42Z", by=4) for x in range(96, 290, 36))
    return (
        floor(250, 306)
        + flutes
        + pen.solid("M112,192C96,170 108,146 130,150C150,112 214,108 252,134C286,150 294,176 288,192Z")
        + both_ears(pen)
        + pen.solid("M232,160C228,128 262,112 288,128C308,140 312,160 300,170C284,182 250,184 232,160Z")
        + fill(oval(282, 146, 4.5), INK)
        + pen.solid(box(80, 282, 240, 24, 10), pen.dark)
    )


@motif
def board(pen: Pen) -> str:
    """A round bread board with a loaf."""
    loaf = pen.solid(
        "M118,214C100,150 150,128 200,128S300,150 282,214q-2,20 -18,20H136q-16,0 -18,-20Z", "#c88a48"
    ) + stroke("M160,150l14,30M196,144l14,32M232,148l14,30", "#eccb98", 8)
    return (
        floor(280, 288)
        + pen.solid(oval(200, 246, 142, 44))
        + stroke(oval(198, 240, 124, 33), pen.dark, 5)
        + loaf
        + stroke("M300,250L364,222", INK, 10)
        + stroke("M240,268L300,250", STEEL, 9)
    )
