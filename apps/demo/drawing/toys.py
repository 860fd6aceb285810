"""Toys and games, for children and for others."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, INK, IRON, LEAF, MANY, PAPER, RUBBER, SKIN, SKY, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, corners, dark, fill, floor, light, mix, motif, oval, place, shine, stroke,
)  # fmt: skip


def _face(y: float, muzzle: str) -> str:
    return fill(oval(200, y + 18, 30, 24), muzzle) + both(fill(oval(176, y, 6.5), INK)) + fill(oval(200, y + 8, 9, 7), INK) + stroke(f"M200,{y + 14}v8q-10,9 -17,2M200,{y + 22}q10,9 17,2", INK, 3)


def _plush(pen: Pen, ears: str, belly: str, muzzle: str) -> str:
    limbs = both(pen.solid("M140,210C104,206 84,250 104,270C124,274 144,250 152,234Z")) + both(pen.solid(oval(146, 306, 32, 26)) + fill(oval(144, 308, 17, 14), belly))
    return floor(200, 332) + ears + limbs + pen.solid(oval(200, 256, 68, 72)) + fill(oval(200, 264, 42, 46), belly) + pen.solid(oval(200, 138, 72, 64)) + _face(132, muzzle)


@motif
def teddy(pen: Pen) -> str:
    """A bear."""
    ears = both(pen.solid(oval(142, 86, 27)) + fill(oval(142, 88, 14), pen.light))
    bow = fill("M200,198q-36,-22 -40,2t40,6q36,18 40,-6t-40,-2Z", pen.accent if pen.colour != "mustard" else "#c8473f") + fill(oval(200, 202, 8), pen.deep)
    return _plush(pen, ears, pen.light, pen.light) + bow


@motif
def panda(pen: Pen) -> str:
    """A panda."""
    white = Pen("white", seed=pen.seed + 1)
    ears = both(pen.solid(oval(140, 84, 27)))
    limbs = both(pen.solid("M140,206C100,206 80,254 102,274C126,276 146,250 154,234Z") + pen.solid(oval(146, 306, 34, 27)))
    body = white.solid(oval(200, 260, 66, 68)) + white.solid(oval(200, 138, 74, 64))
    drawn = floor(200, 332) + ears + body + limbs + both(fill(oval(174, 134, 19, 23), pen.main)) + both(fill(oval(177, 132, 7), WHITE) + fill(oval(178, 132, 4), INK)) + fill(oval(200, 152, 10, 7), INK) + stroke("M200,158v8q-10,9 -17,2M200,166q10,9 17,2", INK, 3)
    pen.borrow(white)
    return drawn


@motif
def rabbit(pen: Pen) -> str:
    """A knitted rabbit in a waistcoat."""
    ears = both(pen.solid("M170,110C140,80 136,20 158,20S190,70 190,104Z") + fill("M170,96C152,74 150,38 160,38S178,72 180,94Z", "#e6b3b3"))
    waistcoat = pen.solid("M142,214Q200,190 258,214L262,296Q200,320 138,296Z", "#5d8a66") + fill("M176,202L200,250L224,202Z", WHITE) + stroke("M200,250V306", dark("#5d8a66"), 3) + fill(oval(192, 268, 5), "#ecc64c") + fill(oval(192, 288, 5), "#ecc64c")
    return _plush(pen, ears, pen.light, pen.light) + waistcoat


@motif
def monkey(pen: Pen) -> str:
    """A sock monkey."""
    ears = both(pen.solid(oval(126, 140, 24)) + fill(oval(128, 140, 12), PAPER))
    tail = stroke("M262,290C330,300 330,220 300,200", pen.main, 15)
    return tail + _plush(pen, ears, PAPER, PAPER) + stroke("M176,160q24,18 48,0", "#c8473f", 9) + pen.solid("M150,92Q200,40 250,92Q200,76 150,92Z", "#c8473f") + fill(oval(200, 58, 13), PAPER)


@motif
def doll(pen: Pen) -> str:
    """A rag doll with plaits."""
    plait = "".join(fill(oval(134 - n * 2, 128 + n * 22, 14, 13), pen.main if n % 2 else pen.dark) for n in range(5)) + fill(oval(124, 238, 9, 7), "#5484b4")
    legs = both(fill(box(168, 296, 22, 42, 8), WHITE) + stroke("M168,306h22M168,318h22", "#c8473f", 4) + fill("M166,330h26v12h-34q0,-10 8,-12Z", INK))
    return legs + both(stroke("M152,196L112,250", SKIN, 17)) + pen.solid("M166,174H234L286,306Q200,326 114,306Z", "#5484b4") + fill("M172,200H228L246,296Q200,306 154,296Z", WHITE) + fill("M200,226q-14,-16 -18,0q2,12 18,22q16,-10 18,-22q-4,-16 -18,0Z", "#c8473f") + pen.solid(oval(200, 122, 56), SKIN) + pen.solid("M142,128C136,60 264,60 258,128Q236,92 200,96T142,128Z") + both(plait) + both(fill(oval(180, 126, 5), INK)) + both(fill(oval(168, 142, 9, 6), "#dd9aa2")) + stroke("M188,148q12,10 24,0", "#c8473f", 4)


@motif
def dollshouse(pen: Pen) -> str:
    """A dolls' house with its front open."""
    rooms = "".join(fill(box(x, y, 86, 62, 2), c) for (x, y), c in zip(((108, 124), (206, 124), (108, 196), (206, 196), (108, 268), (206, 268)), ("#bcd3dc", "#e8c9c4", "#d9d4a8", "#b8cdb0", "#e3c8a4", "#c5b8d6"), strict=True))
    bits = fill(box(118, 164, 46, 18, 4), WOODEN) + fill(box(118, 158, 14, 10, 3), WHITE) + fill("M222,186v-22h50q0,22 -14,22Z", WHITE) + fill(box(122, 226, 36, 32, 6), "#c8473f") + fill(box(226, 238, 44, 6), WOODEN) + both("") + stroke("M232,244v14M264,244v14", WOODEN, 4) + fill(box(120, 296, 30, 34, 3), IRON) + fill("M226,330v-36h26v36Z", "#c8473f") + fill(oval(172, 144, 8), "#ecc64c") + fill(box(168, 208, 18, 22, 2), WHITE)
    return floor(240, 342) + pen.solid(box(98, 114, 204, 226, 2)) + rooms + bits + pen.solid("M200,44L320,118H80Z", "#813343") + fill(box(250, 54, 20, 36), "#b0643a") + fill(oval(200, 92, 12), PAPER)


