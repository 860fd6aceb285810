"""Musical instruments."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    LEATHER,
    MANY,
    PAPER,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    both,
    box,
    corners,
    dark,
    fill,
    floor,
    mix,
    motif,
    oval,
    place,
    shine,
    spun,
    stroke,
)  # fmt: skip

INK = "#2c2a30"


@motif
def guitar(pen: Pen) -> str:
    """A guitar."""
    body = (
        "M200,178C236,178 246,206 242,226C240,244 270,256 270,300C270,344 236,358 200,358S130,344 "
        "130,300C130,256 160,244 158,226C154,206 164,178 200,178Z"
    )
    strings = stroke("M194,60V322M200,60V322M206,60V322", WHITE, 1.4, 0.8)
    return place(
        fill(box(187, 52, 26, 150, 3), WOODEN)
        + "".join(stroke(f"M188,{y}h24", BRASS, 2) for y in (84, 106, 126, 144, 160))
        + fill("M182,14h36l-4,42h-28Z", dark(WOODEN))
        + both("".join(fill(oval(178, y, 6), WHITE) for y in (22, 34, 46)))
        + pen.solid(body)
        + fill(oval(200, 252, 27), WOODEN)
        + stroke(oval(200, 252, 32), dark(pen.main), 3)
        + fill(box(170, 314, 60, 13, 4), WOODEN)
        + strings,
        8,
        14,
        24,
        0.92,
    )


@motif
def ukulele(pen: Pen) -> str:
    """A ukulele."""
    body = (
        "M200,190C230,190 240,212 238,228C236,244 262,256 262,292C262,328 232,344 200,344S138,328 "
        "138,292C138,256 164,244 162,228C160,212 170,190 200,190Z"
    )
    return place(
        fill(box(188, 96, 24, 110, 3), WOODEN)
        + fill("M182,60h36l-4,38h-28Z", pen.deep)
        + both(fill(oval(178, 70, 6), WHITE) + fill(oval(178, 86, 6), WHITE))
        + pen.solid(body)
        + fill(oval(200, 256, 23), pen.deep)
        + fill(box(174, 304, 52, 11, 4), WOODEN)
        + stroke("M194,98V308M200,98V308M206,98V308", WHITE, 1.4),
        0,
        -6,
        -22,
    )


@motif
def violin(pen: Pen) -> str:
    """A violin and its bow."""
    body = (
        "M200,170C236,170 246,196 236,216Q224,236 236,254C258,270 260,346 200,346S142,270 164,254Q176,236 "
        "164,216C154,196 164,170 200,170Z"
    )
    fiddle = (
        fill(box(193, 62, 14, 190, 3), INK)
        + fill("M190,62q-6,-26 10,-26q18,2 12,18q-4,6 -8,2l4,6Z", pen.deep)
        + pen.solid(body)
        + both(stroke("M178,242q-10,14 0,30q8,10 2,18", INK, 3.5))
        + fill("M188,280h24l-4,46h-16Z", INK)
        + stroke("M176,266h48", WHITE, 5)
        + fill(box(194, 170, 12, 80, 2), INK)
    )
    return (
        place(fiddle, -20, 0, 20) + stroke("M300,74Q318,200 290,334", WOODEN, 7) + stroke("M308,86L298,326", WHITE, 3)
    )


@motif
def concertina(pen: Pen) -> str:
    """A concertina."""
    folds = "".join(
        fill(f"M{x},{128 + k * 5}h10l8,{144 - 2 * k * 5}h-10Z", c) for k, (x, c) in enumerate(((0, pen.main),))
    ) and "".join(
        fill(
            corners(f"{x},134 {x + 9},146 {x + 18},134 {x + 18},268 {x + 9},256 {x},268"),
            pen.light if n % 2 else pen.main,
        )
        for n, x in enumerate(range(128, 272, 18))
    )
    end = pen.solid("M132,110L96,128L80,200L96,272L132,290Z", WOODEN) + "".join(
        fill(oval(x, y, 6), WHITE)
        for x, y in ((104, 170), (104, 192), (104, 214), (104, 236), (120, 180), (120, 204), (120, 228))
    )
    return floor(260, 298) + folds + both(end) + both(stroke("M90,160q-20,40 0,80", LEATHER, 9))


@motif
def accordion(pen: Pen) -> str:
    """An accordion."""
    keys = "".join(
        fill(box(262, y, 62, 17, 3), WHITE) + (fill(box(262, y + 12, 36, 10, 2), INK) if n % 7 not in (2, 6) else "")
        for n, y in enumerate(range(96, 300, 20))
    )
    folds = "".join(
        fill(corners(f"{x},94 {x + 9},104 {x + 18},94 {x + 18},306 {x + 9},296 {x},306"), "#c8473f" if n % 2 else PAPER)
        for n, x in enumerate(range(142, 214, 18))
    )
    dots = "".join(fill(oval(x, y, 6), WHITE) for y in range(124, 290, 24) for x in (92, 112))
    return (
        floor(280, 318)
        + folds
        + pen.solid(box(74, 84, 70, 232, 14))
        + dots
        + pen.solid(box(212, 84, 56, 232, 14))
        + keys
        + stroke("M230,130v140M246,130v140", pen.accent, 4, 0.8)
    )


@motif
def recorder(pen: Pen) -> str:
    """A descant recorder."""
    holes = "".join(fill(oval(200, y, 6), pen.deep) for y in (162, 184, 206, 232, 254, 276, 300))
    return place(
        pen.solid("M186,40h28l4,60h-36Z", "#6d4634")
        + fill(box(190, 78, 20, 16, 2), INK)
        + pen.solid("M182,100h36l-2,30h-32Z")
        + pen.solid("M185,128h30v190h-30Z")
        + fill(box(180, 122, 40, 16, 4), "#6d4634")
        + pen.solid("M182,312h36l8,46h-52Z", "#6d4634")
        + holes,
        0,
        0,
        38,
    )


@motif
def tambourine(pen: Pen) -> str:
    """A tambourine with ribbons."""
    jingles = "".join(
        spun(fill(box(189, 70, 22, 18, 3), "#5b3a26") + fill(oval(200, 79, 13, 7), BRASS), a, 200, 186)
        for a in range(0, 360, 45)
    )
    ribbons = stroke("M150,286q-26,30 -10,60M176,296q-14,24 4,52M124,268q-40,20 -34,58", "#5484b4", 8) + stroke(
        "M162,292q-20,28 -2,58M138,278q-34,20 -24,62", "#ecc64c", 7
    )
    return (
        ribbons
        + stroke(oval(200, 186, 107), dark(BEECH), 28)
        + stroke(oval(198, 184, 107), BEECH, 22)
        + fill(oval(200, 186, 94), PAPER)
        + fill(oval(194, 180, 88), WHITE)
        + jingles
        + fill("M200,132l12,36h38l-30,22l12,36l-32,-22l-32,22l12,-36l-30,-22h38Z", pen.main, 0.85)
    )


@motif
def trumpet(pen: Pen) -> str:
    """A trumpet."""
    hue = mix(BRASS, pen.main, 0.45)
    return place(
        stroke("M60,184H270", dark(hue), 16)
        + stroke("M60,182H270", hue, 11)
        + stroke("M120,184q-30,0 -30,30t30,30H250q30,0 30,-30t-30,-30", hue, 11)
        + "".join(
            pen.solid(box(x, 150, 22, 116, 6), hue, by=5)
            + fill(box(x + 6, 132, 10, 20), STEEL)
            + fill(oval(x + 11, 132, 12, 5), WHITE)
            for x in (158, 186, 214)
        )
        + pen.solid("M262,174Q320,172 352,124Q364,184 352,246Q320,196 262,194Z", hue)
        + fill("M44,172l18,8v10l-18,8Z", STEEL),
        0,
        4,
        -12,
    )


@motif
def maracas(pen: Pen) -> str:
    """A pair of maracas."""

    def one(hue: str) -> str:
        return (
            fill(box(191, 190, 18, 140, 8), WOOD)
            + pen.solid(oval(200, 134, 58, 72), hue)
            + stroke("M146,118q54,22 108,0M146,154q54,22 108,0", "#c8473f", 8)
            + "".join(fill(oval(x, 142, 6), "#3c8587") for x in (166, 190, 214, 236))
            + shine("M166,94q-10,14 -10,30", 6)
        )

    return place(one(pen.main), -56, 12, -20, 0.9) + place(one(pen.main), 56, 12, 20, 0.9)


@motif
def glockenspiel(pen: Pen) -> str:
    """A glockenspiel with two beaters."""
    bars = "".join(
        pen.solid(box(84 + n * 30, 118 + n * 9, 24, 164 - n * 18, 4), MANY[n], by=3)
        + fill(oval(96 + n * 30, 132 + n * 9, 3), WHITE)
        + fill(oval(96 + n * 30, 270 - n * 9, 3), WHITE)
        for n in range(8)
    )
    return (
        floor(270, 312)
        + pen.solid("M66,112L338,176V232L66,300Z", BEECH)
        + bars
        + stroke("M110,344L262,256M170,350L292,244", WOODEN, 6)
        + fill(oval(264, 254, 12), "#c8473f")
        + fill(oval(294, 242, 12), "#5484b4")
    )
