"""Clothes: what hangs on the rail."""

from apps.demo.drawing.pen import (
    BRASS,
    INK,
    LEATHER,
    WHITE,
    Pen,
    at,
    both,
    box,
    dark,
    fill,
    light,
    motif,
    oval,
    shine,
    stroke,
)

SLEEVE = "M128,104C104,112 92,140 86,186L74,270L112,278L130,200Z"
BODY = "M166,88L126,105C118,150 130,200 126,304H274C270,200 282,150 274,105L234,88L200,128Z"


def _hanger() -> str:
    return stroke("M200,78c0,-10 12,-10 12,-20c0,-14 -22,-14 -22,-2", INK, 4) + stroke(
        "M140,100L200,78L260,100", LEATHER, 7
    )


def _buttons(x: float, ys: tuple[float, ...], colour: str, r: float = 5) -> str:
    return "".join(fill(oval(x, y, r), colour) + fill(oval(x - 1, y - 1, r * 0.35), dark(colour)) for y in ys)


@motif
def jacket(pen: Pen) -> str:
    """A jacket with lapels and patch pockets."""
    lapel = fill("M166,88L200,128L192,182L150,126L158,112L144,106Z", pen.dark)
    pocket = fill(box(138, 238, 46, 42, 5), pen.dark, 0.75) + stroke("M138,248h46", pen.deep, 2.5, 0.6)
    return "".join(
        (
            _hanger(),
            both(pen.solid(SLEEVE, woven=True) + fill("M76,258l38,7l-2,13l-38,-8Z", pen.dark)),
            fill("M166,88Q200,104 234,88L200,140Z", pen.deep),
            pen.solid(BODY, woven=True),
            both(lapel),
            both(pocket),
            stroke("M200,134V304", pen.deep, 2.5, 0.7),
            _buttons(209, (190, 222, 254), pen.accent),
            stroke("M220,150h24", pen.deep, 3, 0.6),
        )
    )


@motif
def coat(pen: Pen) -> str:
    """A long coat, double-breasted, with a deep collar."""
    sleeve = "M130,98C108,106 98,136 94,180L84,276L120,282L134,200Z"
    body = "M164,82L130,98C122,150 128,190 112,338H288C272,190 278,150 270,98L236,82L200,120Z"
    collar = fill("M164,82L200,122L190,160L142,128L146,94Z", pen.dark)
    flap = fill(box(130, 236, 44, 15, 4), pen.deep, 0.5)
    return "".join(
        (
            _hanger(),
            both(pen.solid(sleeve, woven=True)),
            fill("M164,82Q200,98 236,82L200,132Z", pen.deep),
            pen.solid(body, woven=True),
            both(collar),
            both(flap),
            stroke("M200,128V338", pen.deep, 2.5, 0.6),
            both(_buttons(186, (178, 212, 246), pen.accent, 6)),
            both(stroke("M90,262l32,5", pen.deep, 3, 0.5)),
        )
    )


@motif
def dress(pen: Pen) -> str:
    """A dress with short sleeves and a full skirt."""
    body = (
        "M170,78C158,82 146,86 136,94L116,128L146,146L158,138Q166,164 164,186L104,320Q200,348 "
        "296,320L236,186Q234,164 242,138L254,146L284,128L264,94C254,86 242,82 230,78Q200,112 170,78Z"
    )
    folds = "".join(stroke(c, pen.deep, 2.5, 0.3) for c in ("M180,204L154,328", "M200,204V334", "M220,204L246,328"))
    belt = pen.solid(box(160, 180, 80, 15, 4), pen.accent, by=5)
    neck = stroke("M170,78Q200,112 230,78", pen.light, 5)
    return _hanger() + pen.solid(body, woven=True) + folds + belt + neck + fill(box(192, 178, 16, 19, 3), pen.deep)


