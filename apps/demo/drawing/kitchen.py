"""The kitchen: tea things, plates, glasses, pans."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, EARTH, GLASS, INK, IRON, LEAF, PAPER, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, corners, dark, fill, floor, light, motif, oval, place, shine, stroke,
)  # fmt: skip


@motif
def teapot(pen: Pen) -> str:
    """A round teapot."""
    body = "M200,136C276,136 304,190 300,236C298,290 254,316 200,316S102,290 100,236C96,190 124,136 200,136Z"
    return "".join((
        floor(220, 318), stroke("M292,192C352,176 352,274 284,272", pen.dark, 17),
        pen.solid("M118,262C82,258 84,196 52,182L66,168C100,176 104,206 126,210Z"), pen.solid(body, woven=True),
        pen.solid("M138,146Q200,108 262,146Q200,164 138,146Z", pen.dark), pen.solid(oval(200, 114, 13)),
        shine("M130,190q-16,30 -8,58", 9), stroke("M108,248Q200,282 292,248", pen.accent, 5, 0.75),
    ))


@motif
def mug(pen: Pen) -> str:
    """A mug, steaming."""
    return "".join((
        stroke("M172,112q-14,-18 0,-34t0,-32M212,112q-14,-18 0,-34t0,-32", WHITE, 7, 0.8), floor(190, 318),
        stroke("M268,180C340,170 340,270 262,266", pen.dark, 19), pen.solid("M116,142H276V284q0,34 -34,34H150q-34,0 -34,-34Z", woven=True),
        fill(oval(196, 142, 80, 15), pen.light), fill(oval(196, 144, 68, 10), EARTH), shine("M134,178V262", 9, 0.35),
    ))


@motif
def cup(pen: Pen) -> str:
    """A cup on its saucer."""
    return "".join((
        floor(260, 312), pen.solid("M70,284Q200,312 330,284Q300,318 200,318T70,284Z", WHITE), fill(oval(200, 284, 130, 17), PAPER),
        stroke(oval(200, 284, 118, 13), pen.main, 4), stroke("M272,196C334,178 334,250 262,250", pen.main, 11),
        pen.solid("M114,168H286Q284,284 200,286T114,168Z", WHITE, woven=True), fill(oval(200, 168, 86, 16), pen.main),
        fill(oval(200, 170, 76, 12), "#a9713d"), stroke("M122,204Q200,224 278,204", BRASS, 3),
    ))


@motif
def coffeepot(pen: Pen) -> str:
    """A tall coffee pot."""
    return "".join((
        floor(190, 326), stroke("M254,150C328,150 318,268 266,274", INK, 14), pen.solid("M142,178L92,128L76,140L134,232Z"),
        pen.solid("M146,124H254L276,306q0,18 -20,18H144q-20,0 -20,-18Z"), pen.solid("M142,126Q146,86 200,84T258,126Z", pen.dark),
        fill(oval(200, 78, 11), INK), shine("M154,156L144,284", 8), stroke("M138,178Q200,188 262,178", pen.deep, 3, 0.4),
    ))


@motif
def kettle(pen: Pen) -> str:
    """A kettle with its handle over the top."""
    return "".join((
        floor(240, 318), stroke("M130,160C116,60 284,60 270,160", INK, 13), pen.solid("M278,250C320,240 312,180 344,160L360,172C346,216 344,280 290,286Z"),
        pen.solid("M124,170Q200,126 276,170C306,210 310,270 296,318H104C90,270 94,210 124,170Z"), pen.solid("M148,158Q200,122 252,158Q200,172 148,158Z", pen.dark),
        fill(oval(200, 132, 11), INK), shine("M124,206q-12,40 -6,84", 9, 0.5),
    ))


@motif
def tin(pen: Pen) -> str:
    """A tin with a label."""
    label = fill(box(132, 200, 136, 66, 8), PAPER) + stroke("M158,224h84M172,242h56", pen.deep, 5)
    return floor(200, 322) + pen.solid("M116,134V302q84,34 168,0V134Z") + label + pen.solid(box(108, 104, 184, 40, 10), pen.dark) + fill(oval(200, 104, 90, 14), pen.light) + fill(oval(200, 100, 14, 7), pen.deep)


@motif
def cosy(pen: Pen) -> str:
    """A tea cosy that is a hen."""
    loops = "".join(stroke(f"M{x},{y}q9,10 18,0", pen.deep, 3, 0.4) for y in (206, 232, 258) for x in range(116, 250, 22))
    return "".join((
        floor(230, 316), pen.solid("M304,222C366,180 352,140 326,130C330,166 310,180 286,190Z", pen.dark),
        pen.solid("M96,314C70,240 92,120 150,104C198,92 206,150 212,176Q300,170 308,314Q200,330 96,314Z"), loops,
        fill("M128,108q-4,-26 12,-26q10,0 8,12q10,-16 22,-6q8,10 -4,20Z", "#c8473f"), fill("M98,142L70,156L100,168Z", "#da7b3c"),
        fill("M98,166q-14,24 2,32q14,-8 6,-32Z", "#c8473f"), fill(oval(136, 140, 9), INK) + fill(oval(133, 137, 3), WHITE),
    ))


@motif
def jug(pen: Pen) -> str:
    """A jug."""
    clear = pen.colour == "clear"
    inside = fill("M130,226Q200,240 270,226Q278,300 250,316H150Q122,300 130,226Z", "#efd68a", 0.85) if clear else ""
    return "".join((
        floor(180, 320), stroke("M258,150C346,140 336,262 262,256", pen.dark, 15),
        pen.solid("M128,100Q112,92 104,112Q120,128 134,146C136,186 104,220 118,276Q126,320 160,320H240Q274,320 282,276C296,220 264,186 262,110Q200,128 128,100Z"),
        inside, fill("M128,100Q200,86 262,110Q200,128 128,100Z", pen.deep, 0.6), "" if clear else stroke("M126,222Q200,242 274,222", pen.accent, 6, 0.8), shine("M144,196q-18,40 -8,78", 9),
    ))


@motif
def plate(pen: Pen) -> str:
    """A plate, face on."""
    rim = "".join(f'<g transform="rotate({a} 200 200)">{fill(oval(200, 82, 8, 5), pen.accent)}</g>' for a in range(0, 360, 30))
    middles = (
        stroke("M200,246V190M200,220q-26,-2 -34,-24q26,-2 34,24M200,206q26,-2 34,-24q-26,-2 -34,24", pen.deep, 5) + fill(oval(200, 176, 15), pen.accent),
        fill("M146,200q30,-34 72,-6l30,-20v52l-30,-20q-42,28 -72,-6Z", pen.deep) + fill(oval(168, 196, 4), pen.light),
        stroke("M160,222q40,-60 80,0M172,190q28,-30 56,0", pen.deep, 6) + fill(oval(200, 168, 8), pen.deep),
    )
    plain = pen.colour in ("white", "cream")
    return "".join((
        pen.solid(oval(200, 200, 140), woven=pen.pattern != "plain"), stroke(oval(200, 200, 131), BRASS if plain else pen.light, 4),
        rim if not plain and pen.pattern == "plain" else "", fill(oval(200, 200, 92), dark(pen.main), 0.5),
        fill(oval(198, 198, 90), light(pen.main) if not plain else WHITE), "" if plain else middles[pen.seed % 3],
    ))


@motif
def bowl(pen: Pen) -> str:
    """A bowl, seen from a little above."""
    return "".join((
        floor(220, 304), fill("M150,288h100l8,18h-116Z", pen.deep), pen.solid("M78,180H322C318,250 280,294 200,294S82,250 78,180Z", woven=True),
        fill(oval(200, 180, 122, 31), pen.dark), fill(oval(200, 180, 112, 25), pen.light), fill(oval(204, 187, 94, 15), pen.main, 0.6), shine("M100,214q10,30 34,46", 8, 0.4),
    ))


@motif
def cakestand(pen: Pen) -> str:
    """A stand of three plates."""
    tier = "".join(
        fill(oval(200, y, r, r * 0.17), pen.light) + pen.solid(f"M{200 - r},{y}Q200,{y + r * 0.5:g} {200 + r},{y}Q200,{y + r * 0.3:g} {200 - r},{y}Z")
        for y, r in ((128, 62), (206, 92), (286, 124))
    )
    cakes = "".join(fill(f"M{x - 16},{y}q2,-26 16,-26t16,26Z", c) + fill(oval(x, y - 27, 5), "#c8473f") for x, y, c in ((176, 126, BEECH), (222, 126, EARTH), (146, 204, "#f0c9c9"), (250, 204, BEECH), (114, 284, EARTH), (284, 284, "#f0c9c9"), (156, 288, BEECH), (240, 288, PAPER)))
    return floor(160, 322) + stroke("M200,84V316", BRASS, 8) + stroke(oval(200, 72, 11), BRASS, 6) + tier + cakes + fill("M164,322L200,300L236,322Z", BRASS)


def _glassware(pen: Pen, outline: str, drink: str, drink_colour: str, gleam: str) -> str:
    tint = GLASS if pen.colour in ("clear", "white", "silver") else light(pen.main)
    return fill(outline, tint, 0.82) + fill(drink, drink_colour, 0.85) + stroke(outline, dark(tint), 3, 0.7) + shine(gleam, 7, 0.8)


@motif
def tankard(pen: Pen) -> str:
    """A dimpled pint pot, full."""
    dimples = "".join(fill(oval(x, y, 15, 18), WHITE, 0.28) for y in (172, 214, 256, 290) for x in (142, 178, 214, 246) if y < 290)
    return floor(180, 322) + stroke("M258,160C332,150 332,268 258,262", dark(GLASS), 15) + _glassware(pen, "M116,110H270L262,320H124Z", "M122,140H266L260,312H128Z", "#d89a35", "M136,132V296") + dimples + fill("M112,118q0,-22 24,-20q12,-18 34,-8q20,-14 38,0q24,-8 34,10q30,-4 30,20q-80,24 -160,-2Z", WHITE)


@motif
def glass(pen: Pen) -> str:
    """A stemmed glass, or a tumbler for the smaller ones."""
    if pen.one_of("stem", "tumbler") == "tumbler":
        band = fill("M127,206H273L270,246H131Z", pen.main)
        return floor(160, 318) + _glassware(pen, "M118,112H282L264,318H136Z", "M130,250H270L262,310H138Z", SQUASH, "M142,140L150,286") + band
    stem = fill("M195,228h10v76h-10Z", dark(GLASS), 0.8) + fill(oval(200, 312, 56, 9), dark(GLASS), 0.8)
    return floor(120, 320) + stem + _glassware(pen, "M128,84H272C280,170 250,232 200,232S120,170 128,84Z", "M131,132H269C266,190 240,224 200,224S134,190 131,132Z", SQUASH, "M146,108q-4,44 16,76")


SQUASH = "#d8b455"


@motif
def coupe(pen: Pen) -> str:
    """A champagne saucer."""
    stars = "".join(place(fill(corners("200,190 203,198 212,200 203,202 200,212 197,202 188,200 197,198"), WHITE), dx, dy, 0, s) for dx, dy, s in ((-46, -42, 1), (4, -30, 1.2), (48, -44, 0.9)))
    bubbles = "".join(fill(oval(x, y, 3), WHITE) for x, y in ((170, 128), (214, 118), (240, 134), (192, 108), (156, 108)))
    stem = fill("M195,206h10v98h-10Z", dark(GLASS), 0.8) + fill(oval(200, 312, 58, 9), dark(GLASS), 0.8)
    return floor(130, 320) + stem + _glassware(pen, "M96,112H304C300,176 258,208 200,208S100,176 96,112Z", "M98,128H302C296,172 258,200 200,200S104,172 98,128Z", "#ecd68e", "M116,134q10,34 34,52") + bubbles + stars


@motif
def decanter(pen: Pen) -> str:
    """A ship's decanter with its stopper."""
    cuts = "".join(stroke(f"M{x},272l18,36M{x + 18},272l-18,36", WHITE, 3, 0.6) for x in range(92, 300, 24))
    return floor(240, 320) + pen.solid(oval(200, 74, 24), GLASS) + fill("M188,94h24v18h-24Z", dark(GLASS)) + _glassware(pen, "M176,110H224V182C240,236 320,250 320,306Q318,320 300,320H100Q82,320 80,306C80,250 160,236 176,182Z", "M120,262H280Q312,282 312,304Q310,312 300,312H100Q90,312 88,304Q88,282 120,262Z", "#7c2e3b", "M190,130v50q-4,26 -30,46") + cuts


