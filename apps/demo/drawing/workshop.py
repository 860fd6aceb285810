"""Tools of the workshop."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    IRON,
    PAPER,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    at,
    both,
    box,
    corners,
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
def handplane(pen: Pen) -> str:
    """A smoothing plane, with shavings."""
    curls = stroke("M84,240q-40,-10 -34,-40t34,-8t-14,24", BEECH, 7) + stroke("M60,280q-30,10 -36,-14", BEECH, 6)
    return (
        floor(290, 306)
        + curls
        + pen.solid("M72,252H332V284q0,18 -18,18H72Z")
        + fill(box(64, 292, 274, 13, 3), IRON)
        + pen.solid("M256,252C250,210 270,170 300,150Q330,150 328,180C310,200 306,230 312,252Z", WOODEN)
        + pen.solid("M94,252q-6,-24 6,-34q-12,-34 20,-36q32,2 20,36q12,10 6,34Z", WOODEN)
        + fill("M178,252L214,150L242,158L222,252Z", STEEL)
        + fill("M182,252L206,190h30l-14,62Z", BRASS)
    )


@motif
def hammer(pen: Pen) -> str:
    """A claw hammer."""
    return place(
        pen.solid("M188,120h24l6,226q-18,14 -36,0Z")
        + pen.solid(
            "M160,78H262q14,0 14,10v34q0,10 -14,10H222L212,140H184L172,116Q140,104 108,134Q110,84 160,78Z", IRON
        )
        + shine("M172,92h70", 6, 0.4)
        + stroke("M186,300q14,8 30,0", pen.deep, 3, 0.5),
        0,
        6,
        26,
    )


@motif
def handdrill(pen: Pen) -> str:
    """A hand drill."""
    teeth = "".join(spun(fill(box(209, 122, 10, 12), pen.dark), a, 214, 190) for a in range(0, 360, 20))
    return place(
        stroke("M120,190H60", STEEL, 8)
        + fill(corners("150,176 116,184 116,196 150,204"), IRON)
        + stroke("M150,190H300", IRON, 15)
        + teeth
        + pen.solid(oval(214, 190, 60))
        + "".join(spun(fill(oval(214, 158, 13), "#dce3d2"), a, 214, 190) for a in range(0, 360, 90))
        + fill(oval(214, 190, 15), IRON)
        + stroke("M214,190L258,268", STEEL, 9)
        + fill(box(240, 262, 38, 34, 12), WOOD)
        + pen.solid(box(296, 164, 64, 50, 22), WOOD),
        0,
        6,
        -24,
    )


@motif
def saw(pen: Pen) -> str:
    """A tenon saw."""
    teeth = "M46,236" + "".join("l7,10l7,-10" for _ in range(15)) + "Z"
    return place(
        fill("M46,172H262V236H46Z", light(STEEL))
        + fill(teeth, light(STEEL))
        + fill(box(40, 158, 226, 20, 4), BRASS)
        + pen.solid("M250,150C290,140 350,150 356,196C358,236 340,262 300,262Q270,262 268,240L250,238Z", WOODEN)
        + fill("M284,180q34,-8 38,18t-24,34q-18,-4 -14,-52Z", "#eaefe2")
        + fill(oval(264, 190, 5), BRASS)
        + fill(oval(266, 216, 5), BRASS),
        0,
        0,
        -16,
    )


@motif
def toolbox(pen: Pen) -> str:
    """A toolbox with its trays out."""
    tools = (
        stroke("M110,128L170,84", WOOD, 9)
        + fill("M160,72l30,-8l8,22l-28,8Z", IRON)
        + stroke("M230,128V80", "#ecc64c", 10)
        + stroke("M230,80V52", STEEL, 5)
        + stroke("M270,126q-6,-40 20,-50", STEEL, 8)
    )
    tray_ = pen.solid("M66,126H182V164H66Z", pen.light, by=4)
    return (
        floor(270, 318)
        + tools
        + both(tray_)
        + both(pen.solid("M90,168H190V206H90Z", by=4) + stroke("M120,160L150,212", STEEL, 5))
        + stroke("M150,206V176H250V206", IRON, 9)
        + pen.solid(box(80, 204, 240, 112, 6))
        + both(fill(box(130, 226, 22, 28, 3), STEEL))
        + stroke("M80,238H320", pen.deep, 3, 0.4)
    )


@motif
def level(pen: Pen) -> str:
    """A spirit level."""
    return place(
        pen.solid(box(40, 170, 320, 60, 5))
        + both(fill(box(40, 170, 20, 60, 3), BRASS))
        + fill(box(140, 160, 120, 40, 8), BRASS)
        + fill(box(152, 168, 96, 24, 12), "#cfdc8c")
        + fill(oval(200, 180, 17, 9), WHITE)
        + stroke("M180,166v28M220,166v28", INK, 2.5)
        + fill(oval(92, 200, 17), BRASS)
        + fill(oval(92, 200, 10), "#cfdc8c")
        + shine("M280,186H330", 5, 0.3),
        0,
        0,
        -8,
    )


@motif
def chisels(pen: Pen) -> str:
    """Chisels in a canvas roll."""

    def chisel(x: int, width: int) -> str:
        return (
            fill(f"M{x - width / 2:g},220V304l{width},-10V220Z", light(STEEL))
            + fill(box(x - 7, 190, 14, 32, 2), STEEL)
            + pen.solid(box(x - 14, 92, 28, 104, 12), by=4)
            + fill(box(x - 14, 96, 28, 9, 4), BRASS)
        )

    return (
        "".join(chisel(x, w) for x, w in ((92, 8), (136, 12), (180, 16), (224, 20), (268, 26), (312, 32)))
        + fill("M62,206H340V330Q200,344 62,330Z", "#7b7b46")
        + fill("M62,206H340V222H62Z", dark("#7b7b46"))
        + "".join(stroke(f"M{x},226V330", dark("#7b7b46"), 3) for x in (114, 158, 202, 246, 290))
        + stroke("M340,268q34,4 30,50", BEECH, 6)
    )


@motif
def vice(pen: Pen) -> str:
    """A bench vice."""
    return (
        floor(270, 330)
        + pen.solid("M120,236H262L286,306H96Z")
        + pen.solid(box(84, 302, 214, 26, 6), pen.dark)
        + fill(box(230, 176, 120, 26, 6), STEEL)
        + stroke("M348,130V250", STEEL, 9)
        + fill(oval(348, 126, 10), IRON)
        + fill(oval(348, 254, 10), IRON)
        + pen.solid("M84,240V150Q84,120 118,120H186V160H164V240Z")
        + pen.solid("M204,120H244Q292,122 292,168V220H224V160H204Z")
        + fill(box(176, 112, 12, 50), light(STEEL))
        + fill(box(202, 112, 12, 50), light(STEEL))
        + fill(oval(110, 318, 6), IRON)
        + fill(oval(272, 318, 6), IRON)
    )


@motif
def screws(pen: Pen) -> str:
    """A jar of screws, and two that got out."""
    heap = "".join(
        at(fill(oval(0, -16, 9, 4), dark(c)) + fill("M-5,-14h10l-5,34Z", c), x, y, a)
        for x, y, a, c in (
            (140, 276, 20, BRASS),
            (168, 286, -40, STEEL),
            (196, 270, 70, BRASS),
            (226, 284, 10, STEEL),
            (252, 272, -60, BRASS),
            (156, 244, -80, STEEL),
            (186, 238, 30, BRASS),
            (216, 246, -20, BRASS),
            (246, 236, 60, STEEL),
            (206, 212, 120, BRASS),
            (166, 214, 50, STEEL),
            (240, 208, -100, BRASS),
        )
    )
    loose = "".join(
        at(fill(oval(0, -18, 10, 5), dark(BRASS)) + fill("M-6,-16h12l-6,38Z", BRASS), x, 322, a)
        for x, a in ((322, 76), (86, -70))
    )
    glass = "M132,112H268Q292,124 292,150V300q0,20 -20,20H128q-20,0 -20,-20V150Q108,124 132,112Z"
    return (
        floor(200, 322)
        + fill(glass, "#d6e6e8", 0.9)
        + heap
        + stroke(glass, dark("#d6e6e8"), 3)
        + fill(box(128, 76, 144, 38, 6), STEEL)
        + stroke("M144,84v22M166,84v22M188,84v22M210,84v22M232,84v22M254,84v22", dark(STEEL), 3)
        + shine("M126,160V290", 7, 0.8)
        + fill(box(152, 140, 96, 40, 4), PAPER)
        + stroke("M168,160h64", INK, 4)
        + loose
    )


@motif
def oilcan(pen: Pen) -> str:
    """An oilcan with a long neck."""
    return (
        floor(180, 324)
        + stroke("M200,180Q210,110 300,66", dark(BRASS), 11)
        + stroke("M200,176Q210,108 298,64", BRASS, 6)
        + fill("M318,72q9,15 0,22q-9,-7 0,-22Z", INK)
        + stroke("M262,262C316,250 300,190 236,196", pen.dark, 11)
        + pen.solid("M118,272C118,214 164,186 200,176C236,186 282,214 282,272V310q0,12 -12,12H130q-12,0 -12,-12Z")
        + fill(box(178, 166, 44, 20, 6), BRASS)
        + stroke("M118,278q82,24 164,0", pen.accent, 5)
        + shine("M142,250q4,-24 24,-38", 7, 0.4)
    )


@motif
def rule(pen: Pen) -> str:
    """A folding rule."""

    def arm(turn: float, dx: float, dy: float) -> str:
        marks = "".join(stroke(f"M{x},186v{12 if (x - 84) % 36 == 0 else 7}", INK, 2.2) for x in range(84, 330, 9))
        return place(
            pen.solid(box(66, 182, 268, 38, 8), by=4)
            + marks
            + fill(box(66, 182, 16, 38, 5), BRASS)
            + fill(box(318, 182, 16, 38, 5), BRASS),
            dx,
            dy,
            turn,
            0.86,
        )

    return arm(-34, -34, -78) + arm(30, 34, -20) + arm(-30, -26, 66) + fill(oval(76, 46 + 150, 0.1), BRASS)
