"""Pans, scales and the heavier things of a kitchen."""

from apps.demo.drawing.pen import (
    BRASS,
    INK,
    IRON,
    PAPER,
    STEEL,
    WHITE,
    WOOD,
    WOODEN,
    Pen,
    at,
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


@motif
def casserole(pen: Pen) -> str:
    """A casserole with two ears and a lid."""
    return "".join(
        (
            floor(270, 308),
            both(stroke("M100,204H62q-10,24 34,24", pen.dark, 14)),
            pen.solid("M92,186H308V262q0,46 -46,46H138q-46,0 -46,-46Z"),
            pen.solid("M84,190Q96,128 200,128T316,190Z", pen.dark),
            fill(box(80, 182, 240, 16, 8), pen.light),
            fill(box(184, 104, 32, 26, 9), BRASS),
            shine("M112,222v32q2,18 14,26", 8, 0.4),
        )
    )


@motif
def pan(pen: Pen) -> str:
    """A pan with a long handle, or a wide jam pan."""
    if pen.colour == "copper":
        return (
            floor(280, 300)
            + stroke("M96,176C110,70 290,70 304,176", dark(BRASS), 9)
            + pen.solid("M62,176H338L312,286q-4,14 -20,14H108q-16,0 -20,-14Z")
            + fill(oval(200, 176, 138, 22), pen.dark)
            + fill(oval(200, 180, 126, 16), "#8d2f45")
            + shine("M88,208l14,66", 9, 0.5)
        )
    return "".join(
        (
            floor(210, 302, 172),
            fill("M256,196L368,158q12,0 8,16L262,224Z", INK),
            fill(oval(364, 168, 5), WHITE, 0.7),
            pen.solid("M76,184H266V270q0,32 -32,32H108q-32,0 -32,-32Z"),
            fill(oval(171, 184, 95, 17), WHITE),
            fill(oval(171, 187, 86, 12), pen.deep),
            stroke("M76,192l-14,-8", pen.main, 10),
            shine("M94,214v50", 8, 0.4),
        )
    )


@motif
def fryingpan(pen: Pen) -> str:
    """A frying pan from above, an egg in it."""
    egg = (
        fill("M132,190q-4,-40 34,-38q34,-12 44,20q22,18 2,42q-18,30 -46,16q-32,2 -34,-40Z", WHITE)
        + fill(oval(170, 192, 20), "#ecc64c")
        + shine("M162,184l4,-4", 5)
    )
    return (
        stroke("M262,262L346,346", pen.dark, 26)
        + stroke("M266,262L346,342", pen.main, 16)
        + fill(oval(344, 343, 6), WHITE, 0.7)
        + pen.solid(oval(176, 180, 118))
        + fill(oval(176, 180, 100), pen.deep)
        + egg
    )


@motif
def scales(pen: Pen) -> str:
    """Scales with two pans and weights."""
    weights = "".join(
        fill(f"M{x},{300 - h}h{w}l4,{h}h{-w - 8}Z", BRASS) + fill(oval(x + w / 2, 297 - h, 5), dark(BRASS))
        for x, w, h in ((300, 26, 40), (338, 18, 26))
    )
    pans = "".join(
        pen.solid(f"M{x - 66},178H{x + 66}Q{x + 48},214 {x},214T{x - 66},178Z", BRASS, by=6) for x in (102, 298)
    )
    return (
        floor(270, 306)
        + stroke("M102,176L200,150L298,176", pen.main, 13)
        + pans
        + pen.solid("M186,120h28l10,130h54l14,54H108l14,-54h54Z")
        + fill(oval(200, 122, 20), BRASS)
        + fill(oval(200, 272, 26, 14), PAPER)
        + stroke("M200,282v-16", INK, 3)
        + at(weights, -20, 6)
    )


@motif
def block(pen: Pen) -> str:
    """A butcher's block with a cleaver in it."""
    grain = "".join(stroke(f"M{x},172V224", pen.dark, 3, 0.7) for x in range(92, 320, 32))
    return (
        floor(260, 334)
        + both(pen.solid(box(90, 226, 30, 106, 3), WOOD))
        + fill(box(96, 286, 208, 12), WOODEN)
        + pen.solid(box(72, 164, 256, 66, 6))
        + fill("M72,170Q200,186 328,170V164H72Z", pen.light)
        + grain
        + place(fill("M150,108h92v60q-60,14 -92,4Z", STEEL) + stroke("M242,122h60", INK, 15), 0, 6, -8)
    )


@motif
def iron(pen: Pen) -> str:
    """A flat iron with a cloth flex."""
    return (
        floor(250, 304)
        + stroke("M294,150C350,120 320,60 366,70", IRON, 6)
        + stroke("M130,194C136,120 280,110 290,170", INK, 20)
        + pen.solid("M66,284C90,214 160,192 230,192H306q16,0 16,18V284Z")
        + fill("M60,284H328v18H56q0,-12 4,-18Z", STEEL)
        + fill(oval(240, 236, 16), PAPER)
        + stroke("M240,236l8,-9", INK, 4)
        + shine("M118,244q26,-26 62,-32", 8)
    )
