"""Cameras and what goes with them."""

from apps.demo.drawing.pen import (
    BRASS,
    IRON,
    LEATHER,
    PAPER,
    SKY,
    STEEL,
    WHITE,
    WOOD,
    Pen,
    both,
    box,
    corners,
    dark,
    fill,
    floor,
    grille,
    light,
    motif,
    oval,
    place,
    spun,
    stroke,
)  # fmt: skip

INK, GLASSY = "#2f2d33", "#7fa3b5"


def _lens(x: float, y: float, r: float, rim: str = STEEL) -> str:
    return (
        fill(oval(x, y, r), rim)
        + fill(oval(x, y, r * 0.82), INK)
        + fill(oval(x, y, r * 0.58), "#3d5a70")
        + fill(oval(x, y, r * 0.36), INK)
        + fill(oval(x - r * 0.2, y - r * 0.22, r * 0.13), WHITE)
    )


@motif
def foldingcamera(pen: Pen) -> str:
    """A folding camera, unfolded."""
    bellows = "".join(
        fill(corners(f"{x},{y} {x + 11},{y + 8} {x + 11},{h - 8} {x},{h}"), INK if n % 2 else "#57535c")
        for n, (x, y, h) in enumerate(
            (
                (158, 118, 282),
                (169, 126, 274),
                (180, 132, 268),
                (191, 138, 262),
                (202, 144, 256),
                (213, 150, 250),
                (224, 156, 244),
            )
        )
    )
    return (
        floor(280, 312)
        + pen.solid(box(76, 88, 84, 220, 14))
        + stroke("M92,104V292", pen.light, 3, 0.5)
        + fill("M152,288H320v14H152Z", IRON)
        + bellows
        + pen.solid(box(234, 146, 34, 142, 6), STEEL)
        + _lens(274, 202, 40)
        + fill(box(96, 66, 40, 24, 4), STEEL)
        + stroke("M250,146V122h22", STEEL, 6)
    )


@motif
def boxcamera(pen: Pen) -> str:
    """A box camera."""
    return (
        floor(220, 314)
        + stroke("M140,98Q200,58 260,98", LEATHER, 13)
        + pen.solid(box(96, 96, 208, 214, 8))
        + fill(box(112, 112, 176, 182, 5), pen.dark)
        + _lens(200, 220, 48)
        + both(fill(oval(144, 142, 17), STEEL) + fill(oval(144, 142, 12), SKY))
        + fill(box(184, 130, 32, 14, 3), BRASS)
        + stroke("M304,200h18v20", STEEL, 7)
    )


@motif
def camera(pen: Pen) -> str:
    """A camera."""
    slr = pen.colour == "black"
    hump = (
        fill("M158,124L176,88H224L242,124Z", IRON) + fill(box(184, 96, 32, 14, 2), STEEL)
        if slr
        else fill(box(152, 132, 40, 22, 4), SKY) + fill(box(208, 132, 24, 22, 4), GLASSY)
    )
    top = "" if slr else hump
    return (
        floor(270, 292)
        + both(fill(box(92, 104, 44, 20, 5), STEEL))
        + fill(box(286, 96, 20, 12, 4), "#c8473f")
        + (hump if slr else "")
        + pen.solid(box(66, 118, 268, 170, 18), STEEL)
        + fill(box(66, 166, 268, 90, 2), INK if slr else "#6d4634")
        + top
        + _lens(200, 212, 66)
        + stroke("M66,150q-26,40 -10,110", LEATHER, 8)
        + stroke("M334,150q26,40 10,110", LEATHER, 8)
    )


@motif
def twinlens(pen: Pen) -> str:
    """A twin-lens reflex."""
    return (
        floor(180, 336)
        + stroke("M124,120C60,140 60,280 100,330M276,120C340,140 340,280 300,330", LEATHER, 8)
        + fill("M134,96L142,56H258L266,96Z", IRON)
        + pen.solid(box(122, 92, 156, 242, 10))
        + fill(box(136, 112, 128, 208, 8), STEEL)
        + fill(box(142, 118, 116, 196, 6), INK)
        + _lens(200, 162, 39)
        + _lens(200, 256, 47)
        + fill(oval(290, 190, 19), STEEL)
        + fill(oval(290, 190, 9), INK)
        + fill(box(166, 204, 68, 10, 3), PAPER)
    )