@motif
def bottle(pen: Pen) -> str:
    """A bottle."""
    siphon = pen.colour == "silver"
    top = fill("M176,66h48l34,10v14h-34v26h-48Z", dark(STEEL)) if siphon else fill(box(184, 80, 32, 16, 4), pen.deep)
    mesh = "".join(stroke(f"M{142 + x},180l{-x * 0 + 24},128M{142 + x + 24},180l-24,128", dark(STEEL), 2, 0.6) for x in range(0, 100, 20)) if siphon else ""
    ribs = "" if siphon else "".join(stroke(f"M{x},196V300", pen.deep, 3, 0.35) for x in (164, 182, 200, 218, 236))
    tint = GLASS if siphon else mix_glass(pen)
    return floor(150, 320) + pen.solid("M184,92h32v46q42,18 42,60v104q0,18 -20,18h-76q-20,0 -20,-18V198q0,-42 42,-60Z", tint) + mesh + ribs + top + shine("M156,204V292", 8, 0.6)


def mix_glass(pen: Pen) -> str:
    """The pen's colour as coloured glass has it."""
    return light(pen.main) if pen.colour not in ("navy", "black") else pen.main


@motif
def jar(pen: Pen) -> str:
    """A jar with a lid of its own."""
    cork = pen.one_of("screw", "cork") == "cork"
    lid = fill("M146,78h108l-6,44h-96Z", BEECH) if cork else fill(box(138, 84, 124, 34, 6), "#c8473f") + stroke("M150,90v22M172,90v22M194,90v22M216,90v22M238,90v22", dark("#c8473f"), 3)
    label = fill(box(150, 214, 100, 60, 6), PAPER) + stroke("M168,236h64M176,254h48", INK, 4, 0.7)
    return floor(190, 322) + _glassware(pen, "M142,118H258Q288,134 288,168V300q0,20 -20,20H132q-20,0 -20,-20V168Q112,134 142,118Z", "M118,184H282V298q0,16 -16,16H134q-16,0 -16,-16Z", "#e9dcb8" if cork else "#8d2f45", "M132,170V290") + lid + label


