"""Books, maps, records and the instruments to answer them."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, IRON, LEATHER, MANY, PAPER, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, corners, dark, fill, floor, light, mix, motif, oval, place, shine, stroke,
)  # fmt: skip

INK = "#2c2a30"


def _emblem(pen: Pen, which: int) -> str:
    """A small device for a cover, about the middle of the picture, in the pen's accent."""
    a, d = pen.accent, pen.deep
    return (
        fill(oval(200, 196, 44), a) + fill("M156,212q44,-26 88,0q-8,30 -44,32q-36,-2 -44,-32Z", d),
        stroke("M200,250V160M200,214q-34,-2 -40,-32q34,0 40,32M200,196q34,-2 40,-32q-34,0 -40,32M200,160q-14,-16 0,-34q14,18 0,34", a, 6),
        fill("M150,240L186,160L206,200L222,178L252,240Z", a) + fill(oval(236, 152, 14), a),
        fill("M156,204h88q-8,36 -44,38t-44,-38ZM196,140h7v60h-7ZM206,144l34,50h-34Z", a),
        stroke(oval(200, 192, 44), a, 6) + stroke("M200,192v-26M200,192l22,12", a, 6),
        fill("M200,138l14,40h42l-34,26l12,42l-34,-26l-34,26l12,-42l-34,-26h42Z", a),
        stroke("M160,232q-10,-70 40,-86q50,16 40,86M180,232V196h40v36", a, 7) + fill(oval(200, 172, 9), a),
        fill("M146,216q30,-60 84,-44q10,-20 34,-22q-6,20 -2,36q-14,44 -60,42l6,22h-10l-8,-22q-28,0 -44,-12Z", a) + fill(oval(232, 186, 4), d),
        fill(oval(176, 202, 30, 36), a) + fill(oval(224, 202, 30, 36), a) + stroke("M200,170q0,-26 18,-34", a, 6) + fill("M206,150q28,-22 40,2q-26,14 -40,-2Z", a),
    )[which % 9]


@motif
def book(pen: Pen) -> str:
    """A book, its cover to the front."""
    which, style = pen.seed % 9, pen.seed // 9 % 4
    title = {
        0: fill(box(138, 100, 124, 10, 4), pen.accent) + fill(box(158, 118, 84, 7, 3), pen.accent, 0.8) + fill(box(168, 284, 64, 7, 3), pen.accent, 0.8),
        1: fill(box(120, 88, 160, 50, 2), PAPER) + fill(box(138, 102, 124, 9, 4), pen.deep) + fill(box(160, 119, 80, 6, 3), pen.deep) + fill(box(172, 290, 56, 6, 3), pen.accent),
        2: stroke(box(128, 82, 144, 234, 4), pen.accent, 3.5) + fill(box(150, 102, 100, 9, 4), pen.accent) + fill(box(172, 290, 56, 7, 3), pen.accent),
        3: fill(box(112, 70, 176, 66), pen.deep) + fill(box(134, 88, 132, 10, 4), pen.accent) + fill(box(134, 108, 88, 8, 3), pen.accent, 0.8) + fill(box(112, 278, 176, 50), pen.deep) + fill(box(160, 298, 80, 8, 3), pen.accent),
    }[style]
    pages = fill("M118,318H296V340H126q-14,0 -14,-11Z", WHITE) + "".join(stroke(f"M122,{y}H294", dark(PAPER), 1.6) for y in (324, 329, 334))
    cover = pen.solid("M112,72q0,-12 12,-12H288V322H124q-12,0 -12,10Z")
    return place(fill(box(112, 334, 190, 9, 4), "#2b2036", 0.16) + fill("M100,84q0,-24 24,-24V322q-12,0 -12,10t12,10H300v6H126q-26,0 -26,-22Z", pen.deep) + pages + cover + title + _emblem(pen, which) + stroke("M126,62V320", pen.deep, 2.5, 0.4), 0, -4, 0)


