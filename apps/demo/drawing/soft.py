"""Soft furnishings: cushions, blankets, rugs, curtains."""

from apps.demo.drawing.pen import (
    BRASS,
    INK,
    LEAF,
    MANY,
    PAPER,
    SKY,
    WHITE,
    WOODEN,
    Pen,
    both,
    box,
    fill,
    floor,
    mix,
    motif,
    oval,
    stroke,
)  # fmt: skip


@motif
def cushion(pen: Pen) -> str:
    """A plump cushion."""
    piping = (
        "M92,104Q200,128 308,104Q334,102 324,130Q306,200 324,276Q332,304 306,300Q200,280 94,300Q68,304 "
        "76,276Q94,200 76,130Q66,102 92,104Z"
    )
    return (
        floor(250, 308)
        + pen.solid(piping, woven=True, by=12)
        + stroke(piping, pen.light, 5, 0.8)
        + stroke("M200,186q-30,8 -44,-4M200,186q34,6 48,-8M200,214q-26,4 -40,20", pen.deep, 4, 0.25)
    )


@motif
def blanket(pen: Pen) -> str:
    """A folded blanket with a fringe."""
    fringe = "".join(stroke(f"M{x},290v22", pen.tone(n), 5) for n, x in enumerate(range(92, 312, 12)))
    squares = (
        "".join(
            fill(box(x, y, 38, 38, 3), INK)
            + fill(box(x + 4, y + 4, 30, 30, 3), MANY[(x // 44 + y // 44) % 8])
            + fill(box(x + 12, y + 12, 14, 14, 2), MANY[(x // 44 + y // 44 + 3) % 8])
            for y in range(164, 286, 44)
            for x in range(84, 310, 44)
        )
        if pen.colour == "multi"
        else ""
    )
    return "".join(
        (
            floor(270, 316),
            fringe,
            pen.solid(
                "M84,96H316q14,0 14,34t-14,34H84q-14,0 -14,-34t14,-34Z",
                pen.dark if not squares else INK,
                woven=not squares,
            ),
            pen.solid(
                "M80,126H320q10,0 10,20V280q0,14 -14,14H84q-14,0 -14,-14V146q0,-20 10,-20Z",
                INK if squares else None,
                woven=not squares,
            ),
            squares,
            stroke("M74,150Q200,164 326,150", pen.deep, 3, 0.3),
        )
    )


@motif
def quilt(pen: Pen) -> str:
    """A quilt of hexagons, thrown over a rail."""
    edge = "M84,92H316V300Q288,316 258,302T200,304T142,302T84,300Z"
    return (
        stroke("M56,90H344", WOODEN, 13)
        + both(stroke("M64,90V336", WOODEN, 11))
        + pen.solid(edge, PAPER, woven=True)
        + stroke(edge, "#3c8587", 7)
    )


@motif
def rug(pen: Pen) -> str:
    """A rug, or a sheepskin."""
    if pen.colour == "cream":
        return pen.solid(
            (
                "M200,72q30,-18 48,12q40,-10 46,24q36,16 18,52q24,34 -6,58q8,44 -32,52q-16,40 -74,38t-74,-38q-40,-8 "
                "-32,-52q-30,-24 -6,-58q-18,-36 18,-52q6,-34 46,-24q18,-30 48,-12Z"
            ),
            by=13,
        ) + stroke(
            "M150,150q14,10 4,26M246,146q-12,14 2,28M196,206q12,12 0,28M150,246q16,4 18,20M250,236q-16,8 -14,24",
            pen.dark,
            6,
            0.5,
        )
    fringe = both("".join(stroke(f"M84,{y}h-20", pen.light, 4) for y in range(116, 292, 13)))
    return (
        fringe
        + pen.solid(box(82, 104, 236, 196, 6), woven=True)
        + stroke(box(98, 120, 204, 164, 3), "#c8473f", 7)
        + fill("M200,148L262,202L200,256L138,202Z", "#c8473f")
        + fill("M200,176L230,202L200,228L170,202Z", pen.light)
    )


@motif
def towel(pen: Pen) -> str:
    """A tea towel on a hook."""
    return (
        fill(oval(200, 76, 12), BRASS)
        + stroke("M200,76v14", BRASS, 7)
        + pen.solid("M196,86h8q52,28 68,30L284,324q-42,12 -84,0t-84,0L128,116q16,-2 68,-30Z", WHITE)
        + both(stroke("M136,128L128,312", pen.main, 8))
        + stroke("M124,286q38,-12 76,0t78,0", pen.main, 8)
        + stroke("M200,100q-14,90 -8,214M210,100q26,90 26,216", mix(WHITE, INK, 0.25), 3, 0.5)
    )


@motif
def curtain(pen: Pen) -> str:
    """A pair of curtains at a window."""
    left = (
        pen.solid("M76,84H196Q186,180 120,230Q104,280 124,330H76Z", woven=True)
        + stroke("M110,90q4,80 -16,150M146,90q-2,66 -34,122", pen.deep, 3, 0.3)
        + fill("M84,218q30,14 54,-6l6,14q-30,24 -60,10Z", BRASS)
    )
    return (
        fill(box(92, 84, 216, 236), SKY)
        + fill(oval(244, 150, 26), WHITE, 0.8)
        + fill("M92,270q60,-44 120,-12t96,-14V320H92Z", LEAF)
        + both(left)
        + stroke("M56,78H344", WOODEN, 12)
        + both(fill(oval(54, 78, 12), WOODEN))
    )