@motif
def casserole(pen: Pen) -> str:
    """A casserole with two ears and a lid."""
    return "".join((
        floor(270, 308), both(stroke("M100,204H62q-10,24 34,24", pen.dark, 14)), pen.solid("M92,186H308V262q0,46 -46,46H138q-46,0 -46,-46Z"),
        pen.solid("M84,190Q96,128 200,128T316,190Z", pen.dark), fill(box(80, 182, 240, 16, 8), pen.light), fill(box(184, 104, 32, 26, 9), BRASS), shine("M112,222v32q2,18 14,26", 8, 0.4),
    ))


@motif
def pan(pen: Pen) -> str:
    """A pan with a long handle, or a wide jam pan."""
    if pen.colour == "copper":
        return floor(280, 300) + stroke("M96,176C110,70 290,70 304,176", dark(BRASS), 9) + pen.solid("M62,176H338L312,286q-4,14 -20,14H108q-16,0 -20,-14Z") + fill(oval(200, 176, 138, 22), pen.dark) + fill(oval(200, 180, 126, 16), "#8d2f45") + shine("M88,208l14,66", 9, 0.5)
    return "".join((
        floor(210, 302, 172), fill("M256,196L368,158q12,0 8,16L262,224Z", INK), fill(oval(364, 168, 5), WHITE, 0.7), pen.solid("M76,184H266V270q0,32 -32,32H108q-32,0 -32,-32Z"),
        fill(oval(171, 184, 95, 17), WHITE), fill(oval(171, 187, 86, 12), pen.deep), stroke("M76,192l-14,-8", pen.main, 10), shine("M94,214v50", 8, 0.4),
    ))