@motif
def books(pen: Pen) -> str:
    """A stack of books."""
    hues = (pen.main, pen.light, pen.dark, mix(pen.main, "#ecc64c", 0.35), pen.main)
    stack = ""
    for n, hue in enumerate(hues[: 3 + pen.seed % 3]):
        y, x, w = 286 - n * 40, 84 + (n * 37) % 22, 226 - (n * 23) % 30
        stack += fill(box(x + 8, y + 4, w - 4, 30, 3), WHITE) + "".join(stroke(f"M{x + 20},{y + k}h{w - 28}", dark(PAPER), 1.5) for k in (12, 19, 26))
        stack += pen.solid(f"M{x},{y}H{x + w}v7H{x + 18}q-8,12 0,24H{x + w}v7H{x}q-14,-19 0,-38Z", hue, by=3) + fill(box(x - 4, y + 9, 12, 5), BRASS) + fill(box(x - 4, y + 24, 12, 5), BRASS)
    return floor(250, 328) + stack


@motif
def map_(pen: Pen) -> str:
    """A map, unfolding."""
    panels = "".join(pen.solid(corners(p), c, by=3) for p, c in (("70,110 136,88 136,290 70,312", light(pen.main)), ("136,88 202,110 202,312 136,290", PAPER), ("202,110 268,88 268,290 202,312", light(pen.main)), ("268,88 334,110 334,312 268,290", PAPER)))
    lines = stroke("M70,240q40,-60 90,-30t90,-50t84,-40", "#5484b4", 8) + stroke("M92,120q60,60 40,110t60,70M220,100q-20,80 40,110t60,80", "#c8473f", 4) + fill("M250,150q30,-20 50,6q-6,30 -34,24t-16,-30Z", "#6a9466") + stroke("M100,140q20,-20 40,0M96,154q26,-24 52,0", WOOD, 2.5)
    return lines_on(panels, lines, pen)


def lines_on(panels: str, lines: str, pen: Pen) -> str:
    """The map's lines, kept within its sheet."""
    return panels + pen.within("M70,110L136,88L202,110L268,88L334,110V312L268,290L202,312L136,290L70,312Z", lines) + stroke("M136,88V290M202,110V312M268,88V290", pen.deep, 1.6, 0.35) + fill("M212,122l44,-14v34l-44,14Z", pen.main)


@motif
def postcards(pen: Pen) -> str:
    """Postcards, fanned."""
    def card(sky: str, land: str) -> str:
        return fill(box(104, 126, 192, 138, 4), WHITE) + fill(box(112, 134, 176, 122, 2), sky) + fill("M112,214q50,-34 90,-8t86,-12V256H112Z", land) + fill(oval(250, 164, 17), "#ecc64c")
    stamp = fill(box(236, 136, 40, 46), WHITE) + fill(box(240, 140, 32, 38), "#c8473f") + stroke("M132,156h72M132,176h54M132,210h80M132,228h60", "#5484b4", 4) + stroke("M220,150V246", dark(PAPER), 2.5)
    return place(card("#bcd3dc", pen.main), -30, 14, -16) + place(card("#f0cfa0", "#6a9466"), 24, 4, 12) + place(fill(box(104, 126, 192, 138, 4), PAPER) + stamp, 0, 30, -2)


def _disc(x: float, y: float, r: float, label: str) -> str:
    grooves = "".join(stroke(oval(x, y, r * k), "#4a474f", 1.6) for k in (0.52, 0.62, 0.72, 0.82, 0.92))
    return fill(oval(x, y, r), INK) + grooves + shine(f"M{x + r * 0.3:g},{y - r * 0.7:g}q{r * 0.3:g},{r * 0.16:g} {r * 0.42:g},{r * 0.44:g}", r / 14, 0.3) + fill(oval(x, y, r * 0.36), label) + fill(oval(x, y, r * 0.05), WHITE)


