"""Garden tools."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    EARTH,
    INK,
    IRON,
    LEAVES,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    at,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    spun,
    stroke,
)  # fmt: skip


@motif
def wateringcan(pen: Pen) -> str:
    """A watering can."""
    drops = "".join(
        fill(f"M{x},{y}q7,12 0,17q-7,-5 0,-17Z", "#5484b4")
        for x, y in ((46, 178), (64, 200), (34, 210), (52, 236), (74, 232))
    )
    return (
        floor(230, 322, 216)
        + drops
        + stroke("M286,176C352,170 352,282 282,286", pen.dark, 13)
        + stroke("M160,160C166,86 268,86 278,160", pen.dark, 13)
        + pen.solid("M146,246L72,160L88,146L152,204Z")
        + pen.solid("M48,156L96,112L108,142L72,176Z", BRASS if pen.colour != "copper" else None, by=5)
        + pen.solid("M136,164H288V300q0,20 -20,20H156q-20,0 -20,-20Z")
        + fill(oval(212, 164, 76, 15), pen.light)
        + fill("M212,150q70,0 76,14q-6,14 -76,14Z", pen.deep)
        + stroke("M136,204q76,22 152,0M136,280q76,22 152,0", pen.dark, 5, 0.7)
        + shine("M156,216v50", 7, 0.35)
    )


def _handle(x: float, top: float, bottom: float, hue: str) -> str:
    return stroke(f"M{x - 26},{top}h52M{x - 26},{top}q0,26 26,34q26,-8 26,-34", hue, 11) + stroke(
        f"M{x},{top + 30}V{bottom}", hue, 14
    )


@motif
def fork(pen: Pen) -> str:
    """A digging fork."""
    return place(
        _handle(200, 40, 230, pen.main)
        + fill("M186,206h28l4,34h-36Z", IRON)
        + stroke("M158,258Q158,240 200,240T242,258V352M158,258V352M186,242V356M214,242V356", IRON, 9),
        0,
        0,
        14,
    )


@motif
def spade(pen: Pen) -> str:
    """A spade."""
    return place(
        _handle(200, 40, 220, pen.main)
        + fill("M188,196h24l4,40h-32Z", IRON)
        + pen.solid("M148,232H252V300Q244,346 200,362Q156,346 148,300Z", STEEL)
        + shine("M168,250V300", 7, 0.6),
        0,
        -4,
        -12,
    )


@motif
def trowel(pen: Pen) -> str:
    """A hand trowel and fork."""
    grip = pen.solid(box(182, 56, 36, 104, 17)) + fill(oval(200, 76, 5), WHITE) + stroke("M200,160V216", STEEL, 11)
    blade = (
        grip
        + pen.solid("M160,214H240Q250,290 200,342Q150,290 160,214Z", STEEL)
        + stroke("M200,226V310", dark(STEEL), 4, 0.6)
    )
    tines = grip + stroke("M166,330V240Q166,220 200,220T234,240V330M200,220V336", STEEL, 11)
    return place(blade, -66, 0, 12, 0.94) + place(tines, 66, 0, -12, 0.94)


@motif
def secateurs(pen: Pen) -> str:
    """A pair of secateurs."""
    return place(
        fill("M186,176Q150,120 176,56Q216,90 218,170Z", STEEL)
        + fill("M214,176Q240,140 244,86Q266,130 234,190Z", dark(STEEL))
        + stroke("M190,190Q150,260 168,340", pen.dark, 24)
        + stroke("M212,190Q256,260 234,340", pen.main, 24)
        + stroke("M190,240q12,12 24,0q-12,-14 -24,0", STEEL, 5)
        + fill(oval(202, 180, 19), IRON)
        + fill(oval(202, 180, 8), BRASS),
        0,
        0,
        20,
    )


@motif
def dibber(pen: Pen) -> str:
    """A dibber, marked in inches."""
    marks = "".join(stroke(f"M182,{y}h36", pen.deep, 3) for y in range(190, 290, 22))
    return place(
        pen.solid("M148,60H252q14,0 14,16t-14,16H226L222,120V280L200,350L178,280V120L174,92H148q-14,0 -14,-16t14,-16Z")
        + marks
        + fill("M180,286L200,350L220,286Q200,296 180,286Z", BRASS),
        0,
        0,
        18,
    )


@motif
def wheelbarrow(pen: Pen) -> str:
    """A wooden wheelbarrow."""
    spokes = "".join(spun(stroke("M106,272v-46", WOOD, 7), a, 106, 272) for a in range(0, 360, 60))
    pile = fill("M116,154q20,-40 60,-34q30,-30 66,0q36,-6 54,34Z", LEAVES) + "".join(
        fill(oval(x, y, 12), "#da7b3c") for x, y in ((160, 134), (216, 118), (262, 138), (190, 144))
    )
    return (
        floor(300, 326, 196)
        + pile
        + stroke("M106,272L374,208", WOODEN, 13)
        + stroke("M266,236L290,322", WOODEN, 13)
        + pen.solid("M88,150H322L278,252H132Z")
        + stroke("M110,200H300", pen.deep, 3, 0.4)
        + fill(box(80, 142, 250, 15, 5), pen.light)
        + fill(oval(106, 272, 54), IRON)
        + fill(oval(106, 272, 45), "#eaefe2")
        + spokes
        + fill(oval(106, 272, 13), WOODEN)
    )


@motif
def sieve(pen: Pen) -> str:
    """A garden sieve."""
    rim = oval(200, 200, 128)
    mesh = "".join(stroke(f"M{x},60V340M60,{x}H340", dark(STEEL), 2.5, 0.8) for x in range(80, 330, 19))
    return (
        pen.solid(oval(200, 200, 142))
        + fill(rim, "#eaefe2")
        + pen.within(rim, mesh, fill("M110,250q30,-30 60,-6q40,-40 70,4q40,0 30,60H130Z", EARTH, 0.85))
        + stroke(oval(200, 200, 128), pen.dark, 5)
    )


@motif
def skep(pen: Pen) -> str:
    """A straw bee skep."""
    rings = "".join(
        stroke(f"M{200 - w},{y}Q200,{y + 20} {200 + w},{y}", pen.dark, 5, 0.7)
        for y, w in ((118, 58), (146, 82), (176, 100), (208, 112), (240, 120), (272, 124))
    )
    bees = "".join(
        at(
            fill(oval(0, -8, 7, 9), WHITE, 0.8)
            + fill(oval(0, 0, 12, 8), "#ecc64c")
            + stroke("M-3,-7V7M4,-7V7", INK, 3.5),
            x,
            y,
        )
        for x, y in ((84, 120), (318, 92), (336, 190))
    )
    return (
        floor(270, 312)
        + pen.solid("M74,306C66,180 120,80 200,80S334,180 326,306Q200,324 74,306Z")
        + rings
        + fill("M176,306V276q0,-20 24,-20t24,20V306Z", INK)
        + stroke("M190,80q10,-26 20,0", pen.dark, 8)
        + bees
    )


@motif
def besom(pen: Pen) -> str:
    """A besom broom."""
    twigs = "".join(
        stroke(
            f"M{196 + d * 0.2:g},226Q{200 + d * 0.5:g},280 {200 + d},{356 - abs(d) * 0.2:g}",
            (WOODEN, pen.main, pen.dark)[d % 3],
            6,
        )
        for d in range(-60, 62, 8)
    )
    return place(
        stroke("M200,20V240", BEECH, 14) + twigs + stroke("M182,232q18,8 36,0M180,248q20,8 40,0", "#dcbf7c", 7),
        0,
        4,
        18,
    )