@motif
def jumper(pen: Pen) -> str:
    """A jumper with ribbed cuffs."""
    sleeve = "M132,108C104,114 92,150 80,262L118,270L138,190Z"
    body = "M164,94L130,108C124,160 134,210 132,296H268C266,210 276,160 270,108L236,94Q200,124 164,94Z"
    ribs = "".join(stroke(f"M{x},290V312", pen.deep, 2.2, 0.45) for x in range(142, 266, 12))
    stitches = "".join(stroke(f"M{x},{y}l7,7l7,-7", pen.light, 3, 0.7) for y in (150, 176) for x in range(142, 250, 18))
    return "".join(
        (
            both(pen.solid(sleeve, woven=True) + fill("M79,252l40,6l-3,24l-39,-7Z", pen.dark)),
            pen.solid(body, woven=True),
            stitches if pen.pattern == "plain" else "",
            fill(box(130, 286, 140, 28, 6), pen.dark),
            ribs,
            fill("M162,92Q200,128 238,92L232,84Q200,112 168,84Z", pen.dark),
        )
    )


@motif
def cardigan(pen: Pen) -> str:
    """A cardigan with a V-neck and buttons."""
    sleeve = "M132,108C106,114 94,150 84,262L120,268L138,190Z"
    body = "M164,92L130,108C124,160 134,210 132,308H268C266,210 276,160 270,108L236,92L200,170Z"
    edge = stroke("M164,92L196,172V308", pen.dark, 11)
    pocket = fill(box(142, 248, 38, 40, 4), pen.dark, 0.6) + fill(box(142, 244, 38, 9, 3), pen.deep, 0.4)
    return "".join(
        (
            both(pen.solid(sleeve, woven=True) + fill("M83,252l38,5l-2,20l-37,-5Z", pen.dark)),
            fill("M164,92Q200,108 236,92L200,176Z", pen.deep, 0.75),
            pen.solid(body, woven=True),
            both(edge),
            both(pocket),
            _buttons(200, (188, 216, 244, 272, 298), LEATHER if pen.colour not in ("brown", "tan") else "#efe3c4", 6),
        )
    )


@motif
def shirt(pen: Pen) -> str:
    """A shirt with a collar and cuffs."""
    sleeve = "M130,106C106,114 92,144 84,190L72,264L108,272L132,200Z"
    body = "M166,90L128,106C122,160 132,210 128,300Q200,320 272,300C268,210 278,160 272,106L234,90L200,116Z"
    collar = pen.solid("M166,86L200,116L178,138L156,100Z", light(pen.main), by=4)
    pocket = stroke("M222,156h30v26l-15,9l-15,-9Z", pen.deep, 2.5, 0.5)
    return "".join(
        (
            both(pen.solid(sleeve, woven=True) + fill("M74,252l36,7l-2,14l-36,-8Z", pen.light)),
            fill("M166,88Q200,100 234,88L200,120Z", pen.deep, 0.7),
            pen.solid(body, woven=True),
            both(collar),
            pocket,
            stroke("M200,118V312", pen.deep, 2, 0.5),
            _buttons(200, (146, 178, 210, 242, 274), pen.accent, 4),
        )
    )


@motif
def trousers(pen: Pen) -> str:
    """Trousers, creased, with a waistband."""
    legs = "M142,84H258L268,330H214L200,160L186,330H132Z"
    pocket = stroke("M150,104Q152,132 140,140", pen.deep, 3, 0.55)
    hems = fill("M132,316h55v14h-55.6Z", pen.dark) + fill("M213,316h55l.6,14h-54Z", pen.dark)
    return "".join(
        (
            pen.solid(legs, woven=True),
            both(pocket),
            hems,
            fill(box(140, 78, 120, 20, 4), pen.dark),
            stroke("M200,98V160", pen.deep, 3, 0.6),
            stroke("M163,150L159,312M237,150L241,312", pen.deep, 2, 0.35),
            both(fill(box(160, 74, 8, 26, 2), pen.deep, 0.7)),
            fill(oval(200, 88, 5), BRASS),
        )
    )


@motif
def skirt(pen: Pen) -> str:
    """A skirt in folds."""
    body = "M152,104H248L304,306Q200,334 96,306Z"
    folds = "".join(
        stroke(f"M{200 + d * 0.42:g},128L{200 + d:g},{318 - abs(d) * 0.08:g}", pen.deep, 2.6, 0.38)
        for d in (-78, -40, 0, 40, 78)
    )
    return (
        pen.solid(body, woven=True)
        + folds
        + fill(box(149, 92, 102, 22, 5), pen.dark)
        + fill(oval(238, 103, 5), pen.accent)
    )


