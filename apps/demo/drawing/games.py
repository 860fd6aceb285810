"""Jigsaws, board games and other pastimes."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    INK,
    IRON,
    LEAF,
    MANY,
    PAPER,
    SKY,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    at,
    box,
    corners,
    dark,
    fill,
    floor,
    light,
    mix,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip


@motif
def puzzle(pen: Pen) -> str:
    """A jigsaw, one piece still to go in."""
    knob = "M{x},{y}h26q-8,-22 10,-22t10,22h26v26q22,-8 22,10t-22,10v26h-26q8,22 -10,22t-10,-22h-26v-26q-22,8 -22,-10t22,-10Z"
    hues = (pen.main, "#ecc64c", "#6a9466", "#c8473f")
    pieces = "".join(
        pen.solid(knob.format(x=x, y=y), c, by=5)
        for (x, y), c in zip(((112, 116), (188, 116), (112, 192)), hues, strict=False)
    )
    return (
        fill(box(78, 84, 236, 236, 8), WHITE)
        + stroke(box(78, 84, 236, 236, 8), dark(WHITE), 3)
        + pieces
        + place(pen.solid(knob.format(x=164, y=164), hues[3], by=5), 50, 62, 18)
    )


@motif
def boardgame(pen: Pen) -> str:
    """A board game with counters and a die."""
    squares = "".join(
        fill(box(84 + c * 46, 84 + r * 46, 44, 44), (pen.light, PAPER, MANY[(r * 5 + c) % 8])[(r * 3 + c) % 3])
        for r in range(5)
        for c in range(5)
    )
    snake = (
        stroke("M120,280C90,200 200,220 180,150S260,120 270,110", LEAF, 13)
        + fill(oval(272, 108, 12), LEAF)
        + fill(oval(275, 105, 3), INK)
    )
    ladder = stroke("M230,290L292,180M252,298L314,188", WOODEN, 6) + stroke(
        "M240,272l22,8M252,250l22,8M264,228l22,8M276,206l22,8", WOODEN, 5
    )
    die = pen.solid(box(286, 276, 62, 62, 12), WHITE) + "".join(
        fill(oval(x, y, 6), INK) for x, y in ((302, 292), (332, 292), (317, 307), (302, 322), (332, 322))
    )
    return (
        pen.solid(box(72, 72, 252, 252, 8))
        + squares
        + snake
        + ladder
        + fill(oval(110, 316, 17, 11), "#c8473f")
        + fill("M99,314q11,-44 22,0Z", "#c8473f")
        + die
    )


@motif
def chess(pen: Pen) -> str:
    """Two chess pieces on a board."""
    board_ = "".join(
        fill(
            corners(
                f"{90 + c * 36 + r * 8 - 30:g},{330 - r * 22:g} {126 + c * 36 + r * 8 - 30:g},{330 - r * 22:g} "
                f"{130 + c * 34 + r * 8 - 26:g},{308 - r * 22:g} {96 + c * 34 + r * 8 - 26:g},{308 - r * 22:g}"
            ),
            INK if (r + c) % 2 else PAPER,
        )
        for r in range(3)
        for c in range(8)
    )
    knight = (
        pen.solid(
            (
                "M96,284H190V262Q176,250 178,214C184,160 168,118 130,112L120,92L110,120C84,150 76,176 "
                "72,190L92,206Q116,190 130,190Q104,226 104,262Z"
            ),
            IRON,
        )
        + fill(oval(116, 146, 5), WHITE)
        + fill(box(88, 276, 110, 16, 6), INK)
    )
    pawn = (
        pen.solid("M246,284Q266,250 262,200H302Q298,250 318,284Z", "#dcbf8c")
        + pen.solid(oval(282, 172, 32), "#dcbf8c")
        + fill(box(254, 198, 56, 12, 5), "#c79a66")
        + fill(box(236, 276, 92, 16, 6), "#c79a66")
    )
    return board_ + knight + pawn


@motif
def draughts(pen: Pen) -> str:
    """A draughts board and men."""
    squares = "".join(
        fill(box(80 + c * 40, 80 + r * 40, 40, 40), WOODEN if (r + c) % 2 else "#e9d3a6")
        for r in range(6)
        for c in range(6)
    )

    def man(c: float, r: float, hue: str) -> str:
        return (
            fill(oval(102 + c * 40, 104 + r * 40, 16), dark(hue))
            + fill(oval(100 + c * 40, 100 + r * 40, 16), hue)
            + stroke(oval(100 + c * 40, 100 + r * 40, 9), light(hue), 2.5)
        )

    men = "".join(
        man(c, r, pen.main if r < 3 else INK)
        for c, r in ((1, 0), (3, 0), (5, 0), (0, 1), (4, 1), (3, 2), (2, 3), (1, 4), (5, 4), (0, 5), (2, 5), (4, 5))
    )
    return pen.solid(box(66, 66, 268, 268, 6), WOOD) + squares + men


@motif
def bagatelle(pen: Pen) -> str:
    """A bagatelle board."""
    pins = "".join(
        fill(oval(200 + r * dx, 186 + r * dy, 3.4), BRASS)
        for r in (34,)
        for dx, dy in ((-1, 0), (-0.8, 0.6), (-0.3, 0.95), (0.3, 0.95), (0.8, 0.6), (1, 0))
    ) + "".join(
        fill(oval(x, y, 3.4), BRASS)
        for x, y in (
            (140, 140),
            (260, 140),
            (150, 250),
            (250, 250),
            (120, 190),
            (276, 196),
            (176, 116),
            (226, 116),
            (140, 290),
            (200, 280),
            (244, 292),
        )
    )
    cups = "".join(
        fill(oval(x, y, 13), pen.deep) + fill(oval(x, y, 9), PAPER)
        for x, y in ((200, 190), (150, 226), (250, 226), (200, 252), (160, 160), (240, 160))
    )
    return (
        pen.solid("M96,340V160Q96,52 200,52T304,160V340Z", WOODEN)
        + fill("M110,326V162Q110,66 200,66T290,162V326Z", pen.main)
        + stroke("M272,326V170", WOOD, 7)
        + stroke("M281,326V250", STEEL, 7)
        + fill(oval(281, 240, 9), STEEL)
        + pins
        + cups
        + fill(oval(206, 142, 8), STEEL)
        + shine("M203,139l1,-1", 4)
    )


@motif
def dominoes(pen: Pen) -> str:
    """Dominoes."""
    spots = {
        1: ((0, 0),),
        3: ((-12, -12), (0, 0), (12, 12)),
        4: ((-12, -12), (12, -12), (-12, 12), (12, 12)),
        5: ((-12, -12), (12, -12), (0, 0), (-12, 12), (12, 12)),
        6: ((-12, -14), (12, -14), (-12, 0), (12, 0), (-12, 14), (12, 14)),
    }

    def tile(top: int, bottom: int) -> str:
        return (
            fill(box(168, 126, 72, 150, 10), INK)
            + fill(box(162, 122, 72, 150, 10), PAPER)
            + stroke("M170,197h56", BRASS, 4)
            + fill(oval(198, 197, 4), BRASS)
            + "".join(fill(oval(198 + x, 160 + y, 5.5), INK) for x, y in spots[top])
            + "".join(fill(oval(198 + x, 236 + y, 5.5), INK) for x, y in spots[bottom])
        )

    return place(tile(5, 3), -78, -22, -18) + place(tile(6, 4), 70, -34, 24) + place(tile(1, 6), -10, 66, 84)


@motif
def mahjong(pen: Pen) -> str:
    """Mah-jong tiles."""

    def tile(x: float, y: float, mark: str) -> str:
        return (
            fill(box(x + 6, y + 8, 66, 88, 8), pen.dark)
            + fill(box(x + 3, y + 4, 66, 88, 8), pen.main)
            + fill(box(x, y, 66, 88, 8), PAPER)
            + at(mark, x + 33, y + 44)
        )

    dots = "".join(
        stroke(oval(x, y, 8), ("#c8473f", "#3c8587", "#5484b4")[n % 3], 4)
        for n, (x, y) in enumerate(((-14, -22), (14, -22), (0, 0), (-14, 22), (14, 22)))
    )
    bamboo = "".join(stroke(f"M{x},{y}v22", LEAF, 6) for x in (-14, 4, 20) for y in (-28, 6))
    dragon = stroke("M-16,-16H16M0,-28V30M-16,-16V8H16V-16", "#c8473f", 6)
    flower = "".join(at(fill(oval(0, -14, 8, 12), "#dd9aa2"), 0, 0, a) for a in range(0, 360, 72)) + fill(
        oval(0, 0, 7), "#ecc64c"
    )
    return (
        floor(260, 306)
        + tile(94, 108, dots)
        + tile(172, 108, bamboo)
        + tile(250, 108, flower)
        + tile(132, 208, dragon)
        + tile(212, 208, dots)
    )


@motif
def tiddlywinks(pen: Pen) -> str:
    """Tiddlywinks on their way to the cup."""
    winks = "".join(
        fill(oval(x, y + 4, 22, 9), dark(MANY[n % 8])) + fill(oval(x, y, 22, 9), MANY[n % 8])
        for n, (x, y) in enumerate(((94, 306), (140, 322), (300, 310), (122, 282), (330, 284)))
    )
    flying = (
        place(fill(oval(200, 200, 22, 9), MANY[2]), -84, -74, -30)
        + place(fill(oval(200, 200, 22, 9), MANY[0]), -14, -112, 20)
        + stroke("M96,250C96,200 100,170 112,146M150,116Q170,96 180,94", INK, 3, 0.35)
    )
    return (
        floor(130, 318, 220)
        + pen.solid(
            "M164,182H276Q276,256 236,262V294Q260,300 264,316H176Q180,300 204,294V262Q164,256 164,182Z", "#bcd3dc"
        )
        + fill(oval(220, 182, 56, 12), dark(SKY))
        + winks
        + flying
    )


@motif
def top(pen: Pen) -> str:
    """A humming top."""
    bands = pen.within(
        "M90,196Q200,130 310,196Q286,276 200,310Q114,276 90,196Z",
        *(fill(box(80, y, 240, 24), MANY[n]) for n, y in enumerate(range(150, 310, 23))),
        "".join(fill("M200,206l6,14h15l-12,10l5,15l-14,-9l-14,9l5,-15l-12,-10h15Z", WHITE) for _ in "1"),
        fill("M250,120Q330,220 210,330H330V120Z", "#2b2036", 0.18),
    )
    return (
        floor(110, 336)
        + stroke("M200,162V72", STEEL, 9)
        + fill(oval(200, 66, 20, 13), "#c8473f")
        + stroke("M188,86q12,8 24,0M188,104q12,8 24,0M188,122q12,8 24,0", dark(STEEL), 4)
        + bands
        + fill("M192,306h16l-8,30Z", STEEL)
        + fill("M168,168q32,-22 64,0Z", BRASS)
    )


@motif
def kite(pen: Pen) -> str:
    """A box kite on its line."""

    def cell(y: float) -> str:
        return (
            pen.solid(f"M124,{y}L196,{y + 22}V{y + 88}L124,{y + 66}Z")
            + pen.solid(f"M196,{y + 22}L276,{y}V{y + 66}L196,{y + 88}Z", pen.light)
            + fill(f"M124,{y}L204,{y - 22}L276,{y}L196,{y + 22}Z", mix(pen.main, INK, 0.4), 0.6)
        )

    return place(
        stroke("M124,66V296M276,66V296M196,90V320M204,46V90", BEECH, 5) + cell(80) + cell(204), 10, -16, 16
    ) + stroke("M196,300Q150,340 60,372", INK, 2.5)
