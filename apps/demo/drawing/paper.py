"""Books, maps, postcards and playing cards."""

from apps.demo.drawing.pen import (
    BRASS,
    IRON,
    PAPER,
    WHITE,
    WOOD,
    Pen,
    box,
    corners,
    dark,
    fill,
    floor,
    light,
    mix,
    motif,
    oval,
    place,
    stroke,
)  # fmt: skip


def _emblem(pen: Pen, which: int) -> str:
    """A small device for a cover, about the middle of the picture, in the pen's accent."""
    a, d = pen.accent, pen.deep
    return (
        fill(oval(200, 196, 44), a) + fill("M156,212q44,-26 88,0q-8,30 -44,32q-36,-2 -44,-32Z", d),
        stroke(
            "M200,250V160M200,214q-34,-2 -40,-32q34,0 40,32M200,196q34,-2 40,-32q-34,0 -40,32M200,160q-14,-16 0,-34q14,18 0,34",
            a,
            6,
        ),
        fill("M150,240L186,160L206,200L222,178L252,240Z", a) + fill(oval(236, 152, 14), a),
        fill("M156,204h88q-8,36 -44,38t-44,-38ZM196,140h7v60h-7ZM206,144l34,50h-34Z", a),
        stroke(oval(200, 192, 44), a, 6) + stroke("M200,192v-26M200,192l22,12", a, 6),
        fill("M200,138l14,40h42l-34,26l12,42l-34,-26l-34,26l12,-42l-34,-26h42Z", a),
        stroke("M160,232q-10,-70 40,-86q50,16 40,86M180,232V196h40v36", a, 7) + fill(oval(200, 172, 9), a),
        fill("M146,216q30,-60 84,-44q10,-20 34,-22q-6,20 -2,36q-14,44 -60,42l6,22h-10l-8,-22q-28,0 -44,-12Z", a)
        + fill(oval(232, 186, 4), d),
        fill(oval(176, 202, 30, 36), a)
        + fill(oval(224, 202, 30, 36), a)
        + stroke("M200,170q0,-26 18,-34", a, 6)
        + fill("M206,150q28,-22 40,2q-26,14 -40,-2Z", a),
    )[which % 9]


@motif
def book(pen: Pen) -> str:
    """A book, its cover to the front."""
    which, style = pen.seed % 9, pen.seed // 9 % 4
    title = {
        0: fill(box(138, 100, 124, 10, 4), pen.accent)
        + fill(box(158, 118, 84, 7, 3), pen.accent, 0.8)
        + fill(box(168, 284, 64, 7, 3), pen.accent, 0.8),
        1: fill(box(120, 88, 160, 50, 2), PAPER)
        + fill(box(138, 102, 124, 9, 4), pen.deep)
        + fill(box(160, 119, 80, 6, 3), pen.deep)
        + fill(box(172, 290, 56, 6, 3), pen.accent),
        2: stroke(box(128, 82, 144, 234, 4), pen.accent, 3.5)
        + fill(box(150, 102, 100, 9, 4), pen.accent)
        + fill(box(172, 290, 56, 7, 3), pen.accent),
        3: fill(box(112, 70, 176, 66), pen.deep)
        + fill(box(134, 88, 132, 10, 4), pen.accent)
        + fill(box(134, 108, 88, 8, 3), pen.accent, 0.8)
        + fill(box(112, 278, 176, 50), pen.deep)
        + fill(box(160, 298, 80, 8, 3), pen.accent),
    }[style]
    pages = fill("M118,318H296V340H126q-14,0 -14,-11Z", WHITE) + "".join(
        stroke(f"M122,{y}H294", dark(PAPER), 1.6) for y in (324, 329, 334)
    )
    cover = pen.solid("M112,72q0,-12 12,-12H288V322H124q-12,0 -12,10Z")
    return place(
        fill(box(112, 334, 190, 9, 4), "#2b2036", 0.16)
        + fill("M100,84q0,-24 24,-24V322q-12,0 -12,10t12,10H300v6H126q-26,0 -26,-22Z", pen.deep)
        + pages
        + cover
        + title
        + _emblem(pen, which)
        + stroke("M126,62V320", pen.deep, 2.5, 0.4),
        0,
        -4,
        0,
    )