@motif
def puppet(pen: Pen) -> str:
    """A fox glove-puppet."""
    return floor(150, 338) + pen.solid("M150,196C120,210 92,196 80,214Q84,238 146,236L138,336H262L254,236Q316,238 320,214C308,196 280,210 250,196Z") + fill("M176,196Q200,290 224,196Z", WHITE) + both(pen.solid("M134,108L124,40L180,78Z") + fill("M140,92L136,60L162,78Z", INK)) + pen.solid("M120,112Q200,40 280,112Q260,170 200,212Q140,170 120,112Z") + both(fill("M122,116Q150,130 176,150Q186,186 200,212Q140,172 122,116Z", WHITE)) + both(fill(oval(168, 122, 8), INK)) + fill(oval(200, 204, 12, 9), INK)


@motif
def pegdolls(pen: Pen) -> str:
    """A family of peg dolls."""
    def peg(x: float, base: float, size: float, coat: str, hair: str) -> str:
        w = 44 * size
        return pen.solid(f"M{x - w / 2:g},{base}L{x - w / 3:g},{base - 92 * size:g}H{x + w / 3:g}L{x + w / 2:g},{base}Z", coat, by=5) + fill(oval(x, base - 108 * size, 23 * size), SKIN) + fill(f"M{x - 23 * size:g},{base - 108 * size:g}a{23 * size:g},{23 * size:g} 0 0 1 {46 * size:g},0q{-23 * size:g},{-14 * size:g} {-46 * size:g},0Z", hair) + fill(oval(x - 7 * size, base - 106 * size, 2.6), INK) + fill(oval(x + 7 * size, base - 106 * size, 2.6), INK)
    return floor(290, 312) + peg(90, 306, 1.25, "#33476b", INK) + peg(144, 306, 1.15, "#c8473f", "#8a5a3b") + peg(200, 306, 1.35, INK, "#8d9296") + fill(box(188, 200, 24, 7, 2), WHITE) + peg(252, 306, 0.8, "#ecc64c", "#c8473f") + peg(292, 306, 0.8, "#6a9466", "#c8473f") + peg(334, 306, 1.1, "#86679f", "#c79a66")