@motif
def fryingpan(pen: Pen) -> str:
    """A frying pan from above, an egg in it."""
    egg = fill("M132,190q-4,-40 34,-38q34,-12 44,20q22,18 2,42q-18,30 -46,16q-32,2 -34,-40Z", WHITE) + fill(oval(170, 192, 20), "#ecc64c") + shine("M162,184l4,-4", 5)
    return stroke("M262,262L346,346", pen.dark, 26) + stroke("M266,262L346,342", pen.main, 16) + fill(oval(344, 343, 6), WHITE, 0.7) + pen.solid(oval(176, 180, 118)) + fill(oval(176, 180, 100), pen.deep) + egg


@motif
def scales(pen: Pen) -> str:
    """Scales with two pans and weights."""
    weights = "".join(fill(f"M{x},{300 - h}h{w}l4,{h}h{-w - 8}Z", BRASS) + fill(oval(x + w / 2, 297 - h, 5), dark(BRASS)) for x, w, h in ((300, 26, 40), (338, 18, 26)))
    pans = "".join(pen.solid(f"M{x - 66},178H{x + 66}Q{x + 48},214 {x},214T{x - 66},178Z", BRASS, by=6) for x in (102, 298))
    return floor(270, 306) + stroke("M102,176L200,150L298,176", pen.main, 13) + pans + pen.solid("M186,120h28l10,130h54l14,54H108l14,-54h54Z") + fill(oval(200, 122, 20), BRASS) + fill(oval(200, 272, 26, 14), PAPER) + stroke("M200,282v-16", INK, 3) + f'<g transform="translate(-20 6)">{weights}</g>'


