"""The rest of the house: lamps, soft things, clocks, mirrors, vases, needlework."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, EARTH, GLASS, INK, IRON, LEAF, LEAVES, MANY, PAPER, SKY, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, dark, fill, floor, light, mix, motif, oval, place, shine, stroke,
)  # fmt: skip

GLOW = "#ffe9a8"


@motif
def lamp(pen: Pen) -> str:
    """A table lamp, lit."""
    return "".join((
        fill(oval(200, 170, 150, 120), GLOW, 0.28), floor(150, 330), pen.solid("M176,222h48q-6,26 14,48q16,26 -8,48h-60q-24,-22 -8,-48q20,-22 14,-48Z", BRASS if pen.colour == "green" else pen.dark),
        fill(box(146, 314, 108, 16, 8), dark(BRASS) if pen.colour == "green" else pen.deep), pen.solid("M148,84H252L296,222Q200,236 104,222Z"), fill("M104,222Q200,236 296,222Q200,214 104,222Z", GLOW), shine("M152,108L126,200", 7, 0.3),
    ))


@motif
def desklamp(pen: Pen) -> str:
    """A lamp on a sprung arm."""
    return "".join((
        fill("M246,176L330,330H150Z", GLOW, 0.45), floor(150, 330, 130), stroke("M130,300L96,196L214,120", IRON, 10), stroke("M140,300L108,200L216,132", STEEL, 4),
        fill(oval(98, 196, 11), INK), pen.solid("M78,300H182q10,0 10,14v14H68V314q0,-14 10,-14Z"), pen.solid("M196,96q26,-22 50,4l52,56q-30,48 -86,42Z"), fill("M212,198q56,6 86,-42q-8,44 -86,42Z", GLOW),
    ))


@motif
def lavalamp(pen: Pen) -> str:
    """A lava lamp at work."""
    blobs = fill(oval(204, 132, 14, 18), pen.main) + fill(oval(190, 182, 20, 24), pen.main) + fill("M164,244q4,-26 34,-22t38,24Z", pen.main) + fill(oval(216, 216, 8), pen.main)
    return floor(130, 330) + fill("M168,92h64l18,156H150Z", "#f2c879") + blobs + pen.solid("M174,62h52l8,34h-68Z", BRASS) + pen.solid("M148,244H252L226,284L256,330H144L174,284Z", BRASS) + shine("M172,116L162,228", 6)


@motif
def lantern(pen: Pen) -> str:
    """A lantern with a handle."""
    return "".join((
        floor(160, 330), stroke("M140,128C130,50 270,50 260,128", INK, 6), fill(box(150, 154, 100, 126), GLASS), fill(oval(200, 222, 46, 54), GLOW, 0.9),
        fill("M200,190q26,30 10,54h-20q-16,-22 10,-54Z", "#da7b3c"), fill("M200,212q12,16 4,30h-9q-8,-12 5,-30Z", GLOW), both(stroke("M146,150V286", pen.main, 10)),
        pen.solid("M138,154L160,106H240L262,154Z"), fill(box(176, 92, 48, 18, 5), pen.dark), pen.solid(box(134, 276, 132, 22, 5)), pen.solid("M124,298H276l8,32H116Z", pen.dark),
    ))


@motif
def candlestick(pen: Pen) -> str:
    """A candlestick with its candle."""
    if pen.colour == "gold":
        holder = stroke("M268,290q54,-2 46,-34t-40,-6", pen.dark, 9) + pen.solid("M96,282H304Q290,322 200,322T96,282Z") + fill(oval(200, 282, 104, 18), pen.light) + pen.solid(box(172, 238, 56, 46, 6))
        return floor(220, 322) + holder + _candle(200, 130, 112)
    one = pen.solid("M162,206h76q-4,20 -26,22l-4,48q30,16 42,46H150q12,-30 42,-46l-4,-48q-22,-2 -26,-22Z") + _candle(200, 104, 104)
    return floor(260, 324) + place(one, -58, 0) + place(one, 58, 0)


def _candle(x: float, y: float, height: float) -> str:
    flame = fill(oval(x, y - 26, 34, 40), GLOW, 0.4) + fill(f"M{x},{y - 52}q20,28 0,44q-20,-16 0,-44Z", "#e9973d") + fill(f"M{x},{y - 32}q9,14 0,24q-9,-10 0,-24Z", GLOW)
    return fill(box(x - 13, y, 26, height, 4), PAPER) + fill(box(x + 4, y, 9, height, 4), dark(PAPER), 0.5) + stroke(f"M{x},{y}v-10", INK, 3) + flame


@motif
def pendant(pen: Pen) -> str:
    """A glass shade, hanging."""
    frill = "M112,254q14,22 29,0q15,22 30,0q14,22 29,0q15,22 29,0q15,22 30,0q14,22 29,0C284,190 258,150 226,142H174C142,150 116,190 112,254Z"
    return fill(oval(200, 230, 150, 110), GLOW, 0.3) + stroke("M200,0V112", INK, 5) + fill(box(174, 106, 52, 38, 6), BRASS) + pen.solid(frill) + fill(oval(200, 258, 30, 24), GLOW) + stroke("M172,156Q146,196 142,248M200,150V248M228,156Q254,196 258,248", pen.light, 3, 0.7)


@motif
def cushion(pen: Pen) -> str:
    """A plump cushion."""
    piping = "M92,104Q200,128 308,104Q334,102 324,130Q306,200 324,276Q332,304 306,300Q200,280 94,300Q68,304 76,276Q94,200 76,130Q66,102 92,104Z"
    return floor(250, 308) + pen.solid(piping, woven=True, by=12) + stroke(piping, pen.light, 5, 0.8) + stroke("M200,186q-30,8 -44,-4M200,186q34,6 48,-8M200,214q-26,4 -40,20", pen.deep, 4, 0.25)


@motif
def blanket(pen: Pen) -> str:
    """A folded blanket with a fringe."""
    fringe = "".join(stroke(f"M{x},290v22", pen.tone(n), 5) for n, x in enumerate(range(92, 312, 12)))
    squares = "".join(fill(box(x, y, 38, 38, 3), INK) + fill(box(x + 4, y + 4, 30, 30, 3), MANY[(x // 44 + y // 44) % 8]) + fill(box(x + 12, y + 12, 14, 14, 2), MANY[(x // 44 + y // 44 + 3) % 8]) for y in range(164, 286, 44) for x in range(84, 310, 44)) if pen.colour == "multi" else ""
    return "".join((
        floor(270, 316), fringe, pen.solid("M84,96H316q14,0 14,34t-14,34H84q-14,0 -14,-34t14,-34Z", pen.dark if not squares else INK, woven=not squares),
        pen.solid("M80,126H320q10,0 10,20V280q0,14 -14,14H84q-14,0 -14,-14V146q0,-20 10,-20Z", INK if squares else None, woven=not squares), squares, stroke("M74,150Q200,164 326,150", pen.deep, 3, 0.3),
    ))


@motif
def quilt(pen: Pen) -> str:
    """A quilt of hexagons, thrown over a rail."""
    edge = "M84,92H316V300Q288,316 258,302T200,304T142,302T84,300Z"
    return stroke("M56,90H344", WOODEN, 13) + both(stroke("M64,90V336", WOODEN, 11)) + pen.solid(edge, PAPER, woven=True) + stroke(edge, "#3c8587", 7)


@motif
def rug(pen: Pen) -> str:
    """A rug, or a sheepskin."""
    if pen.colour == "cream":
        return pen.solid("M200,72q30,-18 48,12q40,-10 46,24q36,16 18,52q24,34 -6,58q8,44 -32,52q-16,40 -74,38t-74,-38q-40,-8 -32,-52q-30,-24 -6,-58q-18,-36 18,-52q6,-34 46,-24q18,-30 48,-12Z", by=13) + stroke("M150,150q14,10 4,26M246,146q-12,14 2,28M196,206q12,12 0,28M150,246q16,4 18,20M250,236q-16,8 -14,24", pen.dark, 6, 0.5)
    fringe = both("".join(stroke(f"M84,{y}h-20", pen.light, 4) for y in range(116, 292, 13)))
    return fringe + pen.solid(box(82, 104, 236, 196, 6), woven=True) + stroke(box(98, 120, 204, 164, 3), "#c8473f", 7) + fill("M200,148L262,202L200,256L138,202Z", "#c8473f") + fill("M200,176L230,202L200,228L170,202Z", pen.light)


@motif
def towel(pen: Pen) -> str:
    """A tea towel on a hook."""
    return fill(oval(200, 76, 12), BRASS) + stroke("M200,76v14", BRASS, 7) + pen.solid("M196,86h8q52,28 68,30L284,324q-42,12 -84,0t-84,0L128,116q16,-2 68,-30Z", WHITE) + both(stroke("M136,128L128,312", pen.main, 8)) + stroke("M124,286q38,-12 76,0t78,0", pen.main, 8) + stroke("M200,100q-14,90 -8,214M210,100q26,90 26,216", mix(WHITE, INK, 0.25), 3, 0.5)


@motif
def curtain(pen: Pen) -> str:
    """A pair of curtains at a window."""
    left = pen.solid("M76,84H196Q186,180 120,230Q104,280 124,330H76Z", woven=True) + stroke("M110,90q4,80 -16,150M146,90q-2,66 -34,122", pen.deep, 3, 0.3) + fill("M84,218q30,14 54,-6l6,14q-30,24 -60,10Z", BRASS)
    return fill(box(92, 84, 216, 236), SKY) + fill(oval(244, 150, 26), WHITE, 0.8) + fill("M92,270q60,-44 120,-12t96,-14V320H92Z", LEAF) + both(left) + stroke("M56,78H344", WOODEN, 12) + both(fill(oval(54, 78, 12), WOODEN))


def _dial(x: float, y: float, r: float, hands: str = "10:10") -> str:
    marks = "".join(f'<path d="M{x},{y - r * 0.86:g}v{r * 0.13:g}" stroke="{INK}" stroke-width="{max(2.5, r / 18):g}" transform="rotate({a} {x} {y})"/>' for a in range(0, 360, 30))
    turns = {"10:10": (305, 60), "4:05": (122, 30), "9:00": (270, 0)}[hands]
    arms = "".join(f'<g transform="rotate({a} {x} {y})">{stroke(f"M{x},{y}v{-r * length:g}", INK, max(3, r / 14))}</g>' for a, length in zip(turns, (0.5, 0.72), strict=True))
    return fill(oval(x, y, r), WHITE) + marks + arms + fill(oval(x, y, max(3, r / 14)), INK)


@motif
def clock(pen: Pen) -> str:
    """A wall clock; with rays where the pattern says so."""
    if pen.pattern == "sunburst":
        rays = "".join(f'<g transform="rotate({a} 200 200)">{fill(f"M194,200L200,{50 if a % 24 else 26}L206,200Z", WOOD if a % 24 else pen.main)}</g>' for a in range(0, 360, 12))
        return rays + pen.solid(oval(200, 200, 74)) + _dial(200, 200, 58)
    return pen.solid(oval(200, 200, 134), pen.main if pen.colour != "white" else INK) + stroke(oval(200, 200, 124), pen.light, 4, 0.6) + _dial(200, 200, 112, "4:05")


@motif
def mantelclock(pen: Pen) -> str:
    """A mantel clock, shaped like a cocked hat."""
    return floor(280, 292) + pen.solid("M52,280Q60,236 104,232Q130,228 142,196Q158,120 200,120T258,196Q270,228 296,232Q340,236 348,280Z") + fill(box(44, 274, 312, 18, 5), pen.deep) + fill(oval(200, 200, 56), BRASS) + _dial(200, 200, 48) + shine("M86,254q26,-4 46,-18", 6, 0.3)


@motif
def alarmclock(pen: Pen) -> str:
    """An alarm clock with two bells."""
    if pen.colour == "red":
        return floor(220, 306) + pen.solid("M88,150L140,110H312L300,300H96Z", pen.dark) + pen.solid(box(84, 150, 220, 152, 12)) + fill(box(104, 166, 180, 120, 8), BRASS) + _dial(194, 226, 54)
    bells = both(pen.solid("M96,130C90,82 150,64 170,92L112,144Z", BRASS, by=5) + stroke("M134,104l-8,-14", INK, 5))
    return floor(200, 326) + both(stroke("M138,288L116,322", INK, 13)) + bells + stroke("M200,98V76M182,72h36", INK, 8) + pen.solid(oval(200, 206, 108)) + _dial(200, 206, 86)


@motif
def cuckooclock(pen: Pen) -> str:
    """A cuckoo clock, the cuckoo out."""
    cone = lambda x, y: stroke(f"M{x},250V{y}", BRASS, 3) + pen.solid(f"M{x - 9},{y}h18l-2,40q-7,10 -14,0Z", EARTH, by=4)  # noqa: E731
    return cone(172, 282) + cone(230, 300) + pen.solid("M128,150H272V258H128Z") + pen.solid("M200,58L306,150H94Z", pen.dark) + both("".join(fill(oval(x, y, 17, 11), LEAF) for x, y in ((112, 152), (144, 124), (172, 98)))) + fill(box(178, 116, 44, 40, 20), INK) + fill("M186,136q6,-14 22,-10l14,6l-12,6q-8,14 -24,6Z", "#5484b4") + _dial(200, 206, 40, "9:00") + stroke("M200,258v24", BRASS, 4) + fill(oval(200, 284, 10), BRASS)


def _pane(pen: Pen, outline: str, gleams: str) -> str:
    return pen.within(outline, fill(box(0, 0, 400, 400), "#c9dde2"), stroke(gleams, WHITE, 16, 0.55))


@motif
def mirror_(pen: Pen) -> str:
    """A mirror on the wall."""
    if pen.colour == "gold":
        crest = both(fill("M200,60q-26,-8 -34,20q-30,-10 -44,16q34,14 78,-4Z", pen.main)) + fill(oval(200, 66, 15), pen.light)
        return pen.solid("M96,324V160Q96,84 200,84T304,160V324Z") + crest + _pane(pen, "M120,304V168Q120,110 200,110T280,168V304Z", "M110,260L260,110M150,300L300,150") + fill(box(84, 318, 232, 18, 5), pen.dark)
    scallop = "M110,300V150q0,-26 26,-26q4,-28 34,-28q30,-22 60,0q30,0 34,28q26,0 26,26V300q0,14 -14,14H124q-14,0 -14,-14Z"
    return stroke("M140,118L200,50L260,118", BRASS, 4) + fill(oval(200, 50, 6), INK) + pen.solid(scallop, "#a9bdc4") + _pane(pen, "M124,296V156q0,-18 22,-18q6,-28 30,-28q24,-16 48,0q24,0 30,28q22,0 22,18V296Z", "M110,250L250,110M150,300L290,160")


@motif
def standmirror(pen: Pen) -> str:
    """A shaving mirror on a stand."""
    return floor(150, 330) + stroke("M104,170Q104,292 200,292T296,170", pen.dark, 9) + pen.solid("M190,288h20l4,26q40,2 46,16H140q6,-14 46,-16Z") + pen.solid(oval(200, 164, 96)) + _pane(pen, oval(200, 164, 82), "M110,220L250,80M150,250L290,110") + both(fill(oval(104, 168, 9), BRASS))


@motif
def handmirror(pen: Pen) -> str:
    """A hand mirror."""
    return place(pen.solid("M186,224h28q-6,40 6,104q-20,18 -40,0q12,-64 6,-104Z") + pen.solid(oval(200, 148, 86, 92)) + _pane(pen, oval(200, 148, 68, 74), "M120,190L250,60M160,220L290,90"), 0, 0, 24)


@motif
def vase(pen: Pen) -> str:
    """A vase, with a few stems in it."""
    stems = stroke("M200,120Q190,70 166,46M200,120Q206,66 206,40M200,120Q220,80 246,62", LEAVES, 5)
    heads = "".join(fill(oval(x, y, r), c) + fill(oval(x, y, r / 2.6), "#ecc64c") for x, y, r, c in ((164, 46, 22, WHITE), (208, 36, 20, pen.accent), (250, 58, 21, WHITE)))
    drip = fill("M118,214q10,34 20,2q8,44 22,4q10,54 24,0q10,30 22,0q10,50 22,-2q10,36 20,0q8,30 22,-6Q276,180 262,162Q200,176 138,162Q122,184 118,214Z", pen.deep if pen.colour != "cream" else "#a8a08c", 0.75)
    return floor(150, 328) + stems + heads + pen.solid("M170,112H230Q222,136 240,154C290,190 284,262 250,326H150C116,262 110,190 160,154Q178,136 170,112Z") + drip + fill(oval(200, 112, 30, 7), pen.deep) + shine("M140,200q-10,40 4,80", 7)


@motif
def gingerjar(pen: Pen) -> str:
    """A ginger jar with its lid."""
    return floor(160, 324) + pen.solid("M164,140H236C300,160 306,230 250,322H150C94,230 100,160 164,140Z") + pen.solid("M156,138Q158,92 200,92T244,138Z", pen.dark) + fill(oval(200, 88, 11), pen.deep) + stroke("M138,252C170,180 196,284 226,208S262,196 268,190M176,220q-14,-18 -26,-8M222,218q18,6 20,24", pen.deep, 5, 0.6) + shine("M134,184q-12,26 -4,54", 7)


@motif
def dog(pen: Pen) -> str:
    """A china spaniel, sitting."""
    return "".join((
        floor(200, 330), pen.solid("M128,328C110,250 130,206 160,190H240C276,210 290,260 280,328Z"), pen.solid("M280,300q44,4 36,-40q-16,-6 -24,10Z", "#b0643a"),
        pen.solid("M138,132C138,84 262,84 262,132V168q-10,44 -62,44t-62,-44Z"), both(pen.solid("M146,104C112,104 100,160 114,210Q140,214 148,170Z", "#b0643a", by=5)), fill(oval(200, 172, 30, 24), WHITE),
        both(fill(oval(174, 142, 7), INK)), fill(oval(200, 160, 10, 8), INK), stroke("M200,168v8q-12,10 -20,2M200,176q12,10 20,2", INK, 3), stroke("M152,212Q200,240 248,212", BRASS, 6), fill(oval(200, 232, 9), BRASS), stroke("M176,260V326M224,260V326", pen.dark, 4, 0.6),
    ))


@motif
def ducks(pen: Pen) -> str:
    """Three ducks in flight."""
    duck = "".join((
        fill("M96,190L60,176L66,204Z", "#4b7452"), pen.solid("M84,196C120,160 220,168 262,190C240,226 130,236 84,196Z", "#b8a27a"), fill("M250,182q20,-34 52,-22q22,12 4,32q-18,18 -52,10Z", pen.dark), stroke("M262,172q-4,16 2,30", WHITE, 6),
        fill("M310,172l30,8l-28,10Z", "#ecc64c"), fill(oval(290, 174, 4.5), WHITE), pen.solid("M150,182C140,110 180,80 226,70C216,110 220,150 214,192Z", "#5484b4"), stroke("M164,150l48,-30M164,172l52,-24", WHITE, 4, 0.7),
    ))
    return place(duck, -52, 70, -12, 0.62) + place(duck, 10, -14, -12, 0.5) + place(duck, 66, -84, -12, 0.38)


@motif
def owl(pen: Pen) -> str:
    """An owl."""
    feathers = "".join(stroke(f"M{x},{y}q8,10 16,0", pen.deep, 3, 0.5) for y in (226, 248, 270, 292) for x in range(160, 232, 18))
    return floor(150, 324) + pen.solid("M132,112L150,66Q200,92 250,66L268,112C296,180 280,290 240,322H160C120,290 104,180 132,112Z") + both(fill("M124,190q-20,60 20,112q14,-50 -4,-100Z", pen.dark)) + both(fill(oval(168, 142, 34), pen.light) + fill(oval(170, 142, 17), INK) + fill(oval(165, 136, 5), WHITE)) + fill("M190,162h20l-10,24Z", pen.deep) + feathers


@motif
def picture(pen: Pen) -> str:
    """A framed watercolour of a beach."""
    return pen.solid(box(66, 88, 268, 224, 3), WOOD) + fill(box(82, 104, 236, 192), WHITE) + fill(box(108, 128, 184, 144), SKY) + fill(box(108, 190, 184, 34), pen.main, 0.7) + fill("M108,220q60,-10 184,8v44H108Z", "#e0cfa6") + stroke("M120,196q14,-6 28,0M190,206q14,-6 28,0", WHITE, 4, 0.8) + fill("M228,212l6,-14h6l6,14Z", INK) + stroke("M136,150q8,-8 14,0q8,-8 14,0", INK, 2.5) + fill(oval(250, 154, 26, 10), WHITE, 0.7)


@motif
def snowglobe(pen: Pen) -> str:
    """A snow globe with a lighthouse in it."""
    flakes = "".join(fill(oval(x, y, 4), WHITE) for x, y in ((140, 150), (164, 110), (250, 124), (262, 176), (232, 90), (128, 190), (276, 206), (176, 84), (246, 220), (150, 214)))
    house = fill("M188,150h24l8,96h-40Z", WHITE) + fill("M186,178h28l2,20h-32Z", "#c8473f") + fill("M182,216h36l2,18h-40Z", "#c8473f") + fill(box(186, 132, 28, 20, 3), "#ecc64c") + fill("M182,134L200,114L218,134Z", "#c8473f")
    return floor(190, 326) + fill(oval(200, 166, 108), "#9cc0cd") + pen.within(oval(200, 166, 108), fill(oval(200, 276, 120, 40), WHITE), house) + flakes + shine("M122,120q20,-36 56,-44", 9, 0.7) + pen.solid("M120,254H280L300,318q0,8 -8,8H108q-8,0 -8,-8Z", WOODEN)


@motif
def elephant(pen: Pen) -> str:
    """An elephant; on wheels where it is a toy."""
    toy = pen.colour == "grey"
    wheels = "".join(fill(oval(x, 318, 21), "#c8473f") + fill(oval(x, 318, 8), "#ecc64c") for x in (138, 256)) if toy else ""
    cart = fill(box(108, 296, 182, 14, 5), BEECH) if toy else ""
    saddle = fill("M150,142q36,-14 72,0v56h-72Z", "#c8473f") + stroke("M150,192h72", "#ecc64c", 6) if toy else ""
    return "".join((
        floor(230, 336 if toy else 312), wheels, cart, stroke("M292,180q24,20 14,50", pen.dark, 7), pen.solid("M104,300V196C104,140 176,128 236,140Q296,154 296,216V300H250V246H164V300Z"), saddle,
        pen.solid("M60,196C48,120 140,96 158,160C160,206 120,220 100,214C96,250 98,272 72,280Q52,282 54,268Q74,266 66,226Z"), pen.solid("M128,128C176,112 186,190 142,206Q118,180 128,128Z", pen.dark),
        fill(oval(96, 164, 6), INK), stroke("M92,220q4,16 22,16", WHITE, 8),
    ))


@motif
def bobbin(pen: Pen) -> str:
    """Bobbins of cotton."""
    def one(thread: str) -> str:
        return fill(box(168, 120, 64, 20, 5), pen.dark) + fill(box(184, 138, 32, 130), pen.main) + pen.solid("M176,152Q200,146 224,152Q234,206 224,254Q200,262 176,254Q166,206 176,152Z", thread, by=6) + "".join(stroke(f"M174,{y}q26,6 52,0", dark(thread), 2, 0.5) for y in range(166, 250, 12)) + fill(box(168, 262, 64, 20, 5), pen.dark) + fill(box(168, 262, 64, 7, 3), BRASS)
    return floor(270, 290) + place(one("#c8473f"), -80, 6) + place(one("#5484b4"), 80, 6) + place(one("#ecc64c"), 0, 6)


@motif
def sewingmachine(pen: Pen) -> str:
    """A hand-cranked sewing machine."""
    return "".join((
        floor(290, 322), pen.solid(box(66, 280, 268, 40, 6), WOOD), pen.solid("M90,262H310V282H90Z", pen.deep), pen.solid("M248,264V176H138V240H104V150Q104,124 132,124H268Q300,124 300,156V264Z"),
        stroke("M120,240V262", STEEL, 6), stroke("M112,262h24", STEEL, 6), fill(oval(312, 186, 38), dark(STEEL)), fill(oval(309, 184, 36), pen.deep), stroke(oval(310, 184, 24), STEEL, 5), stroke("M310,184l30,-26", STEEL, 7), fill(box(334, 138, 16, 28, 6), WOOD),
        stroke("M140,144h110q14,0 14,14", BRASS, 4), stroke("M152,158q30,-14 60,0", BRASS, 3), fill(box(176, 98, 16, 26, 3), "#c8473f"),
    ))


@motif
def yarn(pen: Pen) -> str:
    """Balls of wool and two needles."""
    def ball(x: float, y: float, r: float, colour: str) -> str:
        winds = "".join(stroke(f"M{x - r * 0.8:g},{y + d * r:g}Q{x:g},{y + d * r - r * 0.7:g} {x + r * 0.8:g},{y + d * r:g}", dark(colour), 4, 0.7) for d in (-0.1, 0.2, 0.5))
        return pen.solid(oval(x, y, r), colour) + pen.within(oval(x, y, r), winds, stroke(f"M{x - r * 0.5:g},{y - r:g}Q{x + r * 0.5:g},{y:g} {x - r * 0.2:g},{y + r:g}", light(colour), 4))
    needles = stroke("M96,84L262,270M304,84L138,270", BEECH, 8) + fill(oval(94, 82, 10), "#c8473f") + fill(oval(306, 82, 10), "#c8473f")
    return floor(270, 318) + needles + ball(138, 250, 66, pen.tone(0)) + ball(262, 256, 60, pen.tone(3) if pen.colour == "multi" else pen.light) + ball(200, 196, 62, pen.tone(5) if pen.colour == "multi" else pen.dark) + stroke("M300,300q40,20 60,-10", pen.tone(3) if pen.colour == "multi" else pen.light, 4)


@motif
def needles(pen: Pen) -> str:
    """Knitting needles in a canvas roll."""
    sticks = "".join(stroke(f"M{x},84V250", MANY[n % 8] if n % 3 else STEEL, 7) + fill(oval(x, 84, 9), MANY[(n + 2) % 8]) for n, x in enumerate(range(110, 300, 22)))
    return sticks + pen.solid(box(76, 168, 248, 150, 8)) + "".join(stroke(f"M{x},172V314", pen.light, 2.5, 0.8) for x in range(121, 310, 22)) + stroke("M76,180H324", pen.light, 3) + stroke("M324,240q34,4 40,40M324,240q34,-10 46,10", pen.accent, 6)


@motif
def dummy(pen: Pen) -> str:
    """A dressmaker's dummy."""
    return floor(150, 346) + stroke("M200,260V318M200,316L150,344M200,316L250,344M200,316V346", WOODEN, 10) + pen.solid("M180,62h40v34q44,10 46,46q2,40 -26,66q16,30 24,66H136q8,-36 24,-66q-28,-26 -26,-66q2,-36 46,-46Z") + fill(oval(200, 60, 20, 7), WOODEN) + stroke("M200,68V272M134,150q66,22 132,0M158,208q42,12 84,0", pen.deep, 2.5, 0.6) + fill(oval(200, 172, 7), BRASS) + fill(oval(200, 214, 7), BRASS)


