"""Lamps, lanterns and candles."""

from apps.demo.drawing.pen import (
    BRASS,
    GLASS,
    INK,
    IRON,
    PAPER,
    STEEL,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip

GLOW = "#ffe9a8"


@motif
def lamp(pen: Pen) -> str:
    """A table lamp, lit."""
    return "".join(
        (
            fill(oval(200, 170, 150, 120), GLOW, 0.28),
            floor(150, 330),
            pen.solid(
                "M176,222h48q-6,26 14,48q16,26 -8,48h-60q-24,-22 -8,-48q20,-22 14,-48Z",
                BRASS if pen.colour == "green" else pen.dark,
            ),
            fill(box(146, 314, 108, 16, 8), dark(BRASS) if pen.colour == "green" else pen.deep),
            pen.solid("M148,84H252L296,222Q200,236 104,222Z"),
            fill("M104,222Q200,236 296,222Q200,214 104,222Z", GLOW),
            shine("M152,108L126,200", 7, 0.3),
        )
    )


@motif
def desklamp(pen: Pen) -> str:
    """A lamp on a sprung arm."""
    return "".join(
        (
            fill("M246,176L330,330H150Z", GLOW, 0.45),
            floor(150, 330, 130),
            stroke("M130,300L96,196L214,120", IRON, 10),
            stroke("M140,300L108,200L216,132", STEEL, 4),
            fill(oval(98, 196, 11), INK),
            pen.solid("M78,300H182q10,0 10,14v14H68V314q0,-14 10,-14Z"),
            pen.solid("M196,96q26,-22 50,4l52,56q-30,48 -86,42Z"),
            fill("M212,198q56,6 86,-42q-8,44 -86,42Z", GLOW),
        )
    )


@motif
def lavalamp(pen: Pen) -> str:
    """A lava lamp at work."""
    blobs = (
        fill(oval(204, 132, 14, 18), pen.main)
        + fill(oval(190, 182, 20, 24), pen.main)
        + fill("M164,244q4,-26 34,-22t38,24Z", pen.main)
        + fill(oval(216, 216, 8), pen.main)
    )
    return (
        floor(130, 330)
        + fill("M168,92h64l18,156H150Z", "#f2c879")
        + blobs
        + pen.solid("M174,62h52l8,34h-68Z", BRASS)
        + pen.solid("M148,244H252L226,284L256,330H144L174,284Z", BRASS)
        + shine("M172,116L162,228", 6)
    )


@motif
def lantern(pen: Pen) -> str:
    """A lantern with a handle."""
    return "".join(
        (
            floor(160, 330),
            stroke("M140,128C130,50 270,50 260,128", INK, 6),
            fill(box(150, 154, 100, 126), GLASS),
            fill(oval(200, 222, 46, 54), GLOW, 0.9),
            fill("M200,190q26,30 10,54h-20q-16,-22 10,-54Z", "#da7b3c"),
            fill("M200,212q12,16 4,30h-9q-8,-12 5,-30Z", GLOW),
            both(stroke("M146,150V286", pen.main, 10)),
            pen.solid("M138,154L160,106H240L262,154Z"),
            fill(box(176, 92, 48, 18, 5), pen.dark),
            pen.solid(box(134, 276, 132, 22, 5)),
            pen.solid("M124,298H276l8,32H116Z", pen.dark),
        )
    )


@motif
def candlestick(pen: Pen) -> str:
    """A candlestick with its candle."""
    if pen.colour == "gold":
        holder = (
            stroke("M268,290q54,-2 46,-34t-40,-6", pen.dark, 9)
            + pen.solid("M96,282H304Q290,322 200,322T96,282Z")
            + fill(oval(200, 282, 104, 18), pen.light)
            + pen.solid(box(172, 238, 56, 46, 6))
        )
        return floor(220, 322) + holder + _candle(200, 130, 112)
    one = pen.solid("M162,206h76q-4,20 -26,22l-4,48q30,16 42,46H150q12,-30 42,-46l-4,-48q-22,-2 -26,-22Z") + _candle(
        200, 104, 104
    )
    return floor(260, 324) + place(one, -58, 0) + place(one, 58, 0)


def _candle(x: float, y: float, height: float) -> str:
    flame = (
        fill(oval(x, y - 26, 34, 40), GLOW, 0.4)
        + fill(f"M{x},{y - 52}q20,28 0,44q-20,-16 0,-44Z", "#e9973d")
        + fill(f"M{x},{y - 32}q9,14 0,24q-9,-10 0,-24Z", GLOW)
    )
    return (
        fill(box(x - 13, y, 26, height, 4), PAPER)
        + fill(box(x + 4, y, 9, height, 4), dark(PAPER), 0.5)
        + stroke(f"M{x},{y}v-10", INK, 3)
        + flame
    )


@motif
def pendant(pen: Pen) -> str:
    """A glass shade, hanging."""
    frill = (
        "M112,254q14,22 29,0q15,22 30,0q14,22 29,0q15,22 29,0q15,22 30,0q14,22 29,0C284,190 258,150 "
        "226,142H174C142,150 116,190 112,254Z"
    )
    return (
        fill(oval(200, 230, 150, 110), GLOW, 0.3)
        + stroke("M200,0V112", INK, 5)
        + fill(box(174, 106, 52, 38, 6), BRASS)
        + pen.solid(frill)
        + fill(oval(200, 258, 30, 24), GLOW)
        + stroke("M172,156Q146,196 142,248M200,150V248M228,156Q254,196 258,248", pen.light, 3, 0.7)
    )
