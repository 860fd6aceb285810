"""Wireless sets and hi-fi."""

from apps.demo.drawing.pen import (
    BRASS,
    EARTH,
    IRON,
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
    grille,
    light,
    motif,
    oval,
    shine,
    spun,
    stroke,
)  # fmt: skip

INK, GLASSY = "#2f2d33", "#7fa3b5"


@motif
def radio(pen: Pen) -> str:
    """A valve wireless."""
    return (
        floor(280, 310)
        + pen.solid("M66,304V160Q66,100 130,100H270Q334,100 334,160V304Z")
        + fill("M92,216V162Q92,124 136,124H264Q308,124 308,162V216Z", PAPER)
        + "".join(stroke(f"M{x},128V212", dark("#d6bd8a"), 4) for x in range(112, 300, 16))
        + stroke("M170,124q30,90 60,0", pen.dark, 9)
        + fill(box(118, 228, 164, 26, 5), "#ffe9a8")
        + stroke("M130,241h140", pen.deep, 2)
        + stroke("M214,230v22", "#c8473f", 4)
        + "".join(fill(oval(x, 278, 15), pen.deep) + fill(oval(x - 3, 275, 8), BRASS) for x in (112, 200, 288))
        + fill(box(58, 298, 284, 14, 5), pen.deep)
    )


@motif
def transistor(pen: Pen) -> str:
    """A pocket wireless in a leather case."""
    return (
        floor(240, 300)
        + stroke("M120,140Q120,76 200,76T280,140", pen.dark, 11)
        + stroke("M284,140L342,40", STEEL, 5)
        + pen.solid(box(78, 132, 244, 164, 16))
        + "".join(fill(oval(x, y, 4), pen.deep) for y in range(158, 280, 14) for x in range(100, 204, 14))
        + fill(box(224, 156, 78, 40, 5), PAPER)
        + stroke("M234,178h58", INK, 2)
        + stroke("M252,164v26", "#c8473f", 4)
        + fill(oval(262, 244, 30), STEEL)
        + fill(oval(258, 241, 24), light(STEEL))
        + stroke("M258,241l14,-12", INK, 4)
    )


@motif
def roundradio(pen: Pen) -> str:
    """A round Bakelite wireless."""
    return (
        floor(220, 328)
        + fill("M130,300h140l16,28H114Z", pen.deep)
        + pen.solid(oval(200, 192, 130))
        + fill(oval(200, 192, 96), pen.dark)
        + fill(oval(200, 170, 70), "#d6bd8a")
        + "".join(
            stroke(f"M{200 - w},{y}h{2 * w}", pen.dark, 7)
            for y, w in ((128, 46), (148, 62), (168, 67), (188, 66), (208, 54))
        )
        + fill("M112,236Q200,300 288,236Q272,282 200,288T112,236Z", "#ffe9a8")
        + stroke("M200,258v24", "#c8473f", 4)
        + both(fill(oval(112, 280, 14), pen.deep))
        + shine("M104,140q20,-44 62,-60", 8, 0.3)
    )


@motif
def recordplayer(pen: Pen) -> str:
    """A portable record player, its lid up."""
    grooves = "".join(stroke(oval(178, 214, 84 * k, 30 * k), "#57535c", 1.6) for k in (0.5, 0.65, 0.8, 0.92))
    return (
        floor(300, 318)
        + pen.solid("M72,190L90,70H310L328,190Z", pen.light)
        + fill("M92,182L106,84H294L308,182Z", PAPER)
        + pen.solid("M60,186H340V308q0,8 -8,8H68q-8,0 -8,-8Z")
        + fill("M60,186H340L330,250H70Z", PAPER)
        + fill(oval(178, 214, 84, 30), INK)
        + grooves
        + fill(oval(178, 214, 27, 10), "#ecc64c")
        + stroke("M300,204L276,226L222,222", STEEL, 7)
        + fill(oval(302, 202, 12, 8), IRON)
        + grille(84, 266, 140, 40, pen.deep, 11)
        + "".join(fill(oval(x, 284, 13), PAPER) + stroke(f"M{x},284v-9", pen.deep, 3) for x in (262, 302))
    )


@motif
def hifi(pen: Pen) -> str:
    """A stack of hi-fi."""
    decks = both(fill(box(104, 202, 86, 46, 4), INK) + fill(box(122, 212, 50, 26, 3), GLASSY, 0.6))
    bars = "".join(
        fill(box(112 + n * 16, 176 - h, 10, h), MANY[2 if h < 20 else 1])
        for n, h in enumerate((12, 22, 28, 18, 10, 14, 24, 30, 20, 14, 8))
    )
    return (
        floor(240, 334)
        + pen.solid(box(84, 82, 232, 36, 4), pen.dark)
        + fill("M92,70H308L316,84H84Z", GLASSY)
        + pen.solid(box(84, 122, 232, 62, 4))
        + fill(box(102, 136, 196, 44, 3), INK)
        + bars
        + pen.solid(box(84, 190, 232, 70, 4))
        + decks
        + pen.solid(box(84, 266, 232, 62, 4))
        + fill(oval(128, 297, 20), light(STEEL))
        + stroke("M128,297v-14", INK, 4)
        + "".join(fill(box(166 + n * 24, 290, 16, 14, 2), INK) for n in range(6))
    )