@motif
def books(pen: Pen) -> str:
    """A stack of books."""
    hues = (pen.main, pen.light, pen.dark, mix(pen.main, "#ecc64c", 0.35), pen.main)
    stack = ""
    for n, hue in enumerate(hues[: 3 + pen.seed % 3]):
        y, x, w = 286 - n * 40, 84 + (n * 37) % 22, 226 - (n * 23) % 30
        stack += fill(box(x + 8, y + 4, w - 4, 30, 3), WHITE) + "".join(
            stroke(f"M{x + 20},{y + k}h{w - 28}", dark(PAPER), 1.5) for k in (12, 19, 26)
        )
        stack += (
            pen.solid(f"M{x},{y}H{x + w}v7H{x + 18}q-8,12 0,24H{x + w}v7H{x}q-14,-19 0,-38Z", hue, by=3)
            + fill(box(x - 4, y + 9, 12, 5), BRASS)
            + fill(box(x - 4, y + 24, 12, 5), BRASS)
        )
    return floor(250, 328) + stack


@motif
def map_(pen: Pen) -> str:
    """A map, unfolding."""
    panels = "".join(
        pen.solid(corners(p), c, by=3)
        for p, c in (
            ("70,110 136,88 136,290 70,312", light(pen.main)),
            ("136,88 202,110 202,312 136,290", PAPER),
            ("202,110 268,88 268,290 202,312", light(pen.main)),
            ("268,88 334,110 334,312 268,290", PAPER),
        )
    )
    lines = (
        stroke("M70,240q40,-60 90,-30t90,-50t84,-40", "#5484b4", 8)
        + stroke("M92,120q60,60 40,110t60,70M220,100q-20,80 40,110t60,80", "#c8473f", 4)
        + fill("M250,150q30,-20 50,6q-6,30 -34,24t-16,-30Z", "#6a9466")
        + stroke("M100,140q20,-20 40,0M96,154q26,-24 52,0", WOOD, 2.5)
    )
    return lines_on(panels, lines, pen)


def lines_on(panels: str, lines: str, pen: Pen) -> str:
    """The map's lines, kept within its sheet."""
    return (
        panels
        + pen.within("M70,110L136,88L202,110L268,88L334,110V312L268,290L202,312L136,290L70,312Z", lines)
        + stroke("M136,88V290M202,110V312M268,88V290", pen.deep, 1.6, 0.35)
        + fill("M212,122l44,-14v34l-44,14Z", pen.main)
    )


@motif
def postcards(pen: Pen) -> str:
    """Postcards, fanned."""

    def card(sky: str, land: str) -> str:
        return (
            fill(box(104, 126, 192, 138, 4), WHITE)
            + fill(box(112, 134, 176, 122, 2), sky)
            + fill("M112,214q50,-34 90,-8t86,-12V256H112Z", land)
            + fill(oval(250, 164, 17), "#ecc64c")
        )

    stamp = (
        fill(box(236, 136, 40, 46), WHITE)
        + fill(box(240, 140, 32, 38), "#c8473f")
        + stroke("M132,156h72M132,176h54M132,210h80M132,228h60", "#5484b4", 4)
        + stroke("M220,150V246", dark(PAPER), 2.5)
    )
    return (
        place(card("#bcd3dc", pen.main), -30, 14, -16)
        + place(card("#f0cfa0", "#6a9466"), 24, 4, 12)
        + place(fill(box(104, 126, 192, 138, 4), PAPER) + stamp, 0, 30, -2)
    )


@motif
def cards(pen: Pen) -> str:
    """Playing cards, fanned."""
    heart = fill("M200,236C150,200 166,160 200,184C234,160 250,200 200,236Z", "#c8473f")
    spade = fill("M200,158C250,196 234,234 206,214l8,24h-28l8,-24C166,234 150,196 200,158Z", IRON)

    def face(suit: str) -> str:
        return (
            pen.solid(box(142, 112, 116, 168, 10), WHITE, by=4)
            + suit
            + fill(oval(158, 130, 6), "#c8473f" if suit is heart else IRON)
            + fill(oval(242, 262, 6), "#c8473f" if suit is heart else IRON)
        )

    back = (
        pen.solid(box(142, 112, 116, 168, 10), by=4)
        + stroke(box(152, 122, 96, 148, 6), WHITE, 3)
        + "".join(stroke(f"M{x},124L{x + 40},268M{x + 40},124L{x},268", pen.light, 2) for x in (154, 180, 206))
    )
    return (
        place(back, -62, 14, -26)
        + place(face(spade), -20, 0, -8)
        + place(face(heart), 26, 2, 10)
        + place(face(spade), 68, 20, 28)
    )