def _shoe(pen: Pen, x: float) -> str:
    upper = f"M{x},236c10,-18 44,-22 58,-8c16,16 46,26 78,34c22,6 24,26 20,38H{x - 4}c-6,-24 -6,-46 4,-64Z"
    return "".join(
        (
            pen.solid(upper),
            fill(f"M{x - 6},296h164q4,16 -6,18H{x + 50}l-6,-6l-4,12H{x - 4}Z", pen.deep),
            stroke(f"M{x + 60},230l-14,34M{x + 78},244l-12,28M{x + 96},252l-10,26", pen.accent, 4.5),
            stroke(f"M{x + 112},260q-8,18 -2,36", pen.deep, 3, 0.5),
            shine(f"M{x + 126},270q12,2 20,12", 5, 0.35),
        )
    )


@motif
def shoes(pen: Pen) -> str:
    """A pair of lace-up shoes, one behind the other."""
    back = f'<g transform="translate(34 -40) scale(.92) translate(18 20)">{_shoe(pen, 128)}</g>'
    return fill(oval(200, 316, 118, 9), "#2b2036", 0.16) + back + _shoe(pen, 96)


@motif
def boots(pen: Pen) -> str:
    """A pair of boots."""
    leg = "M128,118h72v120c10,18 36,24 56,36c14,8 16,26 14,38H128Z"
    one = "".join(
        (
            pen.solid(leg),
            fill("M124,306h150v10q-2,10 -10,10h-66l-6,-8l-4,8h-64Z", pen.deep),
            fill(box(124, 112, 80, 16, 6), pen.dark),
            stroke("M164,196h34M166,216h34M172,236h32", pen.accent, 4),
            shine("M142,140V230", 7, 0.28),
        )
    )
    back = at(one, 52, -22)
    return at(fill(oval(216, 324, 112, 9), "#2b2036", 0.16) + back + one, -22, 6)


@motif
def gloves(pen: Pen) -> str:
    """A pair of gloves."""
    hand = (
        "M150,300V246L116,200q-8,-14 4,-20q10,-4 18,8l16,22V118q0,-12 11,-12t11,12v70V100q0,-12 11,-12t11,12v88V108"
        "q0,-11 10,-11t10,11v84V128q0,-10 9,-10t9,10v104q0,40 -18,68Z"
    )
    one = (
        pen.solid(hand)
        + fill(box(144, 292, 92, 36, 7), pen.dark)
        + stroke("M176,222V252M196,218V252M214,222V252", pen.deep, 3, 0.5)
    )
    right = f'<g transform="translate(86 44) rotate(10 200 200) scale(.84)">{one}</g>'
    left = f'<g transform="translate(-20 6) rotate(-8 200 200) scale(.84)">{one}</g>'
    return right + left


@motif
def scarf(pen: Pen) -> str:
    """A scarf, looped once, with a fringe."""
    loop = "M112,120Q200,70 288,120Q300,168 200,186Q100,168 112,120Z"
    fringe = "".join(stroke(f"M{x},318v18", pen.dark, 4) for x in range(150, 206, 9))
    short = "".join(stroke(f"M{x},280v16", pen.dark, 4) for x in range(218, 266, 9))
    return "".join(
        (
            short,
            pen.solid("M206,160L262,158L268,282H214Z", woven=True),
            fringe,
            pen.solid("M150,160H212L208,322H146Z", woven=True),
            pen.solid(loop, woven=True),
            fill("M138,124Q200,96 262,124Q200,150 138,124Z", pen.deep, 0.55),
            stroke("M124,146Q200,184 276,146", pen.deep, 3, 0.35),
        )
    )


@motif
def tie(pen: Pen) -> str:
    """A tie, knotted."""
    blade = "M184,140L162,280L200,334L238,280L216,140Z"
    knot = "M172,96H228L214,142H186Z"
    collar = fill("M120,92L200,84L186,142L150,150Z", WHITE)
    return (
        both(collar)
        + pen.solid(blade, woven=True)
        + pen.solid(knot, woven=True)
        + stroke("M186,142h28", pen.deep, 3, 0.7)
    )
