"""Glasses, bottles and jars."""

from apps.demo.drawing.pen import (
    BEECH,
    GLASS,
    INK,
    PAPER,
    STEEL,
    WHITE,
    Pen,
    box,
    corners,
    dark,
    fill,
    floor,
    light,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip

SQUASH = "#d8b455"


def _glassware(pen: Pen, outline: str, drink: str, drink_colour: str, gleam: str) -> str:
    tint = GLASS if pen.colour in ("clear", "white", "silver") else light(pen.main)
    return (
        fill(outline, tint, 0.82)
        + fill(drink, drink_colour, 0.85)
        + stroke(outline, dark(tint), 3, 0.7)
        + shine(gleam, 7, 0.8)
    )


@motif
def tankard(pen: Pen) -> str:
    """A dimpled pint pot, full."""
    dimples = "".join(
        fill(oval(x, y, 15, 18), WHITE, 0.28) for y in (172, 214, 256, 290) for x in (142, 178, 214, 246) if y < 290
    )
    return (
        floor(180, 322)
        + stroke("M258,160C332,150 332,268 258,262", dark(GLASS), 15)
        + _glassware(pen, "M116,110H270L262,320H124Z", "M122,140H266L260,312H128Z", "#d89a35", "M136,132V296")
        + dimples
        + fill("M112,118q0,-22 24,-20q12,-18 34,-8q20,-14 38,0q24,-8 34,10q30,-4 30,20q-80,24 -160,-2Z", WHITE)
    )


@motif
def glass(pen: Pen) -> str:
    """A stemmed glass, or a tumbler for the smaller ones."""
    if pen.one_of("stem", "tumbler") == "tumbler":
        band = fill("M127,206H273L270,246H131Z", pen.main)
        return (
            floor(160, 318)
            + _glassware(pen, "M118,112H282L264,318H136Z", "M130,250H270L262,310H138Z", SQUASH, "M142,140L150,286")
            + band
        )
    stem = fill("M195,228h10v76h-10Z", dark(GLASS), 0.8) + fill(oval(200, 312, 56, 9), dark(GLASS), 0.8)
    return (
        floor(120, 320)
        + stem
        + _glassware(
            pen,
            "M128,84H272C280,170 250,232 200,232S120,170 128,84Z",
            "M131,132H269C266,190 240,224 200,224S134,190 131,132Z",
            SQUASH,
            "M146,108q-4,44 16,76",
        )
    )


@motif
def coupe(pen: Pen) -> str:
    """A champagne saucer."""
    stars = "".join(
        place(fill(corners("200,190 203,198 212,200 203,202 200,212 197,202 188,200 197,198"), WHITE), dx, dy, 0, s)
        for dx, dy, s in ((-46, -42, 1), (4, -30, 1.2), (48, -44, 0.9))
    )
    bubbles = "".join(
        fill(oval(x, y, 3), WHITE) for x, y in ((170, 128), (214, 118), (240, 134), (192, 108), (156, 108))
    )
    stem = fill("M195,206h10v98h-10Z", dark(GLASS), 0.8) + fill(oval(200, 312, 58, 9), dark(GLASS), 0.8)
    return (
        floor(130, 320)
        + stem
        + _glassware(
            pen,
            "M96,112H304C300,176 258,208 200,208S100,176 96,112Z",
            "M98,128H302C296,172 258,200 200,200S104,172 98,128Z",
            "#ecd68e",
            "M116,134q10,34 34,52",
        )
        + bubbles
        + stars
    )


@motif
def decanter(pen: Pen) -> str:
    """A ship's decanter with its stopper."""
    cuts = "".join(stroke(f"M{x},272l18,36M{x + 18},272l-18,36", WHITE, 3, 0.6) for x in range(92, 300, 24))
    return (
        floor(240, 320)
        + pen.solid(oval(200, 74, 24), GLASS)
        + fill("M188,94h24v18h-24Z", dark(GLASS))
        + _glassware(
            pen,
            "M176,110H224V182C240,236 320,250 320,306Q318,320 300,320H100Q82,320 80,306C80,250 160,236 176,182Z",
            "M120,262H280Q312,282 312,304Q310,312 300,312H100Q90,312 88,304Q88,282 120,262Z",
            "#7c2e3b",
            "M190,130v50q-4,26 -30,46",
        )
        + cuts
    )


@motif
def bottle(pen: Pen) -> str:
    """A bottle."""
    siphon = pen.colour == "silver"
    top = fill("M176,66h48l34,10v14h-34v26h-48Z", dark(STEEL)) if siphon else fill(box(184, 80, 32, 16, 4), pen.deep)
    mesh = (
        "".join(
            stroke(f"M{142 + x},180l{-x * 0 + 24},128M{142 + x + 24},180l-24,128", dark(STEEL), 2, 0.6)
            for x in range(0, 100, 20)
        )
        if siphon
        else ""
    )
    ribs = "" if siphon else "".join(stroke(f"M{x},196V300", pen.deep, 3, 0.35) for x in (164, 182, 200, 218, 236))
    tint = GLASS if siphon else mix_glass(pen)
    return (
        floor(150, 320)
        + pen.solid("M184,92h32v46q42,18 42,60v104q0,18 -20,18h-76q-20,0 -20,-18V198q0,-42 42,-60Z", tint)
        + mesh
        + ribs
        + top
        + shine("M156,204V292", 8, 0.6)
    )


def mix_glass(pen: Pen) -> str:
    """The pen's colour as coloured glass has it."""
    return light(pen.main) if pen.colour not in ("navy", "black") else pen.main


@motif
def jar(pen: Pen) -> str:
    """A jar with a lid of its own."""
    cork = pen.one_of("screw", "cork") == "cork"
    lid = (
        fill("M146,78h108l-6,44h-96Z", BEECH)
        if cork
        else fill(box(138, 84, 124, 34, 6), "#c8473f")
        + stroke("M150,90v22M172,90v22M194,90v22M216,90v22M238,90v22", dark("#c8473f"), 3)
    )
    label = fill(box(150, 214, 100, 60, 6), PAPER) + stroke("M168,236h64M176,254h48", INK, 4, 0.7)
    return (
        floor(190, 322)
        + _glassware(
            pen,
            "M142,118H258Q288,134 288,168V300q0,20 -20,20H132q-20,0 -20,-20V168Q112,134 142,118Z",
            "M118,184H282V298q0,16 -16,16H134q-16,0 -16,-16Z",
            "#e9dcb8" if cork else "#8d2f45",
            "M132,170V290",
        )
        + lid
        + label
    )
