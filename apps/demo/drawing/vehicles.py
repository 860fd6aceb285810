"""Toy cars, trains, an aeroplane and a robot."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    IRON,
    MANY,
    PAPER,
    RUBBER,
    SKIN,
    SKY,
    STEEL,
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
    place,
    spun,
    stroke,
)  # fmt: skip


def _wheel(x: float, y: float, r: float, hub: str = STEEL) -> str:
    return fill(oval(x, y, r), RUBBER) + fill(oval(x, y, r * 0.6), hub) + fill(oval(x, y, r * 0.2), INK)


@motif
def car(pen: Pen) -> str:
    """A tinplate saloon."""
    return (
        floor(290, 282)
        + pen.solid(
            "M50,254V222Q54,202 92,196L128,148Q136,138 150,138H244Q258,138 266,148L296,192Q344,198 350,224V254Z"
        )
        + fill("M142,154H190V192H116Z", SKY)
        + fill("M202,154H244L272,192H202Z", SKY)
        + stroke("M196,150V250M60,226H344", pen.deep, 3, 0.5)
        + fill(oval(340, 222, 9, 12), "#ecc64c")
        + _wheel(114, 254, 31)
        + _wheel(286, 254, 31)
        + fill(box(40, 246, 18, 11, 4), STEEL)
        + fill(box(342, 246, 18, 11, 4), STEEL)
        + stroke("M250,212l22,-10M272,202m-10,-8l20,16", BRASS, 6)
    )


@motif
def van(pen: Pen) -> str:
    """A little die-cast van."""
    return (
        floor(270, 286)
        + pen.solid("M70,256V130Q70,118 82,118H242V158H292Q304,158 312,172L330,208V256Z")
        + fill("M254,170H288Q296,170 300,180L312,206H254Z", SKY)
        + fill(box(92, 146, 128, 54, 5), PAPER)
        + fill(box(108, 160, 96, 9, 4), "#c8473f")
        + fill(box(124, 178, 64, 7, 3), "#33476b")
        + stroke("M242,160V254M72,222H330", pen.deep, 3, 0.5)
        + fill(oval(322, 226, 8), WHITE)
        + _wheel(128, 256, 29)
        + _wheel(280, 256, 29)
    )


@motif
def train(pen: Pen) -> str:
    """A wooden engine."""
    return (
        floor(290, 306)
        + pen.solid(box(94, 174, 130, 76, 8))
        + pen.solid(oval(100, 212, 22, 38), pen.dark)
        + fill(box(112, 118, 34, 60, 4), "#c8473f")
        + fill(box(104, 110, 50, 16, 6), dark("#c8473f"))
        + fill("M176,176q0,-30 22,-30t22,30Z", BRASS)
        + pen.solid(box(218, 120, 96, 130, 6), "#c8473f")
        + fill(box(236, 142, 60, 44, 4), SKY)
        + pen.solid(box(206, 102, 120, 22, 8), pen.deep)
        + fill(box(80, 246, 250, 18, 5), BEECH)
        + "".join(
            fill(oval(x, 276, r), WOODEN)
            + fill(oval(x - 2, 274, r * 0.72), "#ecc64c")
            + fill(oval(x, 276, r * 0.2), INK)
            for x, r in ((118, 27), (184, 27), (272, 33))
        )
        + fill(oval(128, 84, 17), WHITE, 0.8)
        + fill(oval(158, 62, 22), WHITE, 0.6)
    )


@motif
def signalbox(pen: Pen) -> str:
    """A toy signal box with its signal."""
    bricks = "".join(
        stroke(f"M{x},{y}h18", dark("#b0643a"), 3, 0.7)
        for n, y in enumerate(range(232, 320, 16))
        for x in range(92 + (n % 2) * 14, 250, 28)
    )
    panes = "".join(fill(box(x, 150, 34, 52), SKY) for x in (92, 134, 176, 218))
    return (
        floor(290, 332)
        + pen.solid(box(82, 216, 180, 112), "#b0643a")
        + bricks
        + fill(box(196, 254, 36, 74, 2), WOODEN)
        + pen.solid(box(78, 138, 188, 82))
        + panes
        + pen.solid("M56,140L92,84H252L288,140Z", IRON)
        + stroke("M320,330V72", INK, 9)
        + pen.solid("M320,86H376V106H320Z", "#c8473f", by=4)
        + fill(box(352, 86, 9, 20), WHITE)
        + fill("M314,72l6,-16l6,16Z", INK)
    )


@motif
def pedalcar(pen: Pen) -> str:
    """A pedal car."""

    def spoke(x: float) -> str:
        return (
            fill(oval(x, 276, 42), RUBBER)
            + fill(oval(x, 276, 31), PAPER)
            + "".join(spun(stroke(f"M{x},276v-29", "#c8473f", 4), a, x, 276) for a in range(0, 360, 45))
            + fill(oval(x, 276, 9), STEEL)
        )

    return (
        floor(310, 318)
        + pen.solid("M40,262Q44,200 110,194L176,190Q190,226 226,226T272,188L318,178Q360,180 362,262Z")
        + stroke("M176,192L196,140", INK, 7)
        + stroke("M172,150Q190,126 220,136", INK, 10)
        + fill(oval(70, 222, 16), STEEL)
        + fill(oval(68, 220, 11), "#ffe9a8")
        + fill(oval(144, 236, 24), WHITE)
        + stroke("M140,224h8v26", INK, 6)
        + spoke(112)
        + spoke(300)
        + stroke("M232,222q14,-36 36,-36", pen.light, 6)
    )


@motif
def fireengine(pen: Pen) -> str:
    """A fire engine with its ladder up."""
    ladder = stroke("M284,158L96,56M276,176L88,74", BRASS, 7) + "".join(
        stroke(f"M{x},{y}l-8,18", BRASS, 6)
        for x, y in ((258, 144), (230, 129), (202, 114), (174, 98), (146, 83), (118, 68))
    )
    return (
        floor(300, 290)
        + pen.solid("M54,260V170Q56,154 72,154H134V194H346V260Z")
        + fill("M66,168H122V206H62Z", SKY)
        + ladder
        + fill(box(240, 160, 64, 36, 6), dark(pen.main))
        + fill(box(54, 226, 292, 9), "#ecc64c")
        + fill(oval(96, 146, 12), BRASS)
        + "".join(fill(box(x, 204, 40, 16, 2), pen.deep) for x in (160, 210, 260))
        + fill(oval(60, 242, 8), "#ffe9a8")
        + _wheel(112, 262, 30)
        + _wheel(242, 262, 30)
        + _wheel(308, 262, 30)
    )


@motif
def tractionengine(pen: Pen) -> str:
    """A model traction engine."""

    def wheel(x: float, y: float, r: float) -> str:
        return (
            stroke(oval(x, y, r), INK, 10)
            + "".join(spun(stroke(f"M{x},{y}v{-r}", "#c8473f", 5), a, x, y) for a in range(0, 360, 30))
            + fill(oval(x, y, r * 0.2), BRASS)
        )

    return (
        floor(300, 316)
        + pen.solid(box(84, 160, 170, 62, 20))
        + fill(box(118, 156, 7, 68), BRASS)
        + fill(box(176, 156, 7, 68), BRASS)
        + pen.solid("M92,164L98,84H130L136,164Z", IRON)
        + fill(box(88, 74, 52, 14, 6), BRASS)
        + pen.solid(box(246, 150, 68, 110, 5))
        + fill(box(226, 82, 112, 14, 5), pen.deep)
        + stroke("M236,94V160M328,94V170", BRASS, 5)
        + wheel(208, 128, 31)
        + wheel(112, 266, 43)
        + wheel(284, 246, 63)
    )


@motif
def plane(pen: Pen) -> str:
    """A biplane on a string."""
    return stroke("M210,0V108", INK, 2, 0.6) + place(
        "".join(
            (
                fill("M318,206L362,156L372,206L352,222Z", pen.dark),
                pen.solid("M70,196Q76,168 124,166L340,190Q356,206 340,218L124,238Q76,232 70,196Z"),
                pen.solid("M96,112H256q12,0 12,13t-12,13H96q-12,0 -12,-13t12,-13Z", "#ecc64c"),
                stroke("M116,138L122,244M232,138L238,244M116,138L238,244M232,138L122,244", INK, 3, 0.7),
                pen.solid("M100,240H262q12,0 12,13t-12,13H100q-12,0 -12,-13t12,-13Z", "#ecc64c"),
                stroke("M176,170q12,-24 34,0", INK, 6),
                fill(oval(192, 156, 12), SKIN) + fill("M180,154a12,12 0 0 1 24,0Z", WOODEN),
                fill("M66,196q-8,-50 2,-66q8,20 4,66q4,46 -4,66q-10,-16 -2,-66Z", WOODEN),
                fill(oval(68, 196, 9), STEEL),
                stroke("M150,266L140,296M200,266L206,296", INK, 5),
                _wheel(140, 304, 17),
                _wheel(208, 304, 17),
            )
        ),
        0,
        0,
        -8,
        0.94,
    )


@motif
def robot(pen: Pen) -> str:
    """A tin robot."""
    dials = (
        fill(oval(170, 214, 17), WHITE)
        + stroke("M170,214l8,-10", "#c8473f", 4)
        + "".join(
            fill(oval(x, y, 7), MANY[n]) for n, (x, y) in enumerate(((214, 204), (234, 204), (214, 224), (234, 224)))
        )
        + fill(box(156, 242, 88, 16, 3), pen.deep)
        + stroke("M162,250h76", "#ecc64c", 4)
    )
    return (
        floor(190, 338)
        + stroke("M176,74V46M224,74V52", INK, 5)
        + fill(oval(176, 42, 8), "#c8473f")
        + fill(oval(224, 48, 7), "#5484b4")
        + both(pen.solid(box(152, 278, 40, 56, 5), pen.dark) + fill(box(142, 322, 54, 16, 5), INK))
        + both(stroke("M132,188Q98,206 104,252", pen.dark, 19) + stroke("M92,272q-2,-20 12,-20t12,20", "#c8473f", 8))
        + pen.solid(box(130, 170, 140, 112, 8))
        + dials
        + pen.solid(box(146, 74, 108, 88, 12))
        + fill(box(184, 158, 32, 16), pen.deep)
        + both(fill(oval(176, 110, 17), "#ecc64c") + fill(oval(176, 110, 8), INK))
        + fill(box(168, 136, 64, 14, 4), INK)
        + stroke("M182,138v10M196,138v10M210,138v10", PAPER, 3)
        + both(fill(box(136, 104, 12, 24, 4), "#c8473f"))
    )
