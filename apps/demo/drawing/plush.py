"""Soft toys, dolls and puppets."""

from apps.demo.drawing.pen import (
    INK,
    IRON,
    PAPER,
    SKIN,
    WHITE,
    WOODEN,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    stroke,
)  # fmt: skip


def _face(y: float, muzzle: str) -> str:
    return (
        fill(oval(200, y + 18, 30, 24), muzzle)
        + both(fill(oval(176, y, 6.5), INK))
        + fill(oval(200, y + 8, 9, 7), INK)
        + stroke(f"M200,{y + 14}v8q-10,9 -17,2M200,{y + 22}q10,9 17,2", INK, 3)
    )


def _plush(pen: Pen, ears: str, belly: str, muzzle: str) -> str:
    limbs = both(pen.solid("M140,210C104,206 84,250 104,270C124,274 144,250 152,234Z")) + both(
        pen.solid(oval(146, 306, 32, 26)) + fill(oval(144, 308, 17, 14), belly)
    )
    return (
        floor(200, 332)
        + ears
        + limbs
        + pen.solid(oval(200, 256, 68, 72))
        + fill(oval(200, 264, 42, 46), belly)
        + pen.solid(oval(200, 138, 72, 64))
        + _face(132, muzzle)
    )


@motif
def teddy(pen: Pen) -> str:
    """A bear."""
    ears = both(pen.solid(oval(142, 86, 27)) + fill(oval(142, 88, 14), pen.light))
    bow = fill(
        "M200,198q-36,-22 -40,2t40,6q36,18 40,-6t-40,-2Z", pen.accent if pen.colour != "mustard" else "#c8473f"
    ) + fill(oval(200, 202, 8), pen.deep)
    return _plush(pen, ears, pen.light, pen.light) + bow


@motif
def panda(pen: Pen) -> str:
    """A panda."""
    white = Pen("white", seed=pen.seed + 1)
    ears = both(pen.solid(oval(140, 84, 27)))
    limbs = both(
        pen.solid("M140,206C100,206 80,254 102,274C126,276 146,250 154,234Z") + pen.solid(oval(146, 306, 34, 27))
    )
    body = white.solid(oval(200, 260, 66, 68)) + white.solid(oval(200, 138, 74, 64))
    drawn = (
        floor(200, 332)
        + ears
        + body
        + limbs
        + both(fill(oval(174, 134, 19, 23), pen.main))
        + both(fill(oval(177, 132, 7), WHITE) + fill(oval(178, 132, 4), INK))
        + fill(oval(200, 152, 10, 7), INK)
        + stroke("M200,158v8q-10,9 -17,2M200,166q10,9 17,2", INK, 3)
    )
    pen.borrow(white)
    return drawn


@motif
def rabbit(pen: Pen) -> str:
    """A knitted rabbit in a waistcoat."""
    ears = both(
        pen.solid("M170,110C140,80 136,20 158,20S190,70 190,104Z")
        + fill("M170,96C152,74 150,38 160,38S178,72 180,94Z", "#e6b3b3")
    )
    waistcoat = (
        pen.solid("M142,214Q200,190 258,214L262,296Q200,320 138,296Z", "#5d8a66")
        + fill("M176,202L200,250L224,202Z", WHITE)
        + stroke("M200,250V306", dark("#5d8a66"), 3)
        + fill(oval(192, 268, 5), "#ecc64c")
        + fill(oval(192, 288, 5), "#ecc64c")
    )
    return _plush(pen, ears, pen.light, pen.light) + waistcoat


@motif
def monkey(pen: Pen) -> str:
    """A sock monkey."""
    ears = both(pen.solid(oval(126, 140, 24)) + fill(oval(128, 140, 12), PAPER))
    tail = stroke("M262,290C330,300 330,220 300,200", pen.main, 15)
    return (
        tail
        + _plush(pen, ears, PAPER, PAPER)
        + stroke("M176,160q24,18 48,0", "#c8473f", 9)
        + pen.solid("M150,92Q200,40 250,92Q200,76 150,92Z", "#c8473f")
        + fill(oval(200, 58, 13), PAPER)
    )


