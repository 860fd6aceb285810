"""Electricals: wireless, cameras, office machines, kitchen helpers."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, EARTH, IRON, LEATHER, MANY, PAPER, RUBBER, SKY, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, corners, dark, fill, floor, light, mix, motif, oval, place, shine, stroke,
)  # fmt: skip

INK, GLASSY = "#2f2d33", "#7fa3b5"


def _grille(x: float, y: float, w: float, h: float, colour: str, gap: int = 10) -> str:
    return "".join(stroke(f"M{x:g},{y + k}h{w:g}", colour, 4) for k in range(0, int(h), gap))


def _lens(x: float, y: float, r: float, rim: str = STEEL) -> str:
    return fill(oval(x, y, r), rim) + fill(oval(x, y, r * 0.82), INK) + fill(oval(x, y, r * 0.58), "#3d5a70") + fill(oval(x, y, r * 0.36), INK) + fill(oval(x - r * 0.2, y - r * 0.22, r * 0.13), WHITE)


@motif
def radio(pen: Pen) -> str:
    """A valve wireless."""
    return floor(280, 310) + pen.solid("M66,304V160Q66,100 130,100H270Q334,100 334,160V304Z") + fill("M92,216V162Q92,124 136,124H264Q308,124 308,162V216Z", PAPER) + "".join(stroke(f"M{x},128V212", dark("#d6bd8a"), 4) for x in range(112, 300, 16)) + stroke("M170,124q30,90 60,0", pen.dark, 9) + fill(box(118, 228, 164, 26, 5), "#ffe9a8") + stroke("M130,241h140", pen.deep, 2) + stroke("M214,230v22", "#c8473f", 4) + "".join(fill(oval(x, 278, 15), pen.deep) + fill(oval(x - 3, 275, 8), BRASS) for x in (112, 200, 288)) + fill(box(58, 298, 284, 14, 5), pen.deep)


@motif
def transistor(pen: Pen) -> str:
    """A pocket wireless in a leather case."""
    return floor(240, 300) + stroke("M120,140Q120,76 200,76T280,140", pen.dark, 11) + stroke("M284,140L342,40", STEEL, 5) + pen.solid(box(78, 132, 244, 164, 16)) + "".join(fill(oval(x, y, 4), pen.deep) for y in range(158, 280, 14) for x in range(100, 204, 14)) + fill(box(224, 156, 78, 40, 5), PAPER) + stroke("M234,178h58", INK, 2) + stroke("M252,164v26", "#c8473f", 4) + fill(oval(262, 244, 30), STEEL) + fill(oval(258, 241, 24), light(STEEL)) + stroke("M258,241l14,-12", INK, 4)


@motif
def roundradio(pen: Pen) -> str:
    """A round Bakelite wireless."""
    return floor(220, 328) + fill("M130,300h140l16,28H114Z", pen.deep) + pen.solid(oval(200, 192, 130)) + fill(oval(200, 192, 96), pen.dark) + fill(oval(200, 170, 70), "#d6bd8a") + "".join(stroke(f"M{200 - w},{y}h{2 * w}", pen.dark, 7) for y, w in ((128, 46), (148, 62), (168, 67), (188, 66), (208, 54))) + fill("M112,236Q200,300 288,236Q272,282 200,288T112,236Z", "#ffe9a8") + stroke("M200,258v24", "#c8473f", 4) + both(fill(oval(112, 280, 14), pen.deep)) + shine("M104,140q20,-44 62,-60", 8, 0.3)


@motif
def recordplayer(pen: Pen) -> str:
    """A portable record player, its lid up."""
    grooves = "".join(stroke(oval(178, 214, 84 * k, 30 * k), "#57535c", 1.6) for k in (0.5, 0.65, 0.8, 0.92))
    return floor(300, 318) + pen.solid("M72,190L90,70H310L328,190Z", pen.light) + fill("M92,182L106,84H294L308,182Z", PAPER) + pen.solid("M60,186H340V308q0,8 -8,8H68q-8,0 -8,-8Z") + fill("M60,186H340L330,250H70Z", PAPER) + fill(oval(178, 214, 84, 30), INK) + grooves + fill(oval(178, 214, 27, 10), "#ecc64c") + stroke("M300,204L276,226L222,222", STEEL, 7) + fill(oval(302, 202, 12, 8), IRON) + _grille(84, 266, 140, 40, pen.deep, 11) + "".join(fill(oval(x, 284, 13), PAPER) + stroke(f"M{x},284v-9", pen.deep, 3) for x in (262, 302))


@motif
def hifi(pen: Pen) -> str:
    """A stack of hi-fi."""
    decks = both(fill(box(104, 202, 86, 46, 4), INK) + fill(box(122, 212, 50, 26, 3), GLASSY, 0.6))
    bars = "".join(fill(box(112 + n * 16, 176 - h, 10, h), MANY[2 if h < 20 else 1]) for n, h in enumerate((12, 22, 28, 18, 10, 14, 24, 30, 20, 14, 8)))
    return floor(240, 334) + pen.solid(box(84, 82, 232, 36, 4), pen.dark) + fill("M92,70H308L316,84H84Z", GLASSY) + pen.solid(box(84, 122, 232, 62, 4)) + fill(box(102, 136, 196, 44, 3), INK) + bars + pen.solid(box(84, 190, 232, 70, 4)) + decks + pen.solid(box(84, 266, 232, 62, 4)) + fill(oval(128, 297, 20), light(STEEL)) + stroke("M128,297v-14", INK, 4) + "".join(fill(box(166 + n * 24, 290, 16, 14, 2), INK) for n in range(6))


@motif
def speaker(pen: Pen) -> str:
    """A pair of loudspeakers."""
    one = pen.solid(box(72, 88, 114, 236, 6)) + fill(box(82, 98, 94, 216, 4), INK) + fill(oval(129, 144, 25), IRON) + fill(oval(129, 144, 10), STEEL) + fill(oval(129, 240, 43), IRON) + stroke(oval(129, 240, 36), INK, 4) + fill(oval(129, 240, 15), dark(STEEL)) + fill(box(114, 302, 30, 6, 2), BRASS)
    return floor(290, 330) + one + f'<g transform="translate(142 0)">{one}</g>'


@motif
def reel(pen: Pen) -> str:
    """A reel-to-reel recorder."""
    def spool(x: float, full: float) -> str:
        holes = "".join(f'<g transform="rotate({a} {x} 164)">{fill(oval(x, 124, 15), PAPER)}</g>' for a in (0, 120, 240))
        return fill(oval(x, 164, 66), light(STEEL)) + fill(oval(x, 164, full), WOODEN) + holes + fill(oval(x, 164, 15), IRON)
    return floor(300, 334) + pen.solid(box(52, 80, 296, 250, 12)) + fill(box(64, 92, 272, 168, 6), pen.dark) + stroke("M130,230Q160,252 200,246T270,230", WOODEN, 5) + spool(128, 56) + spool(272, 40) + fill(box(172, 234, 56, 28, 4), INK) + "".join(fill(box(80 + n * 36, 278, 28, 34, 4), ("#c8473f" if not n else PAPER)) for n in range(4)) + fill(box(240, 278, 82, 34, 4), "#ffe9a8") + stroke("M280,310l16,-22", "#c8473f", 3)


@motif
def flipclock(pen: Pen) -> str:
    """A clock radio with numbers that flip."""
    digit = {"1": "M20,12V52", "0": "M10,12H30V52H10Z", "7": "M8,12H30L16,52", "4": "M28,52V12L8,38H34"}
    cards_ = "".join(f'<g transform="translate({x} 162)">{fill(box(0, 0, 42, 64, 5), INK)}{stroke(digit[d], PAPER, 6)}{stroke("M0,32H42", "#57535c", 2)}</g>' for x, d in ((94, "1"), (140, "0"), (196, "4"), (242, "7")))
    return floor(280, 296) + pen.solid("M60,150Q60,118 96,118H304Q340,118 340,150V264Q340,292 304,292H96Q60,292 60,264Z") + fill(box(80, 146, 216, 96, 10), PAPER) + cards_ + fill(oval(318, 178, 11), PAPER) + fill(oval(318, 214, 11), PAPER) + _grille(92, 260, 216, 24, pen.deep, 9)


@motif
def crystalset(pen: Pen) -> str:
    """A crystal set in a cigar box."""
    coil = "".join(stroke(f"M{x},178V242", "#be7450", 5) for x in range(104, 176, 7))
    return floor(270, 300) + pen.solid(box(66, 132, 268, 164, 6)) + stroke(box(78, 144, 244, 140, 3), pen.dark, 3) + fill(box(98, 174, 82, 72, 6), EARTH) + coil + fill(oval(258, 204, 38), INK) + fill(oval(254, 200, 30), IRON) + stroke("M254,200l14,-18", WHITE, 4) + fill(oval(126, 270, 8), BRASS) + fill(oval(274, 270, 8), BRASS) + stroke("M126,270C100,330 40,320 30,350M274,270q40,50 90,60", "#c8473f", 4) + stroke("M190,160l20,-16l14,10", BRASS, 4)


@motif
def headphones(pen: Pen) -> str:
    """A pair of headphones."""
    return stroke("M104,222C92,60 308,60 296,222", pen.deep, 26) + stroke("M108,210C98,76 302,76 292,210", pen.light, 7, 0.7) + both(pen.solid(box(76, 194, 62, 110, 28)) + pen.solid(box(122, 204, 28, 90, 13), pen.light)) + stroke("M98,304q-4,40 20,40q20,-4 10,-22t16,-6t-4,26t40,8q120,-6 180,8", INK, 5)


@motif
def gramophone(pen: Pen) -> str:
    """A gramophone with its horn."""
    return floor(240, 336) + pen.solid("M90,264H270L284,330H76Z", WOODEN) + fill(oval(180, 260, 84, 15), INK) + fill(oval(180, 258, 26, 5), "#c8473f") + stroke("M284,296h34v-22", STEEL, 7) + stroke("M140,252V226Q150,196 196,190", STEEL, 9) + pen.solid("M188,200C220,190 214,130 240,60C262,30 350,70 364,150C360,190 300,190 262,196Q216,206 194,214Z") + fill("M240,60C262,30 350,70 364,150C330,170 240,120 240,60Z", pen.dark) + stroke("M204,202Q260,160 300,118M206,196Q236,140 262,84M212,206Q290,186 346,146", pen.deep, 3, 0.4)


@motif
def foldingcamera(pen: Pen) -> str:
    """A folding camera, unfolded."""
    bellows = "".join(fill(corners(f"{x},{y} {x + 11},{y + 8} {x + 11},{h - 8} {x},{h}"), INK if n % 2 else "#57535c") for n, (x, y, h) in enumerate(((158, 118, 282), (169, 126, 274), (180, 132, 268), (191, 138, 262), (202, 144, 256), (213, 150, 250), (224, 156, 244))))
    return floor(280, 312) + pen.solid(box(76, 88, 84, 220, 14)) + stroke("M92,104V292", pen.light, 3, 0.5) + fill("M152,288H320v14H152Z", IRON) + bellows + pen.solid(box(234, 146, 34, 142, 6), STEEL) + _lens(274, 202, 40) + fill(box(96, 66, 40, 24, 4), STEEL) + stroke("M250,146V122h22", STEEL, 6)


@motif
def boxcamera(pen: Pen) -> str:
    """A box camera."""
    return floor(220, 314) + stroke("M140,98Q200,58 260,98", LEATHER, 13) + pen.solid(box(96, 96, 208, 214, 8)) + fill(box(112, 112, 176, 182, 5), pen.dark) + _lens(200, 220, 48) + both(fill(oval(144, 142, 17), STEEL) + fill(oval(144, 142, 12), SKY)) + fill(box(184, 130, 32, 14, 3), BRASS) + stroke("M304,200h18v20", STEEL, 7)


@motif
def camera(pen: Pen) -> str:
    """A camera."""
    slr = pen.colour == "black"
    hump = fill("M158,124L176,88H224L242,124Z", IRON) + fill(box(184, 96, 32, 14, 2), STEEL) if slr else fill(box(152, 132, 40, 22, 4), SKY) + fill(box(208, 132, 24, 22, 4), GLASSY)
    top = "" if slr else hump
    return floor(270, 292) + both(fill(box(92, 104, 44, 20, 5), STEEL)) + fill(box(286, 96, 20, 12, 4), "#c8473f") + (hump if slr else "") + pen.solid(box(66, 118, 268, 170, 18), STEEL) + fill(box(66, 166, 268, 90, 2), INK if slr else "#6d4634") + top + _lens(200, 212, 66) + stroke("M66,150q-26,40 -10,110", LEATHER, 8) + stroke("M334,150q26,40 10,110", LEATHER, 8)


@motif
def twinlens(pen: Pen) -> str:
    """A twin-lens reflex."""
    return floor(180, 336) + stroke("M124,120C60,140 60,280 100,330M276,120C340,140 340,280 300,330", LEATHER, 8) + fill("M134,96L142,56H258L266,96Z", IRON) + pen.solid(box(122, 92, 156, 242, 10)) + fill(box(136, 112, 128, 208, 8), STEEL) + fill(box(142, 118, 116, 196, 6), INK) + _lens(200, 162, 39) + _lens(200, 256, 47) + fill(oval(290, 190, 19), STEEL) + fill(oval(290, 190, 9), INK) + fill(box(166, 204, 68, 10, 3), PAPER)


@motif
def instant(pen: Pen) -> str:
    """An instant camera, with a picture coming out."""
    rainbow = "".join(fill(box(186 + n * 7, 178, 7, 104), c) for n, c in enumerate(("#c8473f", "#da7b3c", "#ecc64c", "#6a9466", "#5484b4")))
    return floor(250, 318) + fill(box(122, 290, 156, 76, 3), WHITE) + fill(box(134, 296, 132, 56), SKY) + fill("M134,340q40,-30 70,-10t62,-10V352H134Z", "#6a9466") + pen.solid("M88,176L112,86H288L312,176Z") + pen.solid(box(72, 172, 256, 128, 14)) + rainbow + _lens(202, 152, 51, INK) + fill(box(252, 108, 36, 30, 4), INK) + fill(box(114, 108, 36, 26, 4), SKY) + fill(oval(108, 226, 13), "#c8473f") + fill(box(112, 286, 176, 10, 4), INK)


@motif
def projector(pen: Pen) -> str:
    """A cine projector throwing its light."""
    spool = lambda x, y, r: fill(oval(x, y, r), INK) + fill(oval(x, y, r * 0.75), light(STEEL)) + "".join(f'<g transform="rotate({a} {x} {y})">{fill(oval(x, y - r * 0.45, r * 0.2), INK)}</g>' for a in range(0, 360, 90)) + fill(oval(x, y, r * 0.14), INK)  # noqa: E731
    return fill("M88,212L0,150V300Z", "#ffe9a8", 0.75) + floor(220, 332, 220) + stroke("M180,170L150,100M270,180L304,110", dark(STEEL), 13) + spool(146, 92, 54) + spool(310, 110, 58) + pen.solid(box(132, 156, 176, 136, 12)) + pen.solid("M84,190H140V236H84Z", IRON) + fill(box(72, 184, 18, 58, 5), INK) + _grille(226, 186, 62, 60, pen.deep, 12) + fill(oval(176, 248, 18), PAPER) + stroke("M176,248l8,-9", INK, 4) + fill("M118,290H320l12,40H106Z", pen.deep)


@motif
def meter(pen: Pen) -> str:
    """A light meter."""
    return floor(160, 318) + pen.solid(box(122, 84, 156, 230, 24)) + fill(box(140, 102, 120, 72, 6), INK) + "".join(fill(oval(x, y, 8), light(STEEL)) for y in (122, 138, 154) for x in range(156, 256, 18)) + fill(box(140, 188, 120, 30, 4), WHITE) + stroke("M200,216L222,192", "#c8473f", 4) + fill(oval(200, 262, 41), dark(pen.main)) + fill(oval(200, 262, 33), WHITE) + fill(oval(200, 262, 15), IRON) + "".join(f'<g transform="rotate({a} 200 262)">{stroke("M200,233v6", INK, 3)}</g>' for a in range(0, 360, 30)) + stroke("M122,120Q70,130 80,220T60,330", INK, 4)


@motif
def tripod(pen: Pen) -> str:
    """A wooden tripod."""
    leg = stroke("M196,96L112,338", pen.main, 15) + stroke("M170,170L140,256", pen.dark, 7) + fill(oval(168, 178, 9), BRASS) + fill("M104,330h16l-10,20Z", IRON)
    return floor(240, 346) + stroke("M200,96L206,330", pen.dark, 14) + both(leg) + fill(box(160, 62, 80, 16, 4), INK) + fill("M172,78h56l-8,28h-40Z", BRASS) + stroke("M236,88L290,110", IRON, 8) + fill(oval(292, 111, 10), INK) + stroke("M166,190Q200,210 234,190", BRASS, 5)


@motif
def slides(pen: Pen) -> str:
    """A box of glass slides."""
    stack = "".join(fill(box(96 + n * 19, 140 - (n % 3) * 5, 13, 100, 2), WHITE) + fill(box(99 + n * 19, 150 - (n % 3) * 5, 7, 40), (SKY, "#f0cfa0", "#b8cdb0")[n % 3]) for n in range(11))
    loose = place(fill(box(140, 140, 120, 120, 6), WHITE) + fill(box(156, 158, 88, 84, 3), SKY) + fill("M156,220q30,-30 50,-6t38,-10V242H156Z", "#6a9466") + fill(oval(222, 180, 11), "#ecc64c"), 84, 78, 14, 0.62)
    return floor(280, 312) + pen.solid("M78,130L60,84H340L322,130Z", dark(WOOD)) + stack + pen.solid(box(72, 188, 256, 120, 6), WOOD) + fill(box(160, 220, 80, 30, 3), PAPER) + loose


@motif
def typewriter(pen: Pen) -> str:
    """A portable typewriter with a page in it."""
    keys = "".join(fill(oval(x + r * 8, y + 3, 9), pen.deep) + fill(oval(x + r * 8, y, 9), PAPER) for r, y in enumerate((238, 262, 286)) for x in range(100, 300 - r * 12, 24))
    return floor(300, 324) + fill("M132,44H268V150H132Z", WHITE) + stroke("M150,68h92M150,84h100M150,100h64", "#8d9296", 4) + fill(box(66, 126, 268, 34, 10), INK) + fill(oval(60, 143, 14), IRON) + fill(oval(340, 143, 14), IRON) + stroke("M82,130L56,96", STEEL, 6) + pen.solid("M96,154H304L322,214H78Z") + fill("M160,176H240L252,206H148Z", INK) + pen.solid("M78,212H322L350,310q0,12 -12,12H62q-12,0 -12,-12Z") + keys + fill(box(140, 304, 120, 11, 5), PAPER)


@motif
def telephone(pen: Pen) -> str:
    """A telephone with a dial."""
    holes = "".join(f'<g transform="rotate({a} 200 236)">{fill(oval(200, 200, 8.5), pen.deep)}</g>' for a in range(-120, 150, 30))
    return floor(280, 320) + stroke("M322,300q40,10 40,-30", INK, 5) + pen.solid("M128,170H272L332,304q0,14 -14,14H82q-14,0 -14,-14Z") + fill(oval(200, 236, 56), pen.dark) + fill(oval(200, 236, 49), WHITE if pen.colour != "cream" else BRASS) + holes + fill(oval(200, 236, 21), pen.main) + both(fill(box(140, 140, 18, 36, 5), pen.dark)) + pen.solid("M66,158C60,96 130,88 200,88S340,96 334,158q-2,16 -34,14t-32,-22q0,-16 -16,-18H148q-16,2 -16,18q0,20 -32,22t-34,-14Z", pen.dark)


@motif
def addingmachine(pen: Pen) -> str:
    """An adding machine with its handle."""
    keys = "".join(fill(oval(108 + c * 28, 208 + r * 27, 11, 10), pen.deep) + fill(oval(108 + c * 28, 205 + r * 27, 11, 10), ("#c8473f" if c == 5 else PAPER)) for r in range(4) for c in range(6))
    return floor(280, 320) + fill("M150,70H230V140H150Z", WHITE) + stroke("M166,88h44M166,102h36M166,116h44", INK, 3) + stroke("M318,240L350,130", STEEL, 10) + fill(oval(352, 122, 15), INK) + pen.solid("M90,136H300L326,306q0,12 -12,12H78q-12,0 -12,-12Z") + fill(box(106, 150, 178, 30, 5), INK) + "".join(fill(box(116 + n * 28, 154, 20, 22, 2), WHITE) + stroke(f"M{126 + n * 28},158v14", INK, 3) for n in range(6)) + keys


@motif
def calculator(pen: Pen) -> str:
    """A pocket calculator."""
    keys = "".join(fill(box(140 + c * 32, 196 + r * 33, 24, 22, 5), ("#da7b3c" if c == 3 else PAPER)) for r in range(4) for c in range(4))
    return floor(180, 344) + pen.solid(box(118, 72, 164, 268, 18)) + fill(box(134, 92, 132, 62, 6), "#2a1517") + stroke("M152,108v30M168,108h16v15h-16v15h16M200,108v15h16v-15M216,123v15M232,108h16v30h-16v-15h16", "#ff6a55", 4) + fill(box(134, 164, 132, 14, 3), pen.dark) + keys


@motif
def computer(pen: Pen) -> str:
    """A home computer of the eighties."""
    keys = "".join(fill(box(84 + c * 23 + r * 5, 184 + r * 25, 18, 17, 4), mix(STEEL, "#5484b4", 0.3)) for r in range(4) for c in range(10))
    stripes = "".join(fill(f"M{270 + n * 10},300l40,-150h10l-40,150Z", c) for n, c in enumerate(("#c8473f", "#ecc64c", "#6a9466", "#5484b4")))
    return floor(300, 312) + stroke("M120,148q-10,-60 40,-70t60,-50", INK, 5) + pen.solid(box(56, 146, 288, 160, 14), "#3b3a3f") + pen.within(box(56, 146, 288, 160, 14), stripes) + fill(box(72, 158, 110, 12, 3), STEEL) + keys


@motif
def stapler(pen: Pen) -> str:
    """A cast-iron stapler."""
    return floor(290, 300) + pen.solid("M58,276H332q12,0 12,12v8H52v-8q0,-12 6,-12Z", pen.dark) + fill(box(296, 262, 34, 14, 3), STEEL) + pen.solid("M66,278V214Q66,196 84,196L300,214Q330,218 334,246H150Q110,246 102,278Z") + pen.solid("M56,206Q60,158 112,154L300,180Q326,186 330,210L110,200Z", pen.light) + fill(oval(94, 226, 11), STEEL) + shine("M120,172L280,192", 6, 0.35)


@motif
def sharpener(pen: Pen) -> str:
    """A pencil sharpener with a crank."""
    return floor(220, 336) + fill("M120,310h160v24h-60v-8h-40v8h-60Z", IRON) + stroke("M200,334v20", IRON, 10) + place(fill(box(8, 186, 98, 24, 2), "#ecc64c") + fill("M106,186l24,12l-24,12Z", BEECH), 0, -6) + pen.solid(box(112, 148, 118, 88, 40)) + fill(oval(128, 192, 13), INK) + pen.solid(box(140, 230, 78, 84, 6), GLASSY) + stroke("M230,192h40v-56", STEEL, 12) + fill(box(254, 96, 32, 46, 12), "#c8473f") + fill("M144,292q30,-22 70,0v18h-70Z", BEECH)


@motif
def toaster(pen: Pen) -> str:
    """A chrome toaster, toast up."""
    toast = lambda x: fill(f"M{x},156v-54q-10,-28 14,-34h58q24,6 14,34v54Z", "#a8713f") + fill(f"M{x + 9},156v-50q-6,-20 8,-24h52q14,4 8,24v50Z", "#e4bd84")  # noqa: E731
    return floor(260, 312) + toast(112) + toast(204) + pen.solid("M78,180Q78,148 112,148H288Q322,148 322,180V304H78Z") + fill(box(110, 150, 182, 10, 4), INK) + both(fill(box(62, 214, 22, 48, 8), INK)) + stroke("M120,200v80M146,200v80M172,200v80", dark(STEEL), 4, 0.6) + fill(oval(264, 246, 19), INK) + fill(oval(262, 244, 9), "#c8473f") + fill(box(70, 298, 260, 16, 6), INK) + shine("M98,186v96", 8, 0.6)


@motif
def mixer(pen: Pen) -> str:
    """A stand mixer with its bowl."""
    return floor(280, 330) + stroke("M158,172V246M146,222q12,34 24,0M146,222q12,-20 24,0", STEEL, 6) + pen.solid("M88,216H236Q236,300 190,308H134Q88,300 88,216Z", light(STEEL)) + pen.solid("M240,150H310V300H240Z") + pen.solid("M84,140Q84,88 150,88H290Q328,92 328,136T290,176H120Q84,176 84,140Z") + fill(box(84, 124, 40, 28, 6), light(STEEL)) + fill(oval(276, 132, 15), INK) + stroke("M276,132v-10", WHITE, 4) + pen.solid("M70,302H326q14,0 14,14v12H58v-12q0,-14 12,-14Z") + shine("M108,236q4,36 22,52", 6, 0.7)


@motif
def fan(pen: Pen) -> str:
    """A desk fan with brass blades."""
    blades = "".join(f'<g transform="rotate({a} 200 160)">{pen.solid("M200,160C160,140 160,70 206,68C250,72 240,130 200,160Z", BRASS, by=5)}</g>' for a in (20, 140, 260))
    guard = "".join(stroke(oval(200, 160, r), INK, 3, 0.8) for r in (60, 86)) + "".join(f'<g transform="rotate({a} 200 160)">{stroke("M200,160V52", INK, 2.4, 0.8)}</g>' for a in range(0, 360, 24))
    return floor(190, 338) + stroke("M200,250V310", pen.main, 22) + pen.solid("M128,334Q136,302 200,302T272,334Z") + fill(oval(200, 160, 110), WHITE, 0.5) + blades + guard + stroke(oval(200, 160, 110), INK, 8) + fill(oval(200, 160, 20), pen.main) + fill(oval(200, 160, 9), BRASS)


@motif
def grinder(pen: Pen) -> str:
    """A coffee grinder."""
    beans = "".join(fill(oval(x, y, 11, 8), EARTH) + stroke(f"M{x - 7},{y}q7,4 14,0", dark(EARTH), 2) for x, y in ((170, 128), (192, 122), (214, 128), (232, 124), (182, 114), (206, 112)))
    return floor(220, 334) + pen.solid(box(104, 230, 192, 100, 6), WOOD) + fill(box(126, 262, 148, 50, 4), dark(WOOD)) + fill(oval(200, 287, 9), BRASS) + beans + pen.solid("M136,128H264Q262,190 222,206V232H178V206Q138,190 136,128Z") + stroke("M200,130V84H300", IRON, 11) + fill(box(288, 46, 28, 44, 12), WOODEN) + fill(oval(200, 84, 11), BRASS) + shine("M156,144q6,30 24,44", 6, 0.4)


@motif
def teasmade(pen: Pen) -> str:
    """A bedside tea-maker with a clock."""
    ticks = "".join(f'<g transform="rotate({a} 200 198)">{stroke("M200,166v7", INK, 3)}</g>' for a in range(0, 360, 30))
    return floor(300, 322) + pen.solid(box(52, 298, 296, 24, 8), "#3c8587") + pen.solid("M62,220h62q8,0 8,10v58q0,12 -12,12H68q-12,0 -12,-12V230Z", STEEL) + fill(box(78, 206, 30, 16, 4), INK) + stroke("M94,206Q96,120 150,116", STEEL, 7) + pen.solid("M140,140Q140,106 200,106T260,140V298H140Z") + fill(oval(200, 198, 46), WHITE) + ticks + stroke("M200,198V170M200,198l20,10", INK, 5) + fill(oval(200, 132, 30, 9), "#ffe9a8") + pen.solid("M280,238h50q10,14 6,36q-2,26 -32,26t-32,-26q-4,-22 8,-36Z", PAPER) + stroke("M336,252q28,-2 22,20t-24,10", PAPER, 7) + fill(box(284, 228, 44, 12, 5), "#3c8587")


@motif
def hairdryer(pen: Pen) -> str:
    """A hairdryer."""
    return stroke("M262,300C270,350 320,340 372,356", INK, 7) + pen.solid("M222,208L250,212L280,306q-6,14 -28,10q-20,-6 -26,-20Z", pen.dark) + pen.solid("M70,150L176,128Q240,96 290,130C328,160 310,232 256,236Q220,240 180,222L70,206Z") + fill(box(54, 144, 22, 68, 5), STEEL) + fill(oval(258, 182, 34), pen.deep) + "".join(stroke(f"M{236},{y}h44", pen.light, 4) for y in (166, 178, 190, 202)) + stroke("M38,160q-16,4 -28,0M36,178q-18,4 -32,0M38,196q-16,4 -28,0", SKY, 5) + fill(box(238, 244, 18, 28, 4), STEEL)


@motif
def yoghurt(pen: Pen) -> str:
    """A yoghurt maker with its pots."""
    pots = "".join(fill(box(x, 150, 44, 58, 6), WHITE) + fill(box(x - 3, 142, 50, 14, 4), ("#c8473f", "#ecc64c", "#5484b4", "#6a9466", "#dd9aa2")[n]) for n, x in enumerate((86, 134, 182, 230, 276)))
    return floor(300, 300) + pots + fill("M60,204Q60,90 200,90T340,204Z", GLASSY, 0.28) + fill(box(178, 74, 44, 18, 8), pen.dark) + pen.solid("M52,200H348V266q0,32 -32,32H84q-32,0 -32,-32Z") + fill(oval(200, 250, 14), PAPER) + fill(oval(200, 250, 7), "#c8473f") + shine("M90,170q20,-50 70,-62", 7, 0.6)


@motif
def torch(pen: Pen) -> str:
    """A hand lamp, shining."""
    return fill("M116,150L0,60V250Z", "#ffe9a8", 0.7) + floor(190, 318, 216) + stroke("M170,112Q230,50 292,112", IRON, 13) + pen.solid(box(146, 108, 150, 204, 14)) + pen.solid("M150,122L112,104V198L150,182Z", STEEL) + fill(oval(112, 151, 13, 47), "#ffe9a8") + fill(box(188, 150, 80, 12, 5), pen.deep) + "".join(fill(oval(x, 156, 9), c) for x, c in ((202, "#c8473f"), (228, "#6a9466"), (254, WHITE))) + fill(box(176, 204, 92, 60, 5), PAPER) + stroke("M190,224h64M190,242h40", INK, 4) + fill(box(270, 180, 34, 90, 6), RUBBER)