@motif
def puzzle(pen: Pen) -> str:
    """A jigsaw, one piece still to go in."""
    knob = "M{x},{y}h26q-8,-22 10,-22t10,22h26v26q22,-8 22,10t-22,10v26h-26q8,22 -10,22t-10,-22h-26v-26q-22,8 -22,-10t22,-10Z"
    hues = (pen.main, "#ecc64c", "#6a9466", "#c8473f")
    pieces = "".join(pen.solid(knob.format(x=x, y=y), c, by=5) for (x, y), c in zip(((112, 116), (188, 116), (112, 192)), hues, strict=False))
    return fill(box(78, 84, 236, 236, 8), WHITE) + stroke(box(78, 84, 236, 236, 8), dark(WHITE), 3) + pieces + place(pen.solid(knob.format(x=164, y=164), hues[3], by=5), 50, 62, 18)


@motif
def boardgame(pen: Pen) -> str:
    """A board game with counters and a die."""
    squares = "".join(fill(box(84 + c * 46, 84 + r * 46, 44, 44), (pen.light, PAPER, MANY[(r * 5 + c) % 8])[(r * 3 + c) % 3]) for r in range(5) for c in range(5))
    snake = stroke("M120,280C90,200 200,220 180,150S260,120 270,110", LEAF, 13) + fill(oval(272, 108, 12), LEAF) + fill(oval(275, 105, 3), INK)
    ladder = stroke("M230,290L292,180M252,298L314,188", WOODEN, 6) + stroke("M240,272l22,8M252,250l22,8M264,228l22,8M276,206l22,8", WOODEN, 5)
    die = pen.solid(box(286, 276, 62, 62, 12), WHITE) + "".join(fill(oval(x, y, 6), INK) for x, y in ((302, 292), (332, 292), (317, 307), (302, 322), (332, 322)))
    return pen.solid(box(72, 72, 252, 252, 8)) + squares + snake + ladder + fill(oval(110, 316, 17, 11), "#c8473f") + fill("M99,314q11,-44 22,0Z", "#c8473f") + die


@motif
def chess(pen: Pen) -> str:
    """Two chess pieces on a board."""
    board_ = "".join(fill(corners(f"{90 + c * 36 + r * 8 - 30:g},{330 - r * 22:g} {126 + c * 36 + r * 8 - 30:g},{330 - r * 22:g} {130 + c * 34 + r * 8 - 26:g},{308 - r * 22:g} {96 + c * 34 + r * 8 - 26:g},{308 - r * 22:g}"), INK if (r + c) % 2 else PAPER) for r in range(3) for c in range(8))
    knight = pen.solid("M96,284H190V262Q176,250 178,214C184,160 168,118 130,112L120,92L110,120C84,150 76,176 72,190L92,206Q116,190 130,190Q104,226 104,262Z", IRON) + fill(oval(116, 146, 5), WHITE) + fill(box(88, 276, 110, 16, 6), INK)
    pawn = pen.solid("M246,284Q266,250 262,200H302Q298,250 318,284Z", "#dcbf8c") + pen.solid(oval(282, 172, 32), "#dcbf8c") + fill(box(254, 198, 56, 12, 5), "#c79a66") + fill(box(236, 276, 92, 16, 6), "#c79a66")
    return board_ + knight + pawn