@motif
def instant(pen: Pen) -> str:
    """An instant camera, with a picture coming out."""
    strap = stroke("M318,190q44,40 20,110t-30,50", INK, 6)
    return (
        floor(250, 318)
        + fill(box(122, 290, 156, 76, 3), WHITE)
        + fill(box(134, 296, 132, 56), SKY)
        + fill("M134,340q40,-30 70,-10t62,-10V352H134Z", "#6a9466")
        + pen.solid("M88,176L112,86H288L312,176Z")
        + pen.solid(box(72, 172, 256, 128, 14))
        + fill(box(72, 258, 256, 14), "#3c8587")
        + strap
        + _lens(202, 152, 51, INK)
        + fill(box(252, 108, 36, 30, 4), INK)
        + fill(box(114, 108, 36, 26, 4), SKY)
        + fill(oval(108, 226, 13), "#c8473f")
        + fill(box(112, 286, 176, 10, 4), INK)
    )


@motif
def projector(pen: Pen) -> str:
    """A cine projector throwing its light."""

    def spool(x: float, y: float, r: float) -> str:
        return (
            fill(oval(x, y, r), INK)
            + fill(oval(x, y, r * 0.75), light(STEEL))
            + "".join(spun(fill(oval(x, y - r * 0.45, r * 0.2), INK), a, x, y) for a in range(0, 360, 90))
            + fill(oval(x, y, r * 0.14), INK)
        )

    return (
        fill("M88,212L0,150V300Z", "#ffe9a8", 0.75)
        + floor(220, 332, 220)
        + stroke("M180,170L150,100M270,180L304,110", dark(STEEL), 13)
        + spool(146, 92, 54)
        + spool(310, 110, 58)
        + pen.solid(box(132, 156, 176, 136, 12))
        + pen.solid("M84,190H140V236H84Z", IRON)
        + fill(box(72, 184, 18, 58, 5), INK)
        + grille(226, 186, 62, 60, pen.deep, 12)
        + fill(oval(176, 248, 18), PAPER)
        + stroke("M176,248l8,-9", INK, 4)
        + fill("M118,290H320l12,40H106Z", pen.deep)
    )


@motif
def meter(pen: Pen) -> str:
    """A light meter."""
    return (
        floor(160, 318)
        + pen.solid(box(122, 84, 156, 230, 24))
        + fill(box(140, 102, 120, 72, 6), INK)
        + "".join(fill(oval(x, y, 8), light(STEEL)) for y in (122, 138, 154) for x in range(156, 256, 18))
        + fill(box(140, 188, 120, 30, 4), WHITE)
        + stroke("M200,216L222,192", "#c8473f", 4)
        + fill(oval(200, 262, 41), dark(pen.main))
        + fill(oval(200, 262, 33), WHITE)
        + fill(oval(200, 262, 15), IRON)
        + "".join(spun(stroke("M200,233v6", INK, 3), a, 200, 262) for a in range(0, 360, 30))
        + stroke("M122,120Q70,130 80,220T60,330", INK, 4)
    )


@motif
def tripod(pen: Pen) -> str:
    """A wooden tripod."""
    leg = (
        stroke("M196,96L112,338", pen.main, 15)
        + stroke("M170,170L140,256", pen.dark, 7)
        + fill(oval(168, 178, 9), BRASS)
        + fill("M104,330h16l-10,20Z", IRON)
    )
    return (
        floor(240, 346)
        + stroke("M200,96L206,330", pen.dark, 14)
        + both(leg)
        + fill(box(160, 62, 80, 16, 4), INK)
        + fill("M172,78h56l-8,28h-40Z", BRASS)
        + stroke("M236,88L290,110", IRON, 8)
        + fill(oval(292, 111, 10), INK)
        + stroke("M166,190Q200,210 234,190", BRASS, 5)
    )


@motif
def slides(pen: Pen) -> str:
    """A box of glass slides."""
    stack = "".join(
        fill(box(96 + n * 19, 140 - (n % 3) * 5, 13, 100, 2), WHITE)
        + fill(box(99 + n * 19, 150 - (n % 3) * 5, 7, 40), (SKY, "#f0cfa0", "#b8cdb0")[n % 3])
        for n in range(11)
    )
    loose = place(
        fill(box(140, 140, 120, 120, 6), WHITE)
        + fill(box(156, 158, 88, 84, 3), SKY)
        + fill("M156,220q30,-30 50,-6t38,-10V242H156Z", "#6a9466")
        + fill(oval(222, 180, 11), "#ecc64c"),
        84,
        78,
        14,
        0.62,
    )
    return (
        floor(280, 312)
        + pen.solid("M78,130L60,84H340L322,130Z", dark(WOOD))
        + stack
        + pen.solid(box(72, 188, 256, 120, 6), WOOD)
        + fill(box(160, 220, 80, 30, 3), PAPER)
        + loose
    )
