"""Camping and games on grass."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    IRON,
    LEATHER,
    MANY,
    PAPER,
    STEEL,
    WHITE,
    WOODEN,
    Pen,
    at,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip


@motif
def tent(pen: Pen) -> str:
    """A ridge tent."""
    return (
        fill(oval(200, 308, 178, 22), "#9db48a", 0.7)
        + stroke("M118,118L40,310M300,104L376,296", INK, 3, 0.6)
        + pen.solid("M118,112L300,98L354,288L212,310Z", pen.dark)
        + pen.solid("M118,112L212,310H50Z")
        + fill("M118,122L134,310H92Z", INK)
        + pen.solid("M118,118L94,310H50Z", pen.light, by=4)
        + stroke("M118,112V96M300,98V82", WOODEN, 7)
        + stroke("M36,316l12,-14M376,300l-10,-10", WOODEN, 5)
    )


@motif
def flask(pen: Pen) -> str:
    """A vacuum flask and its cup."""
    return (
        floor(220, 336, 210)
        + pen.solid(box(120, 140, 104, 194, 12), woven=True)
        + fill(box(120, 134, 104, 14, 4), STEEL)
        + fill(box(120, 318, 104, 16, 5), STEEL)
        + pen.solid(box(130, 64, 84, 74, 12), PAPER)
        + stroke("M136,90h72", dark(PAPER), 3)
        + pen.solid("M246,266H324L314,326q-1,8 -9,8H265q-8,0 -9,-8Z", PAPER)
        + fill(oval(285, 266, 39, 9), "#8a5a3b")
        + stroke("M274,244q-8,-10 0,-20t0,-20M294,244q-8,-10 0,-20t0,-20", WHITE, 5, 0.9)
    )


@motif
def stove(pen: Pen) -> str:
    """A paraffin stove, lit."""
    flames = "".join(
        fill(f"M{x},166q-12,-24 0,-44q12,20 0,44Z", "#5484b4") + fill(f"M{x},166q-5,-12 0,-22q5,10 0,22Z", "#bcd3dc")
        for x in (160, 180, 200, 220, 240)
    )
    return (
        floor(210, 330)
        + stroke("M104,250V118M296,250V118M104,118h34M296,118h-34", STEEL, 7)
        + stroke("M130,110H270", IRON, 8)
        + flames
        + fill(box(152, 162, 96, 22, 8), dark(pen.main))
        + fill(box(190, 180, 20, 40), dark(pen.main))
        + pen.solid("M92,256Q96,214 200,214T308,256V304q0,26 -108,26T92,304Z")
        + stroke("M92,262Q200,284 308,262", pen.dark, 4, 0.6)
        + stroke("M308,282h32", dark(pen.main), 9)
        + fill(oval(344, 282, 10), INK)
        + shine("M116,246q10,-14 34,-20", 7)
    )


@motif
def binoculars(pen: Pen) -> str:
    """A pair of binoculars."""
    barrel = (
        pen.solid("M150,96H184L190,180V300q0,16 -16,16H96q-18,0 -18,-18Q80,220 120,176Z")
        + fill(oval(134, 304, 54, 17), STEEL)
        + fill(oval(134, 304, 43, 12), "#3d5a70")
        + fill(box(138, 70, 52, 34, 8), INK)
        + shine("M104,262q6,-40 32,-70", 6, 0.3)
    )
    return (
        floor(260, 326)
        + stroke("M96,190C20,150 60,60 150,40M304,190C380,150 340,60 250,40", LEATHER, 8)
        + both(barrel)
        + fill(box(184, 124, 32, 120, 8), IRON)
        + fill(box(188, 92, 24, 36, 6), STEEL)
    )


@motif
def racket(pen: Pen) -> str:
    """A tennis racket and a ball."""
    head = oval(200, 128, 78, 96)
    strings = "".join(stroke(f"M{x},20V240", PAPER, 2.5) for x in range(130, 280, 14)) + "".join(
        stroke(f"M110,{y}H290", PAPER, 2.5) for y in range(36, 226, 14)
    )
    return (
        place(
            fill(head, "#b9c9ae", 0.5)
            + pen.within(head, strings)
            + stroke(head, pen.dark, 18)
            + stroke(head, pen.main, 12)
            + stroke("M168,214L194,262M232,214L206,262", pen.main, 12)
            + fill(box(187, 246, 26, 118, 7), LEATHER)
            + "".join(stroke(f"M188,{y}l24,-10", dark(LEATHER), 3) for y in range(280, 362, 16))
            + fill(box(184, 242, 32, 14, 4), "#c8473f"),
            -14,
            4,
            22,
        )
        + fill(oval(300, 300, 31), "#e9e6c8")
        + stroke("M276,284q22,14 14,44M324,280q-26,8 -26,-10", WHITE, 4)
    )


@motif
def bat(pen: Pen) -> str:
    """A cricket bat and a ball."""
    grip = "".join(stroke(f"M189,{y}h22", INK, 3, 0.5) for y in range(44, 120, 9))
    return (
        place(
            fill(box(187, 30, 26, 110, 9), "#c8473f")
            + grip
            + pen.solid("M180,132Q200,120 220,132L232,170V340q0,16 -32,16t-32,-16V170Z")
            + stroke("M200,150V344", pen.dark, 3, 0.6)
            + fill(oval(198, 284, 13, 21), "#c8473f", 0.25),
            -10,
            0,
            18,
        )
        + fill(oval(304, 290, 37), dark("#b03a36"))
        + fill(oval(300, 286, 35), "#b03a36")
        + stroke("M284,258q24,26 16,62M292,256q24,26 16,62", WHITE, 2.6)
    )


@motif
def football(pen: Pen) -> str:
    """A laced leather football."""
    ball = oval(200, 206, 116)
    seams = "".join(
        stroke(c, pen.deep, 4, 0.7)
        for c in (
            "M84,170Q200,130 316,170",
            "M84,244Q200,284 316,244",
            "M150,150Q136,206 150,264",
            "M250,150Q264,206 250,264",
            "M176,92Q168,120 166,146M224,92Q232,120 234,146M176,320Q168,292 166,266M224,320Q232,292 234,266",
        )
    )
    return (
        floor(180, 324)
        + pen.solid(ball, by=14)
        + pen.within(ball, seams)
        + stroke("M200,170V240", PAPER, 7)
        + "".join(stroke(f"M188,{y}h24", PAPER, 5) for y in range(178, 240, 14))
        + shine("M124,150q14,-30 44,-42", 9, 0.25)
    )


@motif
def skates(pen: Pen) -> str:
    """A pair of ice skates, hung by the laces."""
    boot = (
        pen.solid("M150,120h66v86q14,26 52,34q22,6 20,40H150Z")
        + fill(box(144, 276, 148, 13, 4), INK)
        + stroke("M184,150l30,4M184,172l32,4M186,194l34,6M196,216l34,2", IRON, 4)
        + stroke("M166,290v22M262,290v22", STEEL, 8)
        + stroke("M144,318H286q18,-2 16,-20", STEEL, 9)
    )
    return (
        stroke("M150,130Q120,40 200,30T262,110", PAPER, 5)
        + place(boot, -66, 0, 8, 0.86)
        + place(boot, 66, 40, -6, 0.86)
    )


@motif
def rollerskates(pen: Pen) -> str:
    """Roller skates with straps."""
    one = (
        stroke("M120,236H284", STEEL, 13)
        + fill("M108,220h40v-44h-14q-22,0 -26,44Z", pen.dark)
        + pen.solid("M252,220h50q4,-26 -22,-32q-24,-2 -28,32Z")
        + stroke("M130,190Q160,140 196,180", pen.main, 15)
        + fill(box(156, 158, 24, 22, 4), BRASS)
        + stroke("M262,200Q240,160 214,190", pen.main, 13)
        + "".join(
            fill(oval(x, 266, 23), INK) + fill(oval(x, 266, 13), "#ecc64c") + fill(oval(x, 266, 4), INK)
            for x in (142, 264)
        )
        + fill(box(190, 228, 28, 16, 3), IRON)
    )
    return floor(260, 318) + at(one, 44, -62, 0, 0.9) + at(one, -16, 28)


@motif
def rod(pen: Pen) -> str:
    """A fishing rod and a float."""
    rings = "".join(stroke(oval(x, y, 7), STEEL, 3) for x, y in ((196, 202), (246, 144), (292, 90)))
    return (
        stroke("M76,344L348,28", pen.main, 8)
        + stroke("M76,344L152,256", "#c79a66", 17)
        + stroke("M160,246l4,-5M210,188l4,-5M258,132l4,-5M304,78l4,-5", "#813343", 11)
        + rings
        + fill(oval(164, 262, 31), IRON)
        + fill(oval(160, 258, 22), STEEL)
        + fill(oval(160, 258, 6), INK)
        + stroke("M160,258l-24,20", STEEL, 6)
        + fill(oval(134, 280, 8), INK)
        + stroke("M348,28Q380,170 306,258", INK, 2)
        + fill("M306,258q17,22 0,46q-17,-24 0,-46Z", "#c8473f")
        + fill("M293,282q13,-8 26,0q-2,14 -13,22q-11,-8 -13,-22Z", WHITE)
        + stroke("M306,304v22q0,14 -12,14t-10,-12", INK, 3)
    )


@motif
def croquet(pen: Pen) -> str:
    """Croquet mallets, a hoop and balls."""

    def mallet(c: str) -> str:
        return (
            stroke("M200,120V340", BEECH, 11)
            + fill(box(150, 84, 100, 46, 10), WOODEN)
            + fill(box(150, 84, 12, 46, 5), c)
            + fill(box(238, 84, 12, 46, 5), c)
        )

    balls = "".join(
        fill(oval(x, y, 25), dark(c)) + fill(oval(x - 3, y - 3, 22), c) + shine(f"M{x - 12},{y - 10}l3,-3", 5)
        for x, y, c in ((96, 312, MANY[0]), (152, 322, MANY[1]), (256, 322, MANY[2]), (312, 312, "#3b3a3f"))
    )
    return (
        floor(300, 342)
        + stroke("M166,330V238q0,-22 34,-22t34,22V330", WHITE, 10)
        + place(mallet(MANY[0]), -44, -8, -24)
        + place(mallet(MANY[2]), 44, -8, 24)
        + balls
    )


@motif
def bowls(pen: Pen) -> str:
    """Two bowls and the jack."""

    def wood(x: float, y: float) -> str:
        return (
            pen.solid(oval(x, y, 76), by=12)
            + stroke(oval(x - 8, y - 4, 31), BRASS, 5)
            + fill(oval(x - 8, y - 4, 21), PAPER)
            + stroke(f"M{x - 20},{y - 4}h24M{x - 8},{y - 16}v24", "#5d8a66", 4)
            + shine(f"M{x - 52},{y - 30}q10,-24 30,-32", 7, 0.35)
        )

    return (
        floor(310, 314)
        + wood(136, 234)
        + wood(262, 234)
        + fill(oval(210, 298, 29), dark(PAPER))
        + fill(oval(206, 294, 26), WHITE)
    )