@motif
def draughts(pen: Pen) -> str:
    """A draughts board and men."""
    squares = "".join(fill(box(80 + c * 40, 80 + r * 40, 40, 40), WOODEN if (r + c) % 2 else "#e9d3a6") for r in range(6) for c in range(6))
    man = lambda c, r, hue: fill(oval(102 + c * 40, 104 + r * 40, 16), dark(hue)) + fill(oval(100 + c * 40, 100 + r * 40, 16), hue) + stroke(oval(100 + c * 40, 100 + r * 40, 9), light(hue), 2.5)  # noqa: E731
    men = "".join(man(c, r, pen.main if r < 3 else INK) for c, r in ((1, 0), (3, 0), (5, 0), (0, 1), (4, 1), (3, 2), (2, 3), (1, 4), (5, 4), (0, 5), (2, 5), (4, 5)))
    return pen.solid(box(66, 66, 268, 268, 6), WOOD) + squares + men


@motif
def bagatelle(pen: Pen) -> str:
    """A bagatelle board."""
    pins = "".join(fill(oval(200 + r * dx, 186 + r * dy, 3.4), BRASS) for r in (34,) for dx, dy in ((-1, 0), (-0.8, 0.6), (-0.3, 0.95), (0.3, 0.95), (0.8, 0.6), (1, 0))) + "".join(fill(oval(x, y, 3.4), BRASS) for x, y in ((140, 140), (260, 140), (150, 250), (250, 250), (120, 190), (276, 196), (176, 116), (226, 116), (140, 290), (200, 280), (244, 292)))
    cups = "".join(fill(oval(x, y, 13), pen.deep) + fill(oval(x, y, 9), PAPER) for x, y in ((200, 190), (150, 226), (250, 226), (200, 252), (160, 160), (240, 160)))
    return pen.solid("M96,340V160Q96,52 200,52T304,160V340Z", WOODEN) + fill("M110,326V162Q110,66 200,66T290,162V326Z", pen.main) + stroke("M272,326V170", WOOD, 7) + stroke("M281,326V250", STEEL, 7) + fill(oval(281, 240, 9), STEEL) + pins + cups + fill(oval(206, 142, 8), STEEL) + shine("M203,139l1,-1", 4)


@motif
def dominoes(pen: Pen) -> str:
    """Dominoes."""
    spots = {1: ((0, 0),), 3: ((-12, -12), (0, 0), (12, 12)), 4: ((-12, -12), (12, -12), (-12, 12), (12, 12)), 5: ((-12, -12), (12, -12), (0, 0), (-12, 12), (12, 12)), 6: ((-12, -14), (12, -14), (-12, 0), (12, 0), (-12, 14), (12, 14))}
    def tile(top: int, bottom: int) -> str:
        return fill(box(168, 126, 72, 150, 10), INK) + fill(box(162, 122, 72, 150, 10), PAPER) + stroke("M170,197h56", BRASS, 4) + fill(oval(198, 197, 4), BRASS) + "".join(fill(oval(198 + x, 160 + y, 5.5), INK) for x, y in spots[top]) + "".join(fill(oval(198 + x, 236 + y, 5.5), INK) for x, y in spots[bottom])
    return place(tile(5, 3), -78, -22, -18) + place(tile(6, 4), 70, -34, 24) + place(tile(1, 6), -10, 66, 84)


@motif
def mahjong(pen: Pen) -> str:
    """Mah-jong tiles."""
    def tile(x: float, y: float, mark: str) -> str:
        return fill(box(x + 6, y + 8, 66, 88, 8), pen.dark) + fill(box(x + 3, y + 4, 66, 88, 8), pen.main) + fill(box(x, y, 66, 88, 8), PAPER) + f'<g transform="translate({x + 33} {y + 44})">{mark}</g>'
    dots = "".join(stroke(oval(x, y, 8), ("#c8473f", "#3c8587", "#5484b4")[n % 3], 4) for n, (x, y) in enumerate(((-14, -22), (14, -22), (0, 0), (-14, 22), (14, 22))))
    bamboo = "".join(stroke(f"M{x},{y}v22", LEAF, 6) for x in (-14, 4, 20) for y in (-28, 6))
    dragon = stroke("M-16,-16H16M0,-28V30M-16,-16V8H16V-16", "#c8473f", 6)
    flower = "".join(f'<g transform="rotate({a})">{fill(oval(0, -14, 8, 12), "#dd9aa2")}</g>' for a in range(0, 360, 72)) + fill(oval(0, 0, 7), "#ecc64c")
    return floor(260, 306) + tile(94, 108, dots) + tile(172, 108, bamboo) + tile(250, 108, flower) + tile(132, 208, dragon) + tile(212, 208, dots)


