"""Small appliances."""

from apps.demo.drawing.pen import (
    BRASS,
    EARTH,
    IRON,
    PAPER,
    RUBBER,
    SKY,
    STEEL,
    WHITE,
    WOOD,
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
def flipclock(pen: Pen) -> str:
    """A clock radio with numbers that flip."""
    digit = {"1": "M20,12V52", "0": "M10,12H30V52H10Z", "7": "M8,12H30L16,52", "4": "M28,52V12L8,38H34"}
    cards_ = "".join(
        at(fill(box(0, 0, 42, 64, 5), INK) + stroke(digit[d], PAPER, 6) + stroke("M0,32H42", "#57535c", 2), x, 162)
        for x, d in ((94, "1"), (140, "0"), (196, "4"), (242, "7"))
    )
    return (
        floor(280, 296)
        + pen.solid("M60,150Q60,118 96,118H304Q340,118 340,150V264Q340,292 304,292H96Q60,292 60,264Z")
        + fill(box(80, 146, 216, 96, 10), PAPER)
        + cards_
        + fill(oval(318, 178, 11), PAPER)
        + fill(oval(318, 214, 11), PAPER)
        + grille(92, 260, 216, 24, pen.deep, 9)
    )


@motif
def toaster(pen: Pen) -> str:
    """A chrome toaster, toast up."""

    def toast(x: float) -> str:
        return fill(f"M{x},156v-54q-10,-28 14,-34h58q24,6 14,34v54Z", "#a8713f") + fill(
            f"M{x + 9},156v-50q-6,-20 8,-24h52q14,4 8,24v50Z", "#e4bd84"
        )

    return (
        floor(260, 312)
        + toast(112)
        + toast(204)
        + pen.solid("M78,180Q78,148 112,148H288Q322,148 322,180V304H78Z")
        + fill(box(110, 150, 182, 10, 4), INK)
        + both(fill(box(62, 214, 22, 48, 8), INK))
        + stroke("M120,200v80M146,200v80M172,200v80", dark(STEEL), 4, 0.6)
        + fill(oval(264, 246, 19), INK)
        + fill(oval(262, 244, 9), "#c8473f")
        + fill(box(70, 298, 260, 16, 6), INK)
        + shine("M98,186v96", 8, 0.6)
    )


@motif
def mixer(pen: Pen) -> str:
    """A stand mixer with its bowl."""
    return (
        floor(280, 330)
        + stroke("M158,172V246M146,222q12,34 24,0M146,222q12,-20 24,0", STEEL, 6)
        + pen.solid("M88,216H236Q236,300 190,308H134Q88,300 88,216Z", light(STEEL))
        + pen.solid("M240,150H310V300H240Z")
        + pen.solid("M84,140Q84,88 150,88H290Q328,92 328,136T290,176H120Q84,176 84,140Z")
        + fill(box(84, 124, 40, 28, 6), light(STEEL))
        + fill(oval(276, 132, 15), INK)
        + stroke("M276,132v-10", WHITE, 4)
        + pen.solid("M70,302H326q14,0 14,14v12H58v-12q0,-14 12,-14Z")
        + shine("M108,236q4,36 22,52", 6, 0.7)
    )


@motif
def fan(pen: Pen) -> str:
    """A desk fan with brass blades."""
    blades = "".join(
        spun(pen.solid("M200,160C160,140 160,70 206,68C250,72 240,130 200,160Z", BRASS, by=5), a, 200, 160)
        for a in (20, 140, 260)
    )
    guard = "".join(stroke(oval(200, 160, r), INK, 3, 0.8) for r in (60, 86)) + "".join(
        spun(stroke("M200,160V52", INK, 2.4, 0.8), a, 200, 160) for a in range(0, 360, 24)
    )
    return (
        floor(190, 338)
        + stroke("M200,250V310", pen.main, 22)
        + pen.solid("M128,334Q136,302 200,302T272,334Z")
        + fill(oval(200, 160, 110), WHITE, 0.5)
        + blades
        + guard
        + stroke(oval(200, 160, 110), INK, 8)
        + fill(oval(200, 160, 20), pen.main)
        + fill(oval(200, 160, 9), BRASS)
    )


@motif
def grinder(pen: Pen) -> str:
    """A coffee grinder."""
    beans = "".join(
        fill(oval(x, y, 11, 8), EARTH) + stroke(f"M{x - 7},{y}q7,4 14,0", dark(EARTH), 2)
        for x, y in ((170, 128), (192, 122), (214, 128), (232, 124), (182, 114), (206, 112))
    )
    return (
        floor(220, 334)
        + pen.solid(box(104, 230, 192, 100, 6), WOOD)
        + fill(box(126, 262, 148, 50, 4), dark(WOOD))
        + fill(oval(200, 287, 9), BRASS)
        + beans
        + pen.solid("M136,128H264Q262,190 222,206V232H178V206Q138,190 136,128Z")
        + stroke("M200,130V84H300", IRON, 11)
        + fill(box(288, 46, 28, 44, 12), WOODEN)
        + fill(oval(200, 84, 11), BRASS)
        + shine("M156,144q6,30 24,44", 6, 0.4)
    )


@motif
def teasmade(pen: Pen) -> str:
    """A bedside tea-maker with a clock."""
    ticks = "".join(spun(stroke("M200,166v7", INK, 3), a, 200, 198) for a in range(0, 360, 30))
    return (
        floor(300, 322)
        + pen.solid(box(52, 298, 296, 24, 8), "#3c8587")
        + pen.solid("M62,220h62q8,0 8,10v58q0,12 -12,12H68q-12,0 -12,-12V230Z", STEEL)
        + fill(box(78, 206, 30, 16, 4), INK)
        + stroke("M94,206Q96,120 150,116", STEEL, 7)
        + pen.solid("M140,140Q140,106 200,106T260,140V298H140Z")
        + fill(oval(200, 198, 46), WHITE)
        + ticks
        + stroke("M200,198V170M200,198l20,10", INK, 5)
        + fill(oval(200, 132, 30, 9), "#ffe9a8")
        + pen.solid("M280,238h50q10,14 6,36q-2,26 -32,26t-32,-26q-4,-22 8,-36Z", PAPER)
        + stroke("M336,252q28,-2 22,20t-24,10", PAPER, 7)
        + fill(box(284, 228, 44, 12, 5), "#3c8587")
    )


@motif
def hairdryer(pen: Pen) -> str:
    """A hairdryer."""
    return (
        stroke("M262,300C270,350 320,340 372,356", INK, 7)
        + pen.solid("M222,208L250,212L280,306q-6,14 -28,10q-20,-6 -26,-20Z", pen.dark)
        + pen.solid("M70,150L176,128Q240,96 290,130C328,160 310,232 256,236Q220,240 180,222L70,206Z")
        + fill(box(54, 144, 22, 68, 5), STEEL)
        + fill(oval(258, 182, 34), pen.deep)
        + "".join(stroke(f"M{236},{y}h44", pen.light, 4) for y in (166, 178, 190, 202))
        + stroke("M38,160q-16,4 -28,0M36,178q-18,4 -32,0M38,196q-16,4 -28,0", SKY, 5)
        + fill(box(238, 244, 18, 28, 4), STEEL)
    )


@motif
def yoghurt(pen: Pen) -> str:
    """A yoghurt maker with its pots."""
    pots = "".join(
        fill(box(x, 150, 44, 58, 6), WHITE)
        + fill(box(x - 3, 142, 50, 14, 4), ("#c8473f", "#ecc64c", "#5484b4", "#6a9466", "#dd9aa2")[n])
        for n, x in enumerate((86, 134, 182, 230, 276))
    )
    return (
        floor(300, 300)
        + pots
        + fill("M60,204Q60,90 200,90T340,204Z", GLASSY, 0.28)
        + fill(box(178, 74, 44, 18, 8), pen.dark)
        + pen.solid("M52,200H348V266q0,32 -32,32H84q-32,0 -32,-32Z")
        + fill(oval(200, 250, 14), PAPER)
        + fill(oval(200, 250, 7), "#c8473f")
        + shine("M90,170q20,-50 70,-62", 7, 0.6)
    )


@motif
def torch(pen: Pen) -> str:
    """A hand lamp, shining."""
    return (
        fill("M116,150L0,60V250Z", "#ffe9a8", 0.7)
        + floor(190, 318, 216)
        + stroke("M170,112Q230,50 292,112", IRON, 13)
        + pen.solid(box(146, 108, 150, 204, 14))
        + pen.solid("M150,122L112,104V198L150,182Z", STEEL)
        + fill(oval(112, 151, 13, 47), "#ffe9a8")
        + fill(box(188, 150, 80, 12, 5), pen.deep)
        + "".join(fill(oval(x, 156, 9), c) for x, c in ((202, "#c8473f"), (228, "#6a9466"), (254, WHITE)))
        + fill(box(176, 204, 92, 60, 5), PAPER)
        + stroke("M190,224h64M190,242h40", INK, 4)
        + fill(box(270, 180, 34, 90, 6), RUBBER)
    )
