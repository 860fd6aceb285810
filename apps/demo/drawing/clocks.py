"""Clocks and mirrors."""

from apps.demo.drawing.pen import (
    BRASS,
    EARTH,
    INK,
    LEAF,
    WHITE,
    WOOD,
    Pen,
    both,
    box,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    spun,
    stroke,
)  # fmt: skip


def _dial(x: float, y: float, r: float, hands: str = "10:10") -> str:
    tick = stroke(f"M{x},{y - r * 0.86:g}v{r * 0.13:g}", INK, max(2.5, r / 18))
    marks = "".join(spun(tick, a, x, y) for a in range(0, 360, 30))
    turns = {"10:10": (305, 60), "4:05": (122, 30), "9:00": (270, 0)}[hands]
    arms = "".join(
        spun(stroke(f"M{x},{y}v{-r * length:g}", INK, max(3, r / 14)), a, x, y)
        for a, length in zip(turns, (0.5, 0.72), strict=True)
    )
    return fill(oval(x, y, r), WHITE) + marks + arms + fill(oval(x, y, max(3, r / 14)), INK)


@motif
def clock(pen: Pen) -> str:
    """A wall clock; with rays where the pattern says so."""
    if pen.pattern == "sunburst":
        rays = "".join(
            spun(fill(f"M194,200L200,{50 if a % 24 else 26}L206,200Z", WOOD if a % 24 else pen.main), a)
            for a in range(0, 360, 12)
        )
        return rays + pen.solid(oval(200, 200, 74)) + _dial(200, 200, 58)
    return (
        pen.solid(oval(200, 200, 134), pen.main if pen.colour != "white" else INK)
        + stroke(oval(200, 200, 124), pen.light, 4, 0.6)
        + _dial(200, 200, 112, "4:05")
    )


@motif
def mantelclock(pen: Pen) -> str:
    """A mantel clock, shaped like a cocked hat."""
    return (
        floor(280, 292)
        + pen.solid("M52,280Q60,236 104,232Q130,228 142,196Q158,120 200,120T258,196Q270,228 296,232Q340,236 348,280Z")
        + fill(box(44, 274, 312, 18, 5), pen.deep)
        + fill(oval(200, 200, 56), BRASS)
        + _dial(200, 200, 48)
        + shine("M86,254q26,-4 46,-18", 6, 0.3)
    )


@motif
def alarmclock(pen: Pen) -> str:
    """An alarm clock with two bells."""
    if pen.colour == "red":
        return (
            floor(220, 306)
            + pen.solid("M88,150L140,110H312L300,300H96Z", pen.dark)
            + pen.solid(box(84, 150, 220, 152, 12))
            + fill(box(104, 166, 180, 120, 8), BRASS)
            + _dial(194, 226, 54)
        )
    bells = both(pen.solid("M96,130C90,82 150,64 170,92L112,144Z", BRASS, by=5) + stroke("M134,104l-8,-14", INK, 5))
    return (
        floor(200, 326)
        + both(stroke("M138,288L116,322", INK, 13))
        + bells
        + stroke("M200,98V76M182,72h36", INK, 8)
        + pen.solid(oval(200, 206, 108))
        + _dial(200, 206, 86)
    )


@motif
def cuckooclock(pen: Pen) -> str:
    """A cuckoo clock, the cuckoo out."""

    def cone(x: float, y: float) -> str:
        return stroke(f"M{x},250V{y}", BRASS, 3) + pen.solid(f"M{x - 9},{y}h18l-2,40q-7,10 -14,0Z", EARTH, by=4)

    return (
        cone(172, 282)
        + cone(230, 300)
        + pen.solid("M128,150H272V258H128Z")
        + pen.solid("M200,58L306,150H94Z", pen.dark)
        + both("".join(fill(oval(x, y, 17, 11), LEAF) for x, y in ((112, 152), (144, 124), (172, 98))))
        + fill(box(178, 116, 44, 40, 20), INK)
        + fill("M186,136q6,-14 22,-10l14,6l-12,6q-8,14 -24,6Z", "#5484b4")
        + _dial(200, 206, 40, "9:00")
        + stroke("M200,258v24", BRASS, 4)
        + fill(oval(200, 284, 10), BRASS)
    )


def _pane(pen: Pen, outline: str, gleams: str) -> str:
    return pen.within(outline, fill(box(0, 0, 400, 400), "#c9dde2"), stroke(gleams, WHITE, 16, 0.55))


@motif
def mirror_(pen: Pen) -> str:
    """A mirror on the wall."""
    if pen.colour == "gold":
        crest = both(fill("M200,60q-26,-8 -34,20q-30,-10 -44,16q34,14 78,-4Z", pen.main)) + fill(
            oval(200, 66, 15), pen.light
        )
        return (
            pen.solid("M96,324V160Q96,84 200,84T304,160V324Z")
            + crest
            + _pane(pen, "M120,304V168Q120,110 200,110T280,168V304Z", "M110,260L260,110M150,300L300,150")
            + fill(box(84, 318, 232, 18, 5), pen.dark)
        )
    scallop = (
        "M110,300V150q0,-26 26,-26q4,-28 34,-28q30,-22 60,0q30,0 34,28q26,0 26,26V300q0,14 -14,14H124q-14,0 -14,-14Z"
    )
    return (
        stroke("M140,118L200,50L260,118", BRASS, 4)
        + fill(oval(200, 50, 6), INK)
        + pen.solid(scallop, "#a9bdc4")
        + _pane(
            pen,
            "M124,296V156q0,-18 22,-18q6,-28 30,-28q24,-16 48,0q24,0 30,28q22,0 22,18V296Z",
            "M110,250L250,110M150,300L290,160",
        )
    )


@motif
def standmirror(pen: Pen) -> str:
    """A shaving mirror on a stand."""
    return (
        floor(150, 330)
        + stroke("M104,170Q104,292 200,292T296,170", pen.dark, 9)
        + pen.solid("M190,288h20l4,26q40,2 46,16H140q6,-14 46,-16Z")
        + pen.solid(oval(200, 164, 96))
        + _pane(pen, oval(200, 164, 82), "M110,220L250,80M150,250L290,110")
        + both(fill(oval(104, 168, 9), BRASS))
    )


@motif
def handmirror(pen: Pen) -> str:
    """A hand mirror."""
    return place(
        pen.solid("M186,224h28q-6,40 6,104q-20,18 -40,0q12,-64 6,-104Z")
        + pen.solid(oval(200, 148, 86, 92))
        + _pane(pen, oval(200, 148, 68, 74), "M120,190L250,60M160,220L290,90"),
        0,
        0,
        24,
    )
