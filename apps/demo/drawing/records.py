"""Records and cassettes."""

from apps.demo.drawing.pen import (
    PAPER,
    WHITE,
    Pen,
    both,
    box,
    corners,
    dark,
    fill,
    floor,
    motif,
    oval,
    place,
    shine,
    stroke,
)  # fmt: skip

INK = "#2c2a30"


def _disc(x: float, y: float, r: float, label: str) -> str:
    grooves = "".join(stroke(oval(x, y, r * k), "#4a474f", 1.6) for k in (0.52, 0.62, 0.72, 0.82, 0.92))
    return (
        fill(oval(x, y, r), INK)
        + grooves
        + shine(f"M{x + r * 0.3:g},{y - r * 0.7:g}q{r * 0.3:g},{r * 0.16:g} {r * 0.42:g},{r * 0.44:g}", r / 14, 0.3)
        + fill(oval(x, y, r * 0.36), label)
        + fill(oval(x, y, r * 0.05), WHITE)
    )


@motif
def record(pen: Pen) -> str:
    """A long-playing record, half out of its sleeve."""
    a, _hue, which = pen.accent, pen.main, pen.seed % 7
    art = (
        "".join(stroke(oval(152, 206, r), a, 7) for r in (18, 36, 54)) + fill(oval(152, 206, 8), a),
        "".join(fill(box(78 + n * 26, 272 - h, 17, h, 2), a) for n, h in enumerate((50, 84, 122, 96, 140, 70))),
        fill("M64,250L110,170L146,214L180,150L240,260V288H64Z", a) + fill(oval(196, 156, 20), a),
        fill(oval(152, 196, 40), a) + fill("M92,288q0,-58 60,-58t60,58Z", a) + fill(box(108, 156, 88, 16, 6), pen.deep),
        "".join(stroke(f"M64,{y}q44,-30 88,0t88,0", a, 8, 0.4 + n * 0.15) for n, y in enumerate((170, 200, 230, 260))),
        "".join(
            fill(oval(x, y, 17), (a, pen.light, pen.deep)[(x + y) // 44 % 3])
            for y in (166, 210, 254)
            for x in (86, 130, 174, 218)
        ),
        fill(corners("152,150 164,192 208,192 172,216 186,260 152,234 118,260 132,216 96,192 140,192"), a),
    )[which]
    sleeve = box(62, 102, 180, 190, 3)
    return (
        floor(270, 298)
        + _disc(236, 197, 86, a)
        + pen.solid(sleeve)
        + pen.within(sleeve, art)
        + fill(box(76, 116, 110, 10, 4), a)
        + fill(box(76, 133, 70, 7, 3), a, 0.75)
        + fill(box(238, 102, 4, 190), pen.deep, 0.5)
    )


@motif
def single(pen: Pen) -> str:
    """Singles in paper sleeves."""

    def paper(c: str) -> str:
        return (
            pen.solid(box(104, 104, 192, 192, 4), c)
            + fill(oval(200, 200, 52), INK)
            + fill(oval(200, 200, 42), pen.main)
            + fill(oval(200, 200, 15), "#f1e9ec")
        )

    return (
        place(paper("#b9d0c8"), 34, -22, 12) + place(paper(dark(PAPER)), -28, -8, -10) + place(paper(PAPER), 6, 24, 2)
    )


@motif
def cassette(pen: Pen) -> str:
    """A cassette, labelled by hand."""
    reels = both(
        fill(oval(154, 208, 25), WHITE)
        + fill(oval(154, 208, 13), INK)
        + stroke("M154,190v8M154,218v8M136,208h8M164,208h8", INK, 4)
    )
    return (
        floor(260, 296)
        + pen.solid(box(76, 116, 248, 168, 12))
        + fill(box(96, 134, 208, 112, 6), PAPER)
        + fill(box(96, 224, 208, 22), "#c8473f")
        + stroke("M116,152h120M116,168h84", "#33476b", 4)
        + fill(box(122, 184, 156, 48, 24), pen.deep)
        + reels
        + fill("M128,284l10,-30h124l10,30Z", pen.dark)
    )
