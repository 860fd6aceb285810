"""Bicycles and their parts."""

from apps.demo.drawing.pen import (
    BRASS,
    INK,
    IRON,
    LEATHER,
    RUBBER,
    STEEL,
    WHITE,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    shine,
    spun,
    stroke,
)  # fmt: skip


def _wheel(x: float, y: float, r: float) -> str:
    spokes = "".join(spun(stroke(f"M{x},{y}v{-r}", STEEL, 1.8), a, x, y) for a in range(0, 360, 24))
    return stroke(oval(x, y, r), RUBBER, 9) + stroke(oval(x, y, r - 6), STEEL, 3) + spokes + fill(oval(x, y, 6), IRON)


@motif
def bicycle(pen: Pen) -> str:
    """A roadster with a basket."""
    return "".join(
        (
            floor(320, 318),
            _wheel(104, 246, 68),
            _wheel(298, 246, 68),
            stroke("M104,246L152,150L244,140L190,246H104M152,150L190,246", pen.main, 9),
            stroke("M234,110L244,140L298,246", pen.main, 9),
            stroke("M70,192q34,-30 78,10M260,192q40,-30 82,20", pen.dark, 6),
            stroke("M152,150L144,116", STEEL, 7),
            fill("M112,112q30,-16 62,0q-8,14 -30,12q-24,0 -32,-12Z", LEATHER),
            stroke("M234,110q-6,-22 22,-22q-30,-2 -44,18", STEEL, 7),
            stroke("M196,100q8,-10 20,-2", LEATHER, 10),
            fill(box(252, 118, 62, 46, 6), "#c79a66"),
            "".join(stroke(f"M254,{y}h58", dark("#c79a66"), 3) for y in (130, 142, 154)),
            fill(oval(190, 246, 17), STEEL),
            stroke("M190,246l14,26M196,274h20", IRON, 6),
            stroke("M104,236H190M104,256H190", IRON, 3),
        )
    )


@motif
def racer(pen: Pen) -> str:
    """A racing bicycle with dropped handlebars."""
    return "".join(
        (
            floor(320, 318),
            _wheel(100, 244, 70),
            _wheel(302, 244, 70),
            stroke("M100,244L160,138H256L192,246ZM160,138L192,246", pen.main, 8),
            stroke("M250,112L260,150L302,244", pen.main, 8),
            stroke("M160,138L152,106", STEEL, 6),
            fill("M122,100q36,-10 66,2q-10,10 -34,8q-20,2 -32,-10Z", INK),
            stroke("M250,112h34q20,4 16,26t-26,18", INK, 9),
            fill(oval(192, 246, 20), STEEL),
            fill(oval(192, 246, 9), INK),
            stroke("M192,246l-16,26M166,274h20", IRON, 6),
            stroke("M100,232H192M100,256H192", IRON, 3),
            stroke("M226,166l-20,36", WHITE, 6),
        )
    )


@motif
def kidsbike(pen: Pen) -> str:
    """A child's first bicycle with stabilisers."""
    return (
        floor(270, 318)
        + _wheel(132, 258, 52)
        + _wheel(278, 258, 52)
        + stroke("M132,258L172,176Q200,230 252,170L278,258M172,176L200,258H132", pen.main, 11)
        + stroke("M132,258L112,300", STEEL, 6)
        + fill(oval(108, 304, 15), INK)
        + stroke("M172,176L166,146", STEEL, 7)
        + fill("M138,138q32,-14 58,2q-8,14 -30,12Z", "#c8473f")
        + stroke("M252,170L242,112M214,104q30,-4 44,8", STEEL, 8)
        + stroke("M208,106h16M250,116h16", "#ecc64c", 11)
        + stroke("M214,108q-20,20 -12,40M208,108q-26,10 -28,30", "#c8473f", 4)
        + fill(oval(200, 258, 15), "#ecc64c")
        + fill("M296,110V64l34,12l-34,12Z", "#ecc64c")
        + stroke("M296,110V62M296,110l-46,60", INK, 3)
    )


@motif
def folder(pen: Pen) -> str:
    """A folding shopping bicycle."""
    return (
        floor(300, 318)
        + _wheel(116, 266, 46)
        + _wheel(292, 266, 46)
        + stroke("M116,266L160,214Q210,264 262,208L292,266", pen.main, 13)
        + stroke("M116,266H190L160,214", pen.main, 9)
        + stroke("M164,220L150,120", STEEL, 8)
        + fill("M116,112q36,-14 66,2q-10,14 -36,12Z", INK)
        + stroke("M264,212L246,96M214,88q38,-8 54,14", STEEL, 8)
        + stroke("M206,90h18M258,104l12,8", INK, 11)
        + fill(box(62, 190, 84, 10, 3), IRON)
        + pen.solid("M66,150H138L132,190H72Z", "#3c8587")
        + fill(oval(206, 240, 11), STEEL)
        + fill(oval(190, 266, 15), STEEL)
        + stroke("M190,266l12,24M194,292h20", IRON, 6)
    )


@motif
def tricycle(pen: Pen) -> str:
    """A child's tricycle with a boot."""
    return (
        floor(280, 328)
        + _wheel(284, 268, 56)
        + _wheel(116, 284, 40)
        + stroke("M116,284L160,220H238L284,268", pen.main, 13)
        + pen.solid("M74,190H164L156,244H82Z")
        + fill(box(70, 180, 98, 14, 5), pen.light)
        + fill(box(108, 204, 22, 12, 3), WHITE)
        + stroke("M284,268L250,150", pen.main, 12)
        + stroke("M214,140q44,-12 66,12", STEEL, 9)
        + stroke("M206,142h18M272,148l12,8", "#ecc64c", 13)
        + fill("M150,206q30,-12 56,2q-8,14 -28,12Z", INK)
        + fill(oval(284, 268, 12), "#ecc64c")
        + stroke("M284,268l22,16", IRON, 7)
    )


@motif
def bell(pen: Pen) -> str:
    """A bicycle bell."""
    rings = stroke("M84,120q-30,60 0,130M60,100q-42,84 0,170", pen.dark, 6, 0.5)
    return (
        floor(180, 312)
        + rings
        + stroke("M116,286H284", STEEL, 22)
        + fill(box(176, 250, 48, 50, 6), IRON)
        + pen.solid("M96,246C96,150 140,104 200,104S304,150 304,246Q200,268 96,246Z")
        + fill(oval(200, 112, 17, 11), pen.deep)
        + stroke("M104,232Q200,254 296,232", pen.light, 4, 0.7)
        + stroke("M292,240l44,18", STEEL, 9)
        + fill(oval(340, 260, 13), INK)
        + shine("M134,196q6,-40 34,-58", 10)
    )


@motif
def saddle(pen: Pen) -> str:
    """A leather saddle."""
    springs = both(stroke("M128,250q-20,8 0,16t0,16t0,16", STEEL, 8))
    holes = "".join(
        fill(oval(x, y, 4), pen.deep) for x, y in ((176, 170), (200, 166), (224, 170), (188, 190), (212, 190))
    )
    return (
        floor(220, 322)
        + springs
        + stroke("M110,310H290M150,262L200,318L250,262", STEEL, 9)
        + pen.solid(
            "M182,84Q200,64 218,84C226,130 250,160 302,196Q340,226 312,256Q290,280 246,262Q200,248 "
            "154,262Q110,280 88,256Q60,226 98,196C150,160 174,130 182,84Z"
        )
        + holes
        + both("".join(fill(oval(x, y, 6), BRASS) for x, y in ((108, 226), (124, 246), (146, 250))))
        + fill(oval(200, 88, 5), BRASS)
    )