@motif
def tiddlywinks(pen: Pen) -> str:
    """Tiddlywinks on their way to the cup."""
    winks = "".join(fill(oval(x, y + 4, 22, 9), dark(MANY[n % 8])) + fill(oval(x, y, 22, 9), MANY[n % 8]) for n, (x, y) in enumerate(((94, 306), (140, 322), (300, 310), (122, 282), (330, 284))))
    flying = place(fill(oval(200, 200, 22, 9), MANY[2]), -84, -74, -30) + place(fill(oval(200, 200, 22, 9), MANY[0]), -14, -112, 20) + stroke("M96,250C96,200 100,170 112,146M150,116Q170,96 180,94", INK, 3, 0.35)
    return floor(130, 318, 220) + pen.solid("M164,182H276Q276,256 236,262V294Q260,300 264,316H176Q180,300 204,294V262Q164,256 164,182Z", "#bcd3dc") + fill(oval(220, 182, 56, 12), dark(SKY)) + winks + flying


def _wheel(x: float, y: float, r: float, hub: str = STEEL) -> str:
    return fill(oval(x, y, r), RUBBER) + fill(oval(x, y, r * 0.6), hub) + fill(oval(x, y, r * 0.2), INK)


@motif
def car(pen: Pen) -> str:
    """A tinplate saloon."""
    return floor(290, 282) + pen.solid("M50,254V222Q54,202 92,196L128,148Q136,138 150,138H244Q258,138 266,148L296,192Q344,198 350,224V254Z") + fill("M142,154H190V192H116Z", SKY) + fill("M202,154H244L272,192H202Z", SKY) + stroke("M196,150V250M60,226H344", pen.deep, 3, 0.5) + fill(oval(340, 222, 9, 12), "#ecc64c") + _wheel(114, 254, 31) + _wheel(286, 254, 31) + fill(box(40, 246, 18, 11, 4), STEEL) + fill(box(342, 246, 18, 11, 4), STEEL) + stroke("M250,212l22,-10M272,202m-10,-8l20,16", BRASS, 6)


@motif
def van(pen: Pen) -> str:
    """A little die-cast van."""
    return floor(270, 286) + pen.solid("M70,256V130Q70,118 82,118H242V158H292Q304,158 312,172L330,208V256Z") + fill("M254,170H288Q296,170 300,180L312,206H254Z", SKY) + fill(box(92, 146, 128, 54, 5), PAPER) + fill(box(108, 160, 96, 9, 4), "#c8473f") + fill(box(124, 178, 64, 7, 3), "#33476b") + stroke("M242,160V254M72,222H330", pen.deep, 3, 0.5) + fill(oval(322, 226, 8), WHITE) + _wheel(128, 256, 29) + _wheel(280, 256, 29)


@motif
def train(pen: Pen) -> str:
    """A wooden engine."""
    return floor(290, 306) + pen.solid(box(94, 174, 130, 76, 8)) + pen.solid(oval(100, 212, 22, 38), pen.dark) + fill(box(112, 118, 34, 60, 4), "#c8473f") + fill(box(104, 110, 50, 16, 6), dark("#c8473f")) + fill("M176,176q0,-30 22,-30t22,30Z", BRASS) + pen.solid(box(218, 120, 96, 130, 6), "#c8473f") + fill(box(236, 142, 60, 44, 4), SKY) + pen.solid(box(206, 102, 120, 22, 8), pen.deep) + fill(box(80, 246, 250, 18, 5), BEECH) + "".join(fill(oval(x, 276, r), WOODEN) + fill(oval(x - 2, 274, r * 0.72), "#ecc64c") + fill(oval(x, 276, r * 0.2), INK) for x, r in ((118, 27), (184, 27), (272, 33))) + fill(oval(128, 84, 17), WHITE, 0.8) + fill(oval(158, 62, 22), WHITE, 0.6)


