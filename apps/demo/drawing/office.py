"""Machines of the office."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    IRON,
    PAPER,
    STEEL,
    WHITE,
    Pen,
    both,
    box,
    fill,
    floor,
    mix,
    motif,
    oval,
    place,
    shine,
    spun,
    stroke,
)  # fmt: skip

INK, GLASSY = "#2f2d33", "#7fa3b5"


@motif
def typewriter(pen: Pen) -> str:
    """A portable typewriter with a page in it."""
    keys = "".join(
        fill(oval(x + r * 8, y + 3, 9), pen.deep) + fill(oval(x + r * 8, y, 9), PAPER)
        for r, y in enumerate((238, 262, 286))
        for x in range(100, 300 - r * 12, 24)
    )
    return (
        floor(300, 324)
        + fill("M132,44H268V150H132Z", WHITE)
        + stroke("M150,68h92M150,84h100M150,100h64", "#8d9296", 4)
        + fill(box(66, 126, 268, 34, 10), INK)
        + fill(oval(60, 143, 14), IRON)
        + fill(oval(340, 143, 14), IRON)
        + stroke("M82,130L56,96", STEEL, 6)
        + pen.solid("M96,154H304L322,214H78Z")
        + fill("M160,176H240L252,206H148Z", INK)
        + pen.solid("M78,212H322L350,310q0,12 -12,12H62q-12,0 -12,-12Z")
        + keys
        + fill(box(140, 304, 120, 11, 5), PAPER)
    )


@motif
def telephone(pen: Pen) -> str:
    """A telephone with a dial."""
    holes = "".join(spun(fill(oval(200, 200, 8.5), pen.deep), a, 200, 236) for a in range(-120, 150, 30))
    return (
        floor(280, 320)
        + stroke("M322,300q40,10 40,-30", INK, 5)
        + pen.solid("M128,170H272L332,304q0,14 -14,14H82q-14,0 -14,-14Z")
        + fill(oval(200, 236, 56), pen.dark)
        + fill(oval(200, 236, 49), WHITE if pen.colour != "cream" else BRASS)
        + holes
        + fill(oval(200, 236, 21), pen.main)
        + both(fill(box(140, 140, 18, 36, 5), pen.dark))
        + pen.solid(
            "M66,158C60,96 130,88 200,88S340,96 334,158q-2,16 -34,14t-32,-22q0,-16 -16,-18H148q-16,2 -16,18q0,20 -32,22t-34,-14Z",
            pen.dark,
        )
    )


@motif
def addingmachine(pen: Pen) -> str:
    """An adding machine with its handle."""
    keys = "".join(
        fill(oval(108 + c * 28, 208 + r * 27, 11, 10), pen.deep)
        + fill(oval(108 + c * 28, 205 + r * 27, 11, 10), ("#c8473f" if c == 5 else PAPER))
        for r in range(4)
        for c in range(6)
    )
    return (
        floor(280, 320)
        + fill("M150,70H230V140H150Z", WHITE)
        + stroke("M166,88h44M166,102h36M166,116h44", INK, 3)
        + stroke("M318,240L350,130", STEEL, 10)
        + fill(oval(352, 122, 15), INK)
        + pen.solid("M90,136H300L326,306q0,12 -12,12H78q-12,0 -12,-12Z")
        + fill(box(106, 150, 178, 30, 5), INK)
        + "".join(
            fill(box(116 + n * 28, 154, 20, 22, 2), WHITE) + stroke(f"M{126 + n * 28},158v14", INK, 3) for n in range(6)
        )
        + keys
    )


@motif
def calculator(pen: Pen) -> str:
    """A pocket calculator."""
    keys = "".join(
        fill(box(140 + c * 32, 196 + r * 33, 24, 22, 5), ("#da7b3c" if c == 3 else PAPER))
        for r in range(4)
        for c in range(4)
    )
    return (
        floor(180, 344)
        + pen.solid(box(118, 72, 164, 268, 18))
        + fill(box(134, 92, 132, 62, 6), "#2a1517")
        + stroke(
            "M152,108v30M168,108h16v15h-16v15h16M200,108v15h16v-15M216,123v15M232,108h16v30h-16v-15h16", "#ff6a55", 4
        )
        + fill(box(134, 164, 132, 14, 3), pen.dark)
        + keys
    )


@motif
def computer(pen: Pen) -> str:
    """A home computer of the eighties."""
    keys = "".join(
        fill(box(84 + c * 23 + r * 5, 184 + r * 25, 18, 17, 4), mix(STEEL, "#5484b4", 0.3))
        for r in range(4)
        for c in range(10)
    )
    return (
        floor(300, 312)
        + stroke("M120,148q-10,-60 40,-70t60,-50", INK, 5)
        + pen.solid(box(56, 146, 288, 160, 14), "#3b3a3f")
        + fill(box(72, 158, 110, 12, 3), STEEL)
        + fill(box(72, 286, 256, 6, 3), pen.main)
        + fill(oval(322, 164, 5), "#c8473f")
        + keys
    )


@motif
def stapler(pen: Pen) -> str:
    """A cast-iron stapler."""
    return (
        floor(290, 300)
        + pen.solid("M58,276H332q12,0 12,12v8H52v-8q0,-12 6,-12Z", pen.dark)
        + fill(box(296, 262, 34, 14, 3), STEEL)
        + pen.solid("M66,278V214Q66,196 84,196L300,214Q330,218 334,246H150Q110,246 102,278Z")
        + pen.solid("M56,206Q60,158 112,154L300,180Q326,186 330,210L110,200Z", pen.light)
        + fill(oval(94, 226, 11), STEEL)
        + shine("M120,172L280,192", 6, 0.35)
    )


@motif
def sharpener(pen: Pen) -> str:
    """A pencil sharpener with a crank."""
    return (
        floor(220, 336)
        + fill("M120,310h160v24h-60v-8h-40v8h-60Z", IRON)
        + stroke("M200,334v20", IRON, 10)
        + place(fill(box(8, 186, 98, 24, 2), "#ecc64c") + fill("M106,186l24,12l-24,12Z", BEECH), 0, -6)
        + pen.solid(box(112, 148, 118, 88, 40))
        + fill(oval(128, 192, 13), INK)
        + pen.solid(box(140, 230, 78, 84, 6), GLASSY)
        + stroke("M230,192h40v-56", STEEL, 12)
        + fill(box(254, 96, 32, 46, 12), "#c8473f")
        + fill("M144,292q30,-22 70,0v18h-70Z", BEECH)
    )