@motif
def scissors(pen: Pen) -> str:
    """A pair of shears."""
    blade = fill("M190,196L214,66q14,60 4,140Z", STEEL) + fill("M206,110L214,66q14,60 4,140l-8,-4Z", dark(STEEL), 0.6)
    handle = stroke("M206,196Q180,230 166,258", pen.main, 16) + stroke(oval(148, 290, 28, 36), pen.main, 16)
    return mirror_image(blade + handle) + blade + handle + fill(oval(203, 196, 9), BRASS)


def mirror_image(part: str) -> str:
    """The other blade."""
    return f'<g transform="translate(404 0) scale(-1 1)">{part}</g>'


@motif
def fabric(pen: Pen) -> str:
    """A bundle of folded cloth, tied."""
    hues = (pen.main, "#dd9aa2", "#ecc64c", "#6a9466", WHITE)
    folds = "".join(pen.solid(f"M92,{y}H300q22,0 22,19t-22,19H92q-12,-19 0,-38Z", c, woven=n % 2 == 0) for n, (y, c) in enumerate(zip(range(268, 98, -36), hues, strict=False)))
    return floor(260, 310) + folds + stroke("M206,124V306", BEECH, 8) + fill("M206,122q-44,-34 -50,-8t50,8q44,-34 50,-8t-50,8Z", BEECH)


@motif
def sewingbox(pen: Pen) -> str:
    """A work-basket that opens on both sides."""
    side = stroke("M150,214L112,150", pen.dark, 7) + pen.solid("M62,118H178V164H62Z") + "".join(fill(oval(x, 116, 14, 10), MANY[(x // 24) % 8]) for x in range(82, 170, 26))
    return floor(220, 340) + stroke("M200,214V90", pen.dark, 9) + fill(box(164, 84, 72, 12, 6), pen.dark) + both(side) + both(stroke("M130,290L108,338", WOODEN, 10)) + pen.solid(box(108, 206, 184, 86, 6)) + stroke("M108,248H292", pen.dark, 4) + both(fill(oval(150, 228, 6), BRASS))