@motif
def speaker(pen: Pen) -> str:
    """A pair of loudspeakers."""
    one = (
        pen.solid(box(72, 88, 114, 236, 6))
        + fill(box(82, 98, 94, 216, 4), INK)
        + fill(oval(129, 144, 25), IRON)
        + fill(oval(129, 144, 10), STEEL)
        + fill(oval(129, 240, 43), IRON)
        + stroke(oval(129, 240, 36), INK, 4)
        + fill(oval(129, 240, 15), dark(STEEL))
        + fill(box(114, 302, 30, 6, 2), BRASS)
    )
    return floor(290, 330) + one + at(one, 142, 0)


@motif
def reel(pen: Pen) -> str:
    """A reel-to-reel recorder."""

    def spool(x: float, full: float) -> str:
        holes = "".join(spun(fill(oval(x, 124, 15), PAPER), a, x, 164) for a in (0, 120, 240))
        return (
            fill(oval(x, 164, 66), light(STEEL))
            + fill(oval(x, 164, full), WOODEN)
            + holes
            + fill(oval(x, 164, 15), IRON)
        )

    return (
        floor(300, 334)
        + pen.solid(box(52, 80, 296, 250, 12))
        + fill(box(64, 92, 272, 168, 6), pen.dark)
        + stroke("M130,230Q160,252 200,246T270,230", WOODEN, 5)
        + spool(128, 56)
        + spool(272, 40)
        + fill(box(172, 234, 56, 28, 4), INK)
        + "".join(fill(box(80 + n * 36, 278, 28, 34, 4), ("#c8473f" if not n else PAPER)) for n in range(4))
        + fill(box(240, 278, 82, 34, 4), "#ffe9a8")
        + stroke("M280,310l16,-22", "#c8473f", 3)
    )


@motif
def crystalset(pen: Pen) -> str:
    """A crystal set in a cigar box."""
    coil = "".join(stroke(f"M{x},178V242", "#be7450", 5) for x in range(104, 176, 7))
    return (
        floor(270, 300)
        + pen.solid(box(66, 132, 268, 164, 6))
        + stroke(box(78, 144, 244, 140, 3), pen.dark, 3)
        + fill(box(98, 174, 82, 72, 6), EARTH)
        + coil
        + fill(oval(258, 204, 38), INK)
        + fill(oval(254, 200, 30), IRON)
        + stroke("M254,200l14,-18", WHITE, 4)
        + fill(oval(126, 270, 8), BRASS)
        + fill(oval(274, 270, 8), BRASS)
        + stroke("M126,270C100,330 40,320 30,350M274,270q40,50 90,60", "#c8473f", 4)
        + stroke("M190,160l20,-16l14,10", BRASS, 4)
    )


@motif
def headphones(pen: Pen) -> str:
    """A pair of headphones."""
    return (
        stroke("M104,222C92,60 308,60 296,222", pen.deep, 26)
        + stroke("M108,210C98,76 302,76 292,210", pen.light, 7, 0.7)
        + both(pen.solid(box(76, 194, 62, 110, 28)) + pen.solid(box(122, 204, 28, 90, 13), pen.light))
        + stroke("M98,304q-4,40 20,40q20,-4 10,-22t16,-6t-4,26t40,8q120,-6 180,8", INK, 5)
    )


@motif
def gramophone(pen: Pen) -> str:
    """A gramophone with its horn."""
    return (
        floor(240, 336)
        + pen.solid("M90,264H270L284,330H76Z", WOODEN)
        + fill(oval(180, 260, 84, 15), INK)
        + fill(oval(180, 258, 26, 5), "#c8473f")
        + stroke("M284,296h34v-22", STEEL, 7)
        + stroke("M140,252V226Q150,196 196,190", STEEL, 9)
        + pen.solid("M188,200C220,190 214,130 240,60C262,30 350,70 364,150C360,190 300,190 262,196Q216,206 194,214Z")
        + fill("M240,60C262,30 350,70 364,150C330,170 240,120 240,60Z", pen.dark)
        + stroke("M204,202Q260,160 300,118M206,196Q236,140 262,84M212,206Q290,186 346,146", pen.deep, 3, 0.4)
    )
