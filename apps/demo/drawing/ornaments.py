"""Vases, china animals and pictures."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    LEAVES,
    SKY,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    both,
    box,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip


@motif
def vase(pen: Pen) -> str:
    """A vase, with a few stems in it."""
    stems = stroke("M200,120Q190,70 166,46M200,120Q206,66 206,40M200,120Q220,80 246,62", LEAVES, 5)
    heads = "".join(
        fill(oval(x, y, r), c) + fill(oval(x, y, r / 2.6), "#ecc64c")
        for x, y, r, c in ((164, 46, 22, WHITE), (208, 36, 20, pen.accent), (250, 58, 21, WHITE))
    )
    drip = fill(
        (
            "M118,214q10,34 20,2q8,44 22,4q10,54 24,0q10,30 22,0q10,50 22,-2q10,36 20,0q8,30 22,-6Q276,180 "
            "262,162Q200,176 138,162Q122,184 118,214Z"
        ),
        pen.deep if pen.colour != "cream" else "#a8a08c",
        0.75,
    )
    return (
        floor(150, 328)
        + stems
        + heads
        + pen.solid("M170,112H230Q222,136 240,154C290,190 284,262 250,326H150C116,262 110,190 160,154Q178,136 170,112Z")
        + drip
        + fill(oval(200, 112, 30, 7), pen.deep)
        + shine("M140,200q-10,40 4,80", 7)
    )


@motif
def gingerjar(pen: Pen) -> str:
    """A ginger jar with its lid."""
    return (
        floor(160, 324)
        + pen.solid("M164,140H236C300,160 306,230 250,322H150C94,230 100,160 164,140Z")
        + pen.solid("M156,138Q158,92 200,92T244,138Z", pen.dark)
        + fill(oval(200, 88, 11), pen.deep)
        + stroke(
            "M138,252C170,180 196,284 226,208S262,196 268,190M176,220q-14,-18 -26,-8M222,218q18,6 20,24",
            pen.deep,
            5,
            0.6,
        )
        + shine("M134,184q-12,26 -4,54", 7)
    )


@motif
def dog(pen: Pen) -> str:
    """A china spaniel, sitting."""
    return "".join(
        (
            floor(200, 330),
            pen.solid("M128,328C110,250 130,206 160,190H240C276,210 290,260 280,328Z"),
            pen.solid("M280,300q44,4 36,-40q-16,-6 -24,10Z", "#b0643a"),
            pen.solid("M138,132C138,84 262,84 262,132V168q-10,44 -62,44t-62,-44Z"),
            both(pen.solid("M146,104C112,104 100,160 114,210Q140,214 148,170Z", "#b0643a", by=5)),
            fill(oval(200, 172, 30, 24), WHITE),
            both(fill(oval(174, 142, 7), INK)),
            fill(oval(200, 160, 10, 8), INK),
            stroke("M200,168v8q-12,10 -20,2M200,176q12,10 20,2", INK, 3),
            stroke("M152,212Q200,240 248,212", BRASS, 6),
            fill(oval(200, 232, 9), BRASS),
            stroke("M176,260V326M224,260V326", pen.dark, 4, 0.6),
        )
    )


@motif
def ducks(pen: Pen) -> str:
    """Three ducks in flight."""
    duck = "".join(
        (
            fill("M96,190L60,176L66,204Z", "#4b7452"),
            pen.solid("M84,196C120,160 220,168 262,190C240,226 130,236 84,196Z", "#b8a27a"),
            fill("M250,182q20,-34 52,-22q22,12 4,32q-18,18 -52,10Z", pen.dark),
            stroke("M262,172q-4,16 2,30", WHITE, 6),
            fill("M310,172l30,8l-28,10Z", "#ecc64c"),
            fill(oval(290, 174, 4.5), WHITE),
            pen.solid("M150,182C140,110 180,80 226,70C216,110 220,150 214,192Z", "#5484b4"),
            stroke("M164,150l48,-30M164,172l52,-24", WHITE, 4, 0.7),
        )
    )
    return place(duck, -52, 70, -12, 0.62) + place(duck, 10, -14, -12, 0.5) + place(duck, 66, -84, -12, 0.38)


@motif
def owl(pen: Pen) -> str:
    """An owl."""
    feathers = "".join(
        stroke(f"M{x},{y}q8,10 16,0", pen.deep, 3, 0.5) for y in (226, 248, 270, 292) for x in range(160, 232, 18)
    )
    return (
        floor(150, 324)
        + pen.solid("M132,112L150,66Q200,92 250,66L268,112C296,180 280,290 240,322H160C120,290 104,180 132,112Z")
        + both(fill("M124,190q-20,60 20,112q14,-50 -4,-100Z", pen.dark))
        + both(fill(oval(168, 142, 34), pen.light) + fill(oval(170, 142, 17), INK) + fill(oval(165, 136, 5), WHITE))
        + fill("M190,162h20l-10,24Z", pen.deep)
        + feathers
    )


@motif
def picture(pen: Pen) -> str:
    """A framed watercolour of a beach."""
    return (
        pen.solid(box(66, 88, 268, 224, 3), WOOD)
        + fill(box(82, 104, 236, 192), WHITE)
        + fill(box(108, 128, 184, 144), SKY)
        + fill(box(108, 190, 184, 34), pen.main, 0.7)
        + fill("M108,220q60,-10 184,8v44H108Z", "#e0cfa6")
        + stroke("M120,196q14,-6 28,0M190,206q14,-6 28,0", WHITE, 4, 0.8)
        + fill("M228,212l6,-14h6l6,14Z", INK)
        + stroke("M136,150q8,-8 14,0q8,-8 14,0", INK, 2.5)
        + fill(oval(250, 154, 26, 10), WHITE, 0.7)
    )


@motif
def snowglobe(pen: Pen) -> str:
    """A snow globe with a lighthouse in it."""
    flakes = "".join(
        fill(oval(x, y, 4), WHITE)
        for x, y in (
            (140, 150),
            (164, 110),
            (250, 124),
            (262, 176),
            (232, 90),
            (128, 190),
            (276, 206),
            (176, 84),
            (246, 220),
            (150, 214),
        )
    )
    house = (
        fill("M188,150h24l8,96h-40Z", WHITE)
        + fill("M186,178h28l2,20h-32Z", "#c8473f")
        + fill("M182,216h36l2,18h-40Z", "#c8473f")
        + fill(box(186, 132, 28, 20, 3), "#ecc64c")
        + fill("M182,134L200,114L218,134Z", "#c8473f")
    )
    return (
        floor(190, 326)
        + fill(oval(200, 166, 108), "#9cc0cd")
        + pen.within(oval(200, 166, 108), fill(oval(200, 276, 120, 40), WHITE), house)
        + flakes
        + shine("M122,120q20,-36 56,-44", 9, 0.7)
        + pen.solid("M120,254H280L300,318q0,8 -8,8H108q-8,0 -8,-8Z", WOODEN)
    )


@motif
def elephant(pen: Pen) -> str:
    """An elephant; on wheels where it is a toy."""
    toy = pen.colour == "grey"
    wheels = (
        "".join(fill(oval(x, 318, 21), "#c8473f") + fill(oval(x, 318, 8), "#ecc64c") for x in (138, 256)) if toy else ""
    )
    cart = fill(box(108, 296, 182, 14, 5), BEECH) if toy else ""
    saddle = fill("M150,142q36,-14 72,0v56h-72Z", "#c8473f") + stroke("M150,192h72", "#ecc64c", 6) if toy else ""
    return "".join(
        (
            floor(230, 336 if toy else 312),
            wheels,
            cart,
            stroke("M292,180q24,20 14,50", pen.dark, 7),
            pen.solid("M104,300V196C104,140 176,128 236,140Q296,154 296,216V300H250V246H164V300Z"),
            saddle,
            pen.solid(
                "M60,196C48,120 140,96 158,160C160,206 120,220 100,214C96,250 98,272 72,280Q52,282 54,268Q74,266 66,226Z"
            ),
            pen.solid("M128,128C176,112 186,190 142,206Q118,180 128,128Z", pen.dark),
            fill(oval(96, 164, 6), INK),
            stroke("M92,220q4,16 22,16", WHITE, 8),
        )
    )