@motif
def signalbox(pen: Pen) -> str:
    """A toy signal box with its signal."""
    bricks = "".join(stroke(f"M{x},{y}h18", dark("#b0643a"), 3, 0.7) for n, y in enumerate(range(232, 320, 16)) for x in range(92 + (n % 2) * 14, 250, 28))
    panes = "".join(fill(box(x, 150, 34, 52), SKY) for x in (92, 134, 176, 218))
    return floor(290, 332) + pen.solid(box(82, 216, 180, 112), "#b0643a") + bricks + fill(box(196, 254, 36, 74, 2), WOODEN) + pen.solid(box(78, 138, 188, 82)) + panes + pen.solid("M56,140L92,84H252L288,140Z", IRON) + stroke("M320,330V72", INK, 9) + pen.solid("M320,86H376V106H320Z", "#c8473f", by=4) + fill(box(352, 86, 9, 20), WHITE) + fill("M314,72l6,-16l6,16Z", INK)


@motif
def pedalcar(pen: Pen) -> str:
    """A pedal car."""
    spoke = lambda x: fill(oval(x, 276, 42), RUBBER) + fill(oval(x, 276, 31), PAPER) + "".join(f'<g transform="rotate({a} {x} 276)">{stroke(f"M{x},276v-29", "#c8473f", 4)}</g>' for a in range(0, 360, 45)) + fill(oval(x, 276, 9), STEEL)  # noqa: E731
    return floor(310, 318) + pen.solid("M40,262Q44,200 110,194L176,190Q190,226 226,226T272,188L318,178Q360,180 362,262Z") + stroke("M176,192L196,140", INK, 7) + stroke("M172,150Q190,126 220,136", INK, 10) + fill(oval(70, 222, 16), STEEL) + fill(oval(68, 220, 11), "#ffe9a8") + fill(oval(144, 236, 24), WHITE) + stroke("M140,224h8v26", INK, 6) + spoke(112) + spoke(300) + stroke("M232,222q14,-36 36,-36", pen.light, 6)


@motif
def fireengine(pen: Pen) -> str:
    """A fire engine with its ladder up."""
    ladder = stroke("M284,158L96,56M276,176L88,74", BRASS, 7) + "".join(stroke(f"M{x},{y}l-8,18", BRASS, 6) for x, y in ((258, 144), (230, 129), (202, 114), (174, 98), (146, 83), (118, 68)))
    return floor(300, 290) + pen.solid("M54,260V170Q56,154 72,154H134V194H346V260Z") + fill("M66,168H122V206H62Z", SKY) + ladder + fill(box(240, 160, 64, 36, 6), dark(pen.main)) + fill(box(54, 226, 292, 9), "#ecc64c") + fill(oval(96, 146, 12), BRASS) + "".join(fill(box(x, 204, 40, 16, 2), pen.deep) for x in (160, 210, 260)) + fill(oval(60, 242, 8), "#ffe9a8") + _wheel(112, 262, 30) + _wheel(242, 262, 30) + _wheel(308, 262, 30)


@motif
def tractionengine(pen: Pen) -> str:
    """A model traction engine."""
    wheel = lambda x, y, r: stroke(oval(x, y, r), INK, 10) + "".join(f'<g transform="rotate({a} {x} {y})">{stroke(f"M{x},{y}v{-r}", "#c8473f", 5)}</g>' for a in range(0, 360, 30)) + fill(oval(x, y, r * 0.2), BRASS)  # noqa: E731
    return floor(300, 316) + pen.solid(box(84, 160, 170, 62, 20)) + fill(box(118, 156, 7, 68), BRASS) + fill(box(176, 156, 7, 68), BRASS) + pen.solid("M92,164L98,84H130L136,164Z", IRON) + fill(box(88, 74, 52, 14, 6), BRASS) + pen.solid(box(246, 150, 68, 110, 5)) + fill(box(226, 82, 112, 14, 5), pen.deep) + stroke("M236,94V160M328,94V170", BRASS, 5) + wheel(208, 128, 31) + wheel(112, 266, 43) + wheel(284, 246, 63)