@motif
def mould(pen: Pen) -> str:
    """A jelly mould, and what comes out of it."""
    if pen.colour == "silver":
        ring = lambda part, dx, dy: place(stroke(part, pen.dark, 14) + stroke(part, pen.light, 6), dx, dy, 0, 0.62)  # noqa: E731
        heart, star = "M200,270C90,200 130,110 200,160C270,110 310,200 200,270Z", "M200,110L226,172L292,176L240,218L258,284L200,248L142,284L160,218L108,176L174,172Z"
        moon = "M240,120C150,110 110,190 150,250S270,290 290,230C220,250 190,180 240,120Z"
        return ring(heart, -72, -66) + ring(star, 76, -50) + ring(moon, -60, 82) + ring(oval(200, 200, 66), 82, 86)
    flutes = "".join(pen.solid(f"M{x},190q17,-26 34,0l4,96h-42Z", by=4) for x in range(96, 290, 36))
    return floor(250, 306) + flutes + pen.solid("M110,186C120,120 170,108 196,120C186,84 206,60 214,90C224,60 244,82 226,120C280,124 296,160 290,186Z") + fill(oval(186, 140, 4), INK) + pen.solid(box(80, 282, 240, 24, 10), pen.dark)


@motif
def cutlery(pen: Pen) -> str:
    """A spoon, or a carving set."""
    steel = light(STEEL)
    if pen.colour == "silver":
        spoon = fill(oval(200, 116, 30, 44), dark(STEEL)) + fill(oval(197, 113, 28, 41), steel) + stroke("M200,158V304", dark(STEEL), 10) + stroke("M198,158V304", steel, 6) + fill(oval(200, 312, 15, 20), BRASS)
        return place(spoon, -62, 0, -14) + place(spoon, 0, -6) + place(spoon, 62, 0, 14)
    handle = lambda x: pen.solid(box(x - 13, 216, 26, 116, 12), by=5) + fill(box(x - 14, 206, 28, 14, 3), BRASS)  # noqa: E731
    knife = fill("M118,210V84q0,-30 26,-24q6,80 2,150Z", steel) + handle(132)
    fork = stroke("M200,206V140M184,66v56q0,20 16,20t16,-20V66", steel, 9) + handle(200)
    return knife + fork + stroke("M268,206V62", dark(STEEL), 10) + stroke("M266,206V62", steel, 5) + handle(268)


@motif
def board(pen: Pen) -> str:
    """A round bread board with a loaf."""
    loaf = pen.solid("M118,214C100,150 150,128 200,128S300,150 282,214q-2,20 -18,20H136q-16,0 -18,-20Z", "#c88a48") + stroke("M160,150l14,30M196,144l14,32M232,148l14,30", "#eccb98", 8)
    return floor(280, 288) + pen.solid(oval(200, 246, 142, 44)) + stroke(oval(198, 240, 124, 33), pen.dark, 5) + loaf + stroke("M300,250L364,222", INK, 10) + stroke("M240,268L300,250", STEEL, 9)


@motif
def tray(pen: Pen) -> str:
    """A painted tray."""
    leaves = "".join(place(fill("M200,200q14,-40 0,-66q-14,26 0,66Z", LEAF), 0, 0, a) for a in range(20, 380, 45))
    petals = "".join(place(fill(oval(200, 176, 17, 22), "#dd9aa2"), 0, 0, a) for a in range(0, 360, 60))
    return pen.solid(oval(200, 200, 156, 118)) + stroke(oval(200, 200, 142, 104), BRASS, 4) + fill(oval(200, 200, 124, 88), pen.deep, 0.6) + leaves + petals + fill(oval(200, 200, 13), "#ecc64c")


@motif
def block(pen: Pen) -> str:
    """A butcher's block with a cleaver in it."""
    grain = "".join(stroke(f"M{x},172V224", pen.dark, 3, 0.7) for x in range(92, 320, 32))
    return floor(260, 334) + both(pen.solid(box(90, 226, 30, 106, 3), WOOD)) + fill(box(96, 286, 208, 12), WOODEN) + pen.solid(box(72, 164, 256, 66, 6)) + fill("M72,170Q200,186 328,170V164H72Z", pen.light) + grain + place(fill("M150,108h92v60q-60,14 -92,4Z", STEEL) + stroke("M242,122h60", INK, 15), 0, 6, -8)


@motif
def iron(pen: Pen) -> str:
    """A flat iron with a cloth flex."""
    return floor(250, 304) + stroke("M294,150C350,120 320,60 366,70", IRON, 6) + stroke("M130,194C136,120 280,110 290,170", INK, 20) + pen.solid("M66,284C90,214 160,192 230,192H306q16,0 16,18V284Z") + fill("M60,284H328v18H56q0,-12 4,-18Z", STEEL) + fill(oval(240, 236, 16), PAPER) + stroke("M240,236l8,-9", INK, 4) + shine("M118,244q26,-26 62,-32", 8)
