"""Cases, trunks and bags for the road."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    LEATHER,
    PAPER,
    STEEL,
    WHITE,
    WOOD,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    place,
    stroke,
)  # fmt: skip


def _case(pen: Pen, x: float, y: float, w: float, h: float) -> str:
    corners_ = "".join(
        fill(f"M{a},{b}h{dx}l{-dx},{dy}Z", pen.deep)
        for a, b, dx, dy in ((x, y, 34, 34), (x + w, y, -34, 34), (x, y + h, 34, -34), (x + w, y + h, -34, -34))
    )
    return (
        stroke(f"M{x + w / 2 - 34},{y}v-22q0,-10 10,-10h48q10,0 10,10v22", pen.deep, 11)
        + pen.solid(box(x, y, w, h, 14), woven=True)
        + pen.within(box(x, y, w, h, 14), corners_)
        + both(fill(box(x + w * 0.24, y - 4, 24, 26, 4), BRASS))
    )


@motif
def suitcase(pen: Pen) -> str:
    """A suitcase with labels."""
    labels = (
        ""
        if pen.pattern != "plain"
        else place(fill(box(160, 180, 84, 52, 4), "#3c8587") + stroke("M174,198h56M174,212h34", PAPER, 5), -50, 26, -12)
        + fill(oval(264, 250, 31), "#ecc64c")
        + fill("M246,258l18,-26l18,26Z", "#c8473f")
        + place(fill(box(170, 180, 60, 40, 3), PAPER) + stroke("M180,194h40M180,206h24", "#c8473f", 4), 62, -32, 8)
    )
    straps = (
        both(fill(box(116, 138, 20, 176), pen.deep, 0.8) + fill(box(111, 210, 30, 22, 4), BRASS))
        if pen.pattern == "plain"
        else ""
    )
    return floor(290, 314) + _case(pen, 62, 136, 276, 178) + straps + labels


@motif
def vanitycase(pen: Pen) -> str:
    """A vanity case."""
    return (
        floor(240, 314)
        + stroke("M152,148Q152,90 200,90T248,148", pen.deep, 12)
        + pen.solid("M86,152q0,-20 20,-20H294q20,0 20,20V290q0,22 -22,22H108q-22,0 -22,-22Z")
        + stroke("M86,190H314", WHITE, 5)
        + "".join(
            stroke(c, pen.light, 2.5, 0.7)
            for c in (
                "M110,204l60,100",
                "M160,204l60,100",
                "M210,204l60,100",
                "M290,204l-60,100",
                "M240,204l-60,100",
                "M190,204l-60,100",
            )
        )
        + fill(box(180, 178, 40, 26, 5), BRASS)
        + fill(oval(200, 191, 5), pen.deep)
    )


@motif
def trunk(pen: Pen) -> str:
    """A steamer trunk."""
    slats = "".join(fill(box(60, y, 280, 13), WOOD) for y in (150, 222, 280))
    rivets = "".join(fill(oval(x, y, 3.4), BRASS) for y in (156, 228, 286) for x in range(76, 330, 24))
    return (
        floor(310, 316)
        + pen.solid(box(60, 112, 280, 200, 8))
        + slats
        + both(fill(box(96, 112, 18, 200), WOOD))
        + rivets
        + both(fill("M60,112h32v10h-22v24h-10Z", BRASS) + fill("M60,312h32v-10h-22v-24h-10Z", BRASS))
        + stroke("M60,196H340", pen.deep, 4)
        + fill(box(178, 182, 44, 42, 4), BRASS)
        + fill(oval(200, 204, 6), INK)
        + both(stroke("M60,214q-20,4 -16,36q12,4 16,-4", LEATHER, 9))
        + fill(box(136, 242, 60, 28, 2), PAPER)
    )


@motif
def kitbag(pen: Pen) -> str:
    """A kitbag."""
    eyes = "".join(fill(oval(x, 112, 6), BRASS) for x in (146, 172, 200, 228, 254))
    return (
        floor(190, 338)
        + stroke("M148,108Q200,40 252,108", BEECH, 6)
        + pen.solid(
            "M126,118Q160,76 200,80T274,118Q262,130 268,150L286,316q0,20 -86,22t-86,-22L132,150Q138,130 126,118Z"
        )
        + eyes
        + stroke("M132,150Q200,168 268,150", pen.deep, 4, 0.5)
        + stroke("M164,210h72M172,232h56M180,254h40", pen.deep, 8, 0.55)
        + stroke("M276,170q50,60 12,136", pen.dark, 12)
    )


@motif
def hatbox(pen: Pen) -> str:
    """A hat-box."""
    return (
        floor(240, 322)
        + stroke("M116,150Q200,30 284,150", PAPER, 8)
        + pen.solid("M84,170V296Q84,322 200,322T316,296V170Z", woven=True)
        + pen.solid("M74,150V190Q74,214 200,214T326,190V150Z", pen.dark)
        + fill(oval(200, 150, 126, 34), pen.light)
        + fill("M200,146q-46,-34 -50,-8t50,10q46,-34 50,-8t-50,8Z", PAPER)
        + fill(oval(200, 148, 9), PAPER)
    )


@motif
def rucksack(pen: Pen) -> str:
    """A rucksack on its frame, bedroll below."""
    return (
        floor(210, 342)
        + both(stroke("M132,60V330", STEEL, 8))
        + stroke("M132,60Q200,44 268,60", STEEL, 8)
        + pen.solid(box(112, 84, 176, 206, 30))
        + pen.solid("M108,96q0,-22 92,-22t92,22v52q-40,20 -92,20t-92,-20Z", pen.dark)
        + both(stroke("M158,128V196", LEATHER, 10) + fill(box(150, 176, 17, 17, 3), BRASS))
        + pen.solid(box(146, 204, 108, 66, 14), pen.light)
        + stroke("M152,224H248", pen.deep, 3, 0.5)
        + pen.solid(box(96, 286, 208, 44, 22), "#5484b4")
        + both(stroke("M138,284V332", LEATHER, 8))
        + fill(oval(108, 308, 12, 20), dark("#5484b4"))
    )


@motif
def hamper(pen: Pen) -> str:
    """A picnic hamper, open."""
    weave = "".join(
        stroke(f"M{x},{y}q8,7 16,0", pen.deep, 3, 0.5)
        for row, y in enumerate((232, 248, 264, 280, 296))
        for x in range(78 + (row % 2) * 8, 312, 16)
    )
    plates = (
        both(fill(oval(136, 136, 34), WHITE) + stroke(oval(136, 136, 24), "#5484b4", 4))
        + stroke("M190,108v58M210,108v58", STEEL, 6)
        + fill(oval(190, 106, 7, 10), STEEL)
        + stroke("M204,104v10h12v-10", STEEL, 4)
    )
    bits = (
        fill(box(106, 176, 26, 50, 5), "#5d8a66")
        + fill(box(113, 150, 12, 30, 3), "#5d8a66")
        + fill("M150,226q0,-34 40,-34t40,34Z", "#c88a48")
        + fill(oval(262, 208, 19), "#c8473f")
        + fill(oval(292, 212, 16), "#6a9466")
    )
    return (
        floor(290, 318)
        + pen.solid("M66,214L84,88H316L334,214Z", pen.light)
        + fill("M86,206L100,98H300L314,206Z", "#c8473f")
        + plates
        + bits
        + pen.solid("M60,214H340L326,316H74Z")
        + weave
        + both(stroke("M120,214V300", LEATHER, 11) + fill(box(113, 244, 15, 18, 3), BRASS))
    )
