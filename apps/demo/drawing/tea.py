"""Tea and coffee things."""

from apps.demo.drawing.pen import (
    BRASS,
    EARTH,
    INK,
    PAPER,
    WHITE,
    Pen,
    box,
    fill,
    floor,
    motif,
    oval,
    shine,
    stroke,
)  # fmt: skip


@motif
def teapot(pen: Pen) -> str:
    """A round teapot."""
    body = "M200,136C276,136 304,190 300,236C298,290 254,316 200,316S102,290 100,236C96,190 124,136 200,136Z"
    return "".join(
        (
            floor(220, 318),
            stroke("M292,192C352,176 352,274 284,272", pen.dark, 17),
            pen.solid("M118,262C82,258 84,196 52,182L66,168C100,176 104,206 126,210Z"),
            pen.solid(body, woven=True),
            pen.solid("M138,146Q200,108 262,146Q200,164 138,146Z", pen.dark),
            pen.solid(oval(200, 114, 13)),
            shine("M130,190q-16,30 -8,58", 9),
            stroke("M108,248Q200,282 292,248", pen.accent, 5, 0.75),
        )
    )


@motif
def mug(pen: Pen) -> str:
    """A mug, steaming."""
    return "".join(
        (
            stroke("M172,112q-14,-18 0,-34t0,-32M212,112q-14,-18 0,-34t0,-32", WHITE, 7, 0.8),
            floor(190, 318),
            stroke("M268,180C340,170 340,270 262,266", pen.dark, 19),
            pen.solid("M116,142H276V284q0,34 -34,34H150q-34,0 -34,-34Z", woven=True),
            fill(oval(196, 142, 80, 15), pen.light),
            fill(oval(196, 144, 68, 10), EARTH),
            shine("M134,178V262", 9, 0.35),
        )
    )


@motif
def cup(pen: Pen) -> str:
    """A cup on its saucer."""
    return "".join(
        (
            floor(260, 312),
            pen.solid("M70,284Q200,312 330,284Q300,318 200,318T70,284Z", WHITE),
            fill(oval(200, 284, 130, 17), PAPER),
            stroke(oval(200, 284, 118, 13), pen.main, 4),
            stroke("M272,196C334,178 334,250 262,250", pen.main, 11),
            pen.solid("M114,168H286Q284,284 200,286T114,168Z", WHITE, woven=True),
            fill(oval(200, 168, 86, 16), pen.main),
            fill(oval(200, 170, 76, 12), "#a9713d"),
            stroke("M122,204Q200,224 278,204", BRASS, 3),
        )
    )


@motif
def coffeepot(pen: Pen) -> str:
    """A tall coffee pot."""
    return "".join(
        (
            floor(190, 326),
            stroke("M254,150C328,150 318,268 266,274", INK, 14),
            pen.solid("M142,178L92,128L76,140L134,232Z"),
            pen.solid("M146,124H254L276,306q0,18 -20,18H144q-20,0 -20,-18Z"),
            pen.solid("M142,126Q146,86 200,84T258,126Z", pen.dark),
            fill(oval(200, 78, 11), INK),
            shine("M154,156L144,284", 8),
            stroke("M138,178Q200,188 262,178", pen.deep, 3, 0.4),
        )
    )


@motif
def kettle(pen: Pen) -> str:
    """A kettle with its handle over the top."""
    return "".join(
        (
            floor(240, 318),
            stroke("M130,160C116,60 284,60 270,160", INK, 13),
            pen.solid("M278,250C320,240 312,180 344,160L360,172C346,216 344,280 290,286Z"),
            pen.solid("M124,170Q200,126 276,170C306,210 310,270 296,318H104C90,270 94,210 124,170Z"),
            pen.solid("M148,158Q200,122 252,158Q200,172 148,158Z", pen.dark),
            fill(oval(200, 132, 11), INK),
            shine("M124,206q-12,40 -6,84", 9, 0.5),
        )
    )


@motif
def tin(pen: Pen) -> str:
    """A tin with a label."""
    label = fill(box(132, 200, 136, 66, 8), PAPER) + stroke("M158,224h84M172,242h56", pen.deep, 5)
    return (
        floor(200, 322)
        + pen.solid("M116,134V302q84,34 168,0V134Z")
        + label
        + pen.solid(box(108, 104, 184, 40, 10), pen.dark)
        + fill(oval(200, 104, 90, 14), pen.light)
        + fill(oval(200, 100, 14, 7), pen.deep)
    )


@motif
def cosy(pen: Pen) -> str:
    """A tea cosy that is a hen."""
    loops = "".join(
        stroke(f"M{x},{y}q9,10 18,0", pen.deep, 3, 0.4) for y in (206, 232, 258) for x in range(116, 250, 22)
    )
    return "".join(
        (
            floor(230, 316),
            pen.solid("M304,222C366,180 352,140 326,130C330,166 310,180 286,190Z", pen.dark),
            pen.solid("M96,314C70,240 92,120 150,104C198,92 206,150 212,176Q300,170 308,314Q200,330 96,314Z"),
            loops,
            fill("M128,108q-4,-26 12,-26q10,0 8,12q10,-16 22,-6q8,10 -4,20Z", "#c8473f"),
            fill("M98,142L70,156L100,168Z", "#da7b3c"),
            fill("M98,166q-14,24 2,32q14,-8 6,-32Z", "#c8473f"),
            fill(oval(136, 140, 9), INK) + fill(oval(133, 137, 3), WHITE),
        )
    )


@motif
def jug(pen: Pen) -> str:
    """A jug."""
    clear = pen.colour == "clear"
    inside = fill("M130,226Q200,240 270,226Q278,300 250,316H150Q122,300 130,226Z", "#efd68a", 0.85) if clear else ""
    return "".join(
        (
            floor(180, 320),
            stroke("M258,150C346,140 336,262 262,256", pen.dark, 15),
            pen.solid(
                "M128,100Q112,92 104,112Q120,128 134,146C136,186 104,220 118,276Q126,320 160,320H240Q274,320 "
                "282,276C296,220 264,186 262,110Q200,128 128,100Z"
            ),
            inside,
            fill("M128,100Q200,86 262,110Q200,128 128,100Z", pen.deep, 0.6),
            "" if clear else stroke("M126,222Q200,242 274,222", pen.accent, 6, 0.8),
            shine("M144,196q-18,40 -8,78", 9),
        )
    )