@motif
def doll(pen: Pen) -> str:
    """A rag doll with plaits."""
    plait = "".join(
        fill(oval(134 - n * 2, 128 + n * 22, 14, 13), pen.main if n % 2 else pen.dark) for n in range(5)
    ) + fill(oval(124, 238, 9, 7), "#5484b4")
    legs = both(
        fill(box(168, 296, 22, 42, 8), WHITE)
        + stroke("M168,306h22M168,318h22", "#c8473f", 4)
        + fill("M166,330h26v12h-34q0,-10 8,-12Z", INK)
    )
    return (
        legs
        + both(stroke("M152,196L112,250", SKIN, 17))
        + pen.solid("M166,174H234L286,306Q200,326 114,306Z", "#5484b4")
        + fill("M172,200H228L246,296Q200,306 154,296Z", WHITE)
        + fill("M200,226q-14,-16 -18,0q2,12 18,22q16,-10 18,-22q-4,-16 -18,0Z", "#c8473f")
        + pen.solid(oval(200, 122, 56), SKIN)
        + pen.solid("M142,128C136,60 264,60 258,128Q236,92 200,96T142,128Z")
        + both(plait)
        + both(fill(oval(180, 126, 5), INK))
        + both(fill(oval(168, 142, 9, 6), "#dd9aa2"))
        + stroke("M188,148q12,10 24,0", "#c8473f", 4)
    )


@motif
def dollshouse(pen: Pen) -> str:
    """A dolls' house with its front open."""
    rooms = "".join(
        fill(box(x, y, 86, 62, 2), c)
        for (x, y), c in zip(
            ((108, 124), (206, 124), (108, 196), (206, 196), (108, 268), (206, 268)),
            ("#bcd3dc", "#e8c9c4", "#d9d4a8", "#b8cdb0", "#e3c8a4", "#c5b8d6"),
            strict=True,
        )
    )
    bits = (
        fill(box(118, 164, 46, 18, 4), WOODEN)
        + fill(box(118, 158, 14, 10, 3), WHITE)
        + fill("M222,186v-22h50q0,22 -14,22Z", WHITE)
        + fill(box(122, 226, 36, 32, 6), "#c8473f")
        + fill(box(226, 238, 44, 6), WOODEN)
        + both("")
        + stroke("M232,244v14M264,244v14", WOODEN, 4)
        + fill(box(120, 296, 30, 34, 3), IRON)
        + fill("M226,330v-36h26v36Z", "#c8473f")
        + fill(oval(172, 144, 8), "#ecc64c")
        + fill(box(168, 208, 18, 22, 2), WHITE)
    )
    return (
        floor(240, 342)
        + pen.solid(box(98, 114, 204, 226, 2))
        + rooms
        + bits
        + pen.solid("M200,44L320,118H80Z", "#813343")
        + fill(box(250, 54, 20, 36), "#b0643a")
        + fill(oval(200, 92, 12), PAPER)
    )


@motif
def puppet(pen: Pen) -> str:
    """A fox glove-puppet."""
    return (
        floor(150, 338)
        + pen.solid(
            "M150,196C120,210 92,196 80,214Q84,238 146,236L138,336H262L254,236Q316,238 320,214C308,196 280,210 250,196Z"
        )
        + fill("M176,196Q200,290 224,196Z", WHITE)
        + both(pen.solid("M134,108L124,40L180,78Z") + fill("M140,92L136,60L162,78Z", INK))
        + pen.solid("M120,112Q200,40 280,112Q260,170 200,212Q140,170 120,112Z")
        + both(fill("M122,116Q150,130 176,150Q186,186 200,212Q140,172 122,116Z", WHITE))
        + both(fill(oval(168, 122, 8), INK))
        + fill(oval(200, 204, 12, 9), INK)
    )


@motif
def pegdolls(pen: Pen) -> str:
    """A family of peg dolls."""

    def peg(x: float, base: float, size: float, coat: str, hair: str) -> str:
        w = 44 * size
        return (
            pen.solid(
                f"M{x - w / 2:g},{base}L{x - w / 3:g},{base - 92 * size:g}H{x + w / 3:g}L{x + w / 2:g},{base}Z",
                coat,
                by=5,
            )
            + fill(oval(x, base - 108 * size, 23 * size), SKIN)
            + fill(
                (
                    f"M{x - 23 * size:g},{base - 108 * size:g}a{23 * size:g},{23 * size:g} 0 0 1 {46 * size:g},0"
                    f"q{-23 * size:g},{-14 * size:g} {-46 * size:g},0Z"
                ),
                hair,
            )
            + fill(oval(x - 7 * size, base - 106 * size, 2.6), INK)
            + fill(oval(x + 7 * size, base - 106 * size, 2.6), INK)
        )

    return (
        floor(290, 312)
        + peg(90, 306, 1.25, "#33476b", INK)
        + peg(144, 306, 1.15, "#c8473f", "#8a5a3b")
        + peg(200, 306, 1.35, INK, "#8d9296")
        + fill(box(188, 200, 24, 7, 2), WHITE)
        + peg(252, 306, 0.8, "#ecc64c", "#c8473f")
        + peg(292, 306, 0.8, "#6a9466", "#c8473f")
        + peg(334, 306, 1.1, "#86679f", "#c79a66")
    )