@motif
def record(pen: Pen) -> str:
    """A long-playing record, half out of its sleeve."""
    a, hue, which = pen.accent, pen.main, pen.seed % 7
    art = (
        "".join(stroke(oval(152, 206, r), a, 7) for r in (18, 36, 54)) + fill(oval(152, 206, 8), a),
        "".join(fill(box(78 + n * 26, 272 - h, 17, h, 2), a) for n, h in enumerate((50, 84, 122, 96, 140, 70))),
        fill("M64,250L110,170L146,214L180,150L240,260V288H64Z", a) + fill(oval(196, 156, 20), a),
        fill(oval(152, 196, 40), a) + fill("M92,288q0,-58 60,-58t60,58Z", a) + fill(box(108, 156, 88, 16, 6), pen.deep),
        "".join(stroke(f"M64,{y}q44,-30 88,0t88,0", a, 8, 0.4 + n * 0.15) for n, y in enumerate((170, 200, 230, 260))),
        "".join(fill(oval(x, y, 17), (a, pen.light, pen.deep)[(x + y) // 44 % 3]) for y in (166, 210, 254) for x in (86, 130, 174, 218)),
        fill(corners("152,150 164,192 208,192 172,216 186,260 152,234 118,260 132,216 96,192 140,192"), a),
    )[which]
    sleeve = box(62, 102, 180, 190, 3)
    return floor(270, 298) + _disc(236, 197, 86, a) + pen.solid(sleeve) + pen.within(sleeve, art) + fill(box(76, 116, 110, 10, 4), a) + fill(box(76, 133, 70, 7, 3), a, 0.75) + fill(box(238, 102, 4, 190), pen.deep, 0.5)


@motif
def single(pen: Pen) -> str:
    """Singles in paper sleeves."""
    paper = lambda c: pen.solid(box(104, 104, 192, 192, 4), c) + fill(oval(200, 200, 52), INK) + fill(oval(200, 200, 42), pen.main) + fill(oval(200, 200, 15), "#f1e9ec")  # noqa: E731
    return place(paper("#b9d0c8"), 34, -22, 12) + place(paper(dark(PAPER)), -28, -8, -10) + place(paper(PAPER), 6, 24, 2)


@motif
def cassette(pen: Pen) -> str:
    """A cassette, labelled by hand."""
    reels = both(fill(oval(154, 208, 25), WHITE) + fill(oval(154, 208, 13), INK) + stroke("M154,190v8M154,218v8M136,208h8M164,208h8", INK, 4))
    return floor(260, 296) + pen.solid(box(76, 116, 248, 168, 12)) + fill(box(96, 134, 208, 112, 6), PAPER) + fill(box(96, 224, 208, 22), "#c8473f") + stroke("M116,152h120M116,168h84", "#33476b", 4) + fill(box(122, 184, 156, 48, 24), pen.deep) + reels + fill("M128,284l10,-30h124l10,30Z", pen.dark)


@motif
def guitar(pen: Pen) -> str:
    """A guitar."""
    body = "M200,178C236,178 246,206 242,226C240,244 270,256 270,300C270,344 236,358 200,358S130,344 130,300C130,256 160,244 158,226C154,206 164,178 200,178Z"
    strings = stroke("M194,60V322M200,60V322M206,60V322", WHITE, 1.4, 0.8)
    return place(fill(box(187, 52, 26, 150, 3), WOODEN) + "".join(stroke(f"M188,{y}h24", BRASS, 2) for y in (84, 106, 126, 144, 160)) + fill("M182,14h36l-4,42h-28Z", dark(WOODEN)) + both("".join(fill(oval(178, y, 6), WHITE) for y in (22, 34, 46))) + pen.solid(body) + fill(oval(200, 252, 27), WOODEN) + stroke(oval(200, 252, 32), dark(pen.main), 3) + fill(box(170, 314, 60, 13, 4), WOODEN) + strings, 8, 14, 24, 0.92)


@motif
def ukulele(pen: Pen) -> str:
    """A ukulele."""
    body = "M200,190C230,190 240,212 238,228C236,244 262,256 262,292C262,328 232,344 200,344S138,328 138,292C138,256 164,244 162,228C160,212 170,190 200,190Z"
    return place(fill(box(188, 96, 24, 110, 3), WOODEN) + fill("M182,60h36l-4,38h-28Z", pen.deep) + both(fill(oval(178, 70, 6), WHITE) + fill(oval(178, 86, 6), WHITE)) + pen.solid(body) + fill(oval(200, 256, 23), pen.deep) + fill(box(174, 304, 52, 11, 4), WOODEN) + stroke("M194,98V308M200,98V308M206,98V308", WHITE, 1.4), 0, -6, -22)


@motif
def violin(pen: Pen) -> str:
    """A violin and its bow."""
    body = "M200,170C236,170 246,196 236,216Q224,236 236,254C258,270 260,346 200,346S142,270 164,254Q176,236 164,216C154,196 164,170 200,170Z"
    fiddle = fill(box(193, 62, 14, 190, 3), INK) + fill("M190,62q-6,-26 10,-26q18,2 12,18q-4,6 -8,2l4,6Z", pen.deep) + pen.solid(body) + both(stroke("M178,242q-10,14 0,30q8,10 2,18", INK, 3.5)) + fill("M188,280h24l-4,46h-16Z", INK) + stroke("M176,266h48", WHITE, 5) + fill(box(194, 170, 12, 80, 2), INK)
    return place(fiddle, -20, 0, 20) + stroke("M300,74Q318,200 290,334", WOODEN, 7) + stroke("M308,86L298,326", WHITE, 3)


@motif
def concertina(pen: Pen) -> str:
    """A concertina."""
    folds = "".join(fill(f"M{x},{128 + k * 5}h10l8,{144 - 2 * k * 5}h-10Z", c) for k, (x, c) in enumerate(((0, pen.main),)) ) and "".join(fill(corners(f"{x},134 {x + 9},146 {x + 18},134 {x + 18},268 {x + 9},256 {x},268"), pen.light if n % 2 else pen.main) for n, x in enumerate(range(128, 272, 18)))
    end = pen.solid("M132,110L96,128L80,200L96,272L132,290Z", WOODEN) + "".join(fill(oval(x, y, 6), WHITE) for x, y in ((104, 170), (104, 192), (104, 214), (104, 236), (120, 180), (120, 204), (120, 228)))
    return floor(260, 298) + folds + both(end) + both(stroke("M90,160q-20,40 0,80", LEATHER, 9))


@motif
def accordion(pen: Pen) -> str:
    """An accordion."""
    keys = "".join(fill(box(262, y, 62, 17, 3), WHITE) + (fill(box(262, y + 12, 36, 10, 2), INK) if n % 7 not in (2, 6) else "") for n, y in enumerate(range(96, 300, 20)))
    folds = "".join(fill(corners(f"{x},94 {x + 9},104 {x + 18},94 {x + 18},306 {x + 9},296 {x},306"), "#c8473f" if n % 2 else PAPER) for n, x in enumerate(range(142, 214, 18)))
    dots = "".join(fill(oval(x, y, 6), WHITE) for y in range(124, 290, 24) for x in (92, 112))
    return floor(280, 318) + folds + pen.solid(box(74, 84, 70, 232, 14)) + dots + pen.solid(box(212, 84, 56, 232, 14)) + keys + stroke("M230,130v140M246,130v140", pen.accent, 4, 0.8)


@motif
def recorder(pen: Pen) -> str:
    """A descant recorder."""
    holes = "".join(fill(oval(200, y, 6), pen.deep) for y in (162, 184, 206, 232, 254, 276, 300))
    return place(pen.solid("M186,40h28l4,60h-36Z", "#6d4634") + fill(box(190, 78, 20, 16, 2), INK) + pen.solid("M182,100h36l-2,30h-32Z") + pen.solid("M185,128h30v190h-30Z") + fill(box(180, 122, 40, 16, 4), "#6d4634") + pen.solid("M182,312h36l8,46h-52Z", "#6d4634") + holes, 0, 0, 38)


@motif
def tambourine(pen: Pen) -> str:
    """A tambourine with ribbons."""
    jingles = "".join(f'<g transform="rotate({a} 200 186)">{fill(box(189, 70, 22, 18, 3), "#5b3a26")}{fill(oval(200, 79, 13, 7), BRASS)}</g>' for a in range(0, 360, 45))
    ribbons = stroke("M150,286q-26,30 -10,60M176,296q-14,24 4,52M124,268q-40,20 -34,58", "#5484b4", 8) + stroke("M162,292q-20,28 -2,58M138,278q-34,20 -24,62", "#ecc64c", 7)
    return ribbons + stroke(oval(200, 186, 107), dark(BEECH), 28) + stroke(oval(198, 184, 107), BEECH, 22) + fill(oval(200, 186, 94), PAPER) + fill(oval(194, 180, 88), WHITE) + jingles + fill("M200,132l12,36h38l-30,22l12,36l-32,-22l-32,22l12,-36l-30,-22h38Z", pen.main, 0.85)


@motif
def trumpet(pen: Pen) -> str:
    """A trumpet."""
    hue = mix(BRASS, pen.main, 0.45)
    return place(stroke("M60,184H270", dark(hue), 16) + stroke("M60,182H270", hue, 11) + stroke("M120,184q-30,0 -30,30t30,30H250q30,0 30,-30t-30,-30", hue, 11) + "".join(pen.solid(box(x, 150, 22, 116, 6), hue, by=5) + fill(box(x + 6, 132, 10, 20), STEEL) + fill(oval(x + 11, 132, 12, 5), WHITE) for x in (158, 186, 214)) + pen.solid("M262,174Q320,172 352,124Q364,184 352,246Q320,196 262,194Z", hue) + fill("M44,172l18,8v10l-18,8Z", STEEL), 0, 4, -12)


@motif
def maracas(pen: Pen) -> str:
    """A pair of maracas."""
    def one(hue: str) -> str:
        return fill(box(191, 190, 18, 140, 8), WOOD) + pen.solid(oval(200, 134, 58, 72), hue) + stroke("M146,118q54,22 108,0M146,154q54,22 108,0", "#c8473f", 8) + "".join(fill(oval(x, 142, 6), "#3c8587") for x in (166, 190, 214, 236)) + shine("M166,94q-10,14 -10,30", 6)
    return place(one(pen.main), -56, 12, -20, 0.9) + place(one(pen.main), 56, 12, 20, 0.9)


@motif
def glockenspiel(pen: Pen) -> str:
    """A glockenspiel with two beaters."""
    bars = "".join(pen.solid(box(84 + n * 30, 118 + n * 9, 24, 164 - n * 18, 4), MANY[n], by=3) + fill(oval(96 + n * 30, 132 + n * 9, 3), WHITE) + fill(oval(96 + n * 30, 270 - n * 9, 3), WHITE) for n in range(8))
    return floor(270, 312) + pen.solid("M66,112L338,176V232L66,300Z", BEECH) + bars + stroke("M110,344L262,256M170,350L292,244", WOODEN, 6) + fill(oval(264, 254, 12), "#c8473f") + fill(oval(294, 242, 12), "#5484b4")


@motif
def cards(pen: Pen) -> str:
    """Playing cards, fanned."""
    heart = fill("M200,236C150,200 166,160 200,184C234,160 250,200 200,236Z", "#c8473f")
    spade = fill("M200,158C250,196 234,234 206,214l8,24h-28l8,-24C166,234 150,196 200,158Z", IRON)
    face = lambda suit: pen.solid(box(142, 112, 116, 168, 10), WHITE, by=4) + suit + fill(oval(158, 130, 6), "#c8473f" if suit is heart else IRON) + fill(oval(242, 262, 6), "#c8473f" if suit is heart else IRON)  # noqa: E731
    back = pen.solid(box(142, 112, 116, 168, 10), by=4) + stroke(box(152, 122, 96, 148, 6), WHITE, 3) + "".join(stroke(f"M{x},124L{x + 40},268M{x + 40},124L{x},268", pen.light, 2) for x in (154, 180, 206))
    return place(back, -62, 14, -26) + place(face(spade), -20, 0, -8) + place(face(heart), 26, 2, 10) + place(face(spade), 68, 20, 28)