@motif
def plane(pen: Pen) -> str:
    """A biplane on a string."""
    return stroke("M210,0V108", INK, 2, 0.6) + place("".join((
        fill("M318,206L362,156L372,206L352,222Z", pen.dark), pen.solid("M70,196Q76,168 124,166L340,190Q356,206 340,218L124,238Q76,232 70,196Z"), pen.solid("M96,112H256q12,0 12,13t-12,13H96q-12,0 -12,-13t12,-13Z", "#ecc64c"),
        stroke("M116,138L122,244M232,138L238,244M116,138L238,244M232,138L122,244", INK, 3, 0.7), pen.solid("M100,240H262q12,0 12,13t-12,13H100q-12,0 -12,-13t12,-13Z", "#ecc64c"), stroke("M176,170q12,-24 34,0", INK, 6), fill(oval(192, 156, 12), SKIN) + fill("M180,154a12,12 0 0 1 24,0Z", WOODEN),
        fill("M66,196q-8,-50 2,-66q8,20 4,66q4,46 -4,66q-10,-16 -2,-66Z", WOODEN), fill(oval(68, 196, 9), STEEL), stroke("M150,266L140,296M200,266L206,296", INK, 5), _wheel(140, 304, 17), _wheel(208, 304, 17),
    )), 0, 0, -8, 0.94)


@motif
def robot(pen: Pen) -> str:
    """A tin robot."""
    dials = fill(oval(170, 214, 17), WHITE) + stroke("M170,214l8,-10", "#c8473f", 4) + "".join(fill(oval(x, y, 7), MANY[n]) for n, (x, y) in enumerate(((214, 204), (234, 204), (214, 224), (234, 224)))) + fill(box(156, 242, 88, 16, 3), pen.deep) + stroke("M162,250h76", "#ecc64c", 4)
    return floor(190, 338) + stroke("M176,74V46M224,74V52", INK, 5) + fill(oval(176, 42, 8), "#c8473f") + fill(oval(224, 48, 7), "#5484b4") + both(pen.solid(box(152, 278, 40, 56, 5), pen.dark) + fill(box(142, 322, 54, 16, 5), INK)) + both(stroke("M132,188Q98,206 104,252", pen.dark, 19) + stroke("M92,272q-2,-20 12,-20t12,20", "#c8473f", 8)) + pen.solid(box(130, 170, 140, 112, 8)) + dials + pen.solid(box(146, 74, 108, 88, 12)) + fill(box(184, 158, 32, 16), pen.deep) + both(fill(oval(176, 110, 17), "#ecc64c") + fill(oval(176, 110, 8), INK)) + fill(box(168, 136, 64, 14, 4), INK) + stroke("M182,138v10M196,138v10M210,138v10", PAPER, 3) + both(fill(box(136, 104, 12, 24, 4), "#c8473f"))


@motif
def top(pen: Pen) -> str:
    """A humming top."""
    bands = pen.within("M90,196Q200,130 310,196Q286,276 200,310Q114,276 90,196Z", *(fill(box(80, y, 240, 24), MANY[n]) for n, y in enumerate(range(150, 310, 23))), "".join(fill("M200,206l6,14h15l-12,10l5,15l-14,-9l-14,9l5,-15l-12,-10h15Z", WHITE) for _ in "1"), fill("M250,120Q330,220 210,330H330V120Z", "#2b2036", 0.18))
    return floor(110, 336) + stroke("M200,162V72", STEEL, 9) + fill(oval(200, 66, 20, 13), "#c8473f") + stroke("M188,86q12,8 24,0M188,104q12,8 24,0M188,122q12,8 24,0", dark(STEEL), 4) + bands + fill("M192,306h16l-8,30Z", STEEL) + fill("M168,168q32,-22 64,0Z", BRASS)


@motif
def kite(pen: Pen) -> str:
    """A box kite on its line."""
    def cell(y: float) -> str:
        return pen.solid(f"M124,{y}L196,{y + 22}V{y + 88}L124,{y + 66}Z") + pen.solid(f"M196,{y + 22}L276,{y}V{y + 66}L196,{y + 88}Z", pen.light) + fill(f"M124,{y}L204,{y - 22}L276,{y}L196,{y + 22}Z", mix(pen.main, INK, 0.4), 0.6)
    return place(stroke("M124,66V296M276,66V296M196,90V320M204,46V90", BEECH, 5) + cell(80) + cell(204), 10, -16, 16) + stroke("M196,300Q150,340 60,372", INK, 2.5)
