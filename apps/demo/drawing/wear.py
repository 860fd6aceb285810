"""What goes with clothes: hats, bags, jewellery, umbrellas."""

from apps.demo.drawing.pen import (
    BRASS,
    INK,
    LEATHER,
    MANY,
    STEEL,
    WHITE,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    light,
    motif,
    oval,
    shine,
    stroke,
)


@motif
def hat(pen: Pen) -> str:
    """A hat with a brim and a band."""
    crown = "M138,232C134,168 150,118 178,122Q200,132 222,122C250,118 266,168 262,232Z"
    brim = "M74,240Q84,214 138,222Q200,236 262,222Q316,214 326,240Q316,270 200,272Q84,270 74,240Z"
    return "".join(
        (
            floor(230, 274),
            pen.solid(crown),
            pen.solid("M136,204Q200,222 264,204V232Q200,246 136,232Z", pen.accent, by=5),
            pen.solid(brim),
            stroke("M178,124Q196,150 192,180", pen.deep, 4, 0.35),
        )
    )


@motif
def cloche(pen: Pen) -> str:
    """A bell-shaped hat with a flower."""
    crown = "M120,258C104,150 150,104 200,104S296,150 280,258Q296,274 300,284Q200,262 100,284Q104,274 120,258Z"
    petals = "".join(
        fill(oval(x, y, 11), pen.accent) for x, y in ((252, 212), (270, 224), (264, 244), (242, 244), (236, 226))
    )
    band = pen.solid("M116,222Q200,206 284,222V252Q200,236 116,252Z", pen.deep, by=5)
    return floor(200, 290) + pen.solid(crown) + band + petals + fill(oval(253, 230, 8), BRASS)


@motif
def cap(pen: Pen) -> str:
    """A flat cap."""
    top = "M92,230C90,160 150,124 214,130C276,136 312,178 306,226Q200,250 92,230Z"
    peak = "M206,226Q290,206 334,246Q334,258 322,258Q256,240 196,250Z"
    seams = stroke("M206,130C180,160 172,200 176,238M206,130C244,158 262,196 262,232", pen.deep, 2.6, 0.5)
    return (
        floor(230, 268)
        + pen.solid(top, woven=True)
        + seams
        + pen.solid(peak, pen.dark, by=5)
        + fill(oval(206, 129, 7), pen.deep)
    )


@motif
def beanie(pen: Pen) -> str:
    """A knitted hat with a bobble."""
    ribs = "".join(stroke(f"M{x},238V272", pen.deep, 3, 0.4) for x in range(122, 290, 14))
    return "".join(
        (
            floor(200, 288),
            fill(oval(200, 100, 30), pen.accent),
            fill(oval(192, 93, 18), light(pen.accent)),
            pen.solid("M114,244C108,160 150,116 200,116S292,160 286,244Z", woven=True),
            pen.solid(box(106, 230, 188, 50, 18), pen.dark),
            ribs,
        )
    )


@motif
def satchel(pen: Pen) -> str:
    """A satchel with two buckled straps."""
    strap = (
        fill(box(136, 190, 20, 96, 4), pen.deep)
        + fill(box(131, 252, 30, 22, 4), BRASS)
        + fill(box(138, 258, 16, 10, 2), pen.deep)
    )
    return "".join(
        (
            floor(240, 316),
            stroke("M112,180C112,60 288,60 288,180", pen.deep, 12),
            pen.solid(box(92, 156, 216, 156, 16)),
            pen.solid("M92,172q0,-16 16,-16h184q16,0 16,16v66q-54,22 -108,22t-108,-22Z", pen.dark),
            both(strap),
            stroke("M104,250q48,18 96,18t96,-18", pen.light, 2.5, 0.5),
        )
    )


@motif
def handbag(pen: Pen) -> str:
    """A handbag with a clasp."""
    return "".join(
        (
            floor(230, 316),
            stroke("M146,176C140,84 260,84 254,176", pen.deep, 11),
            pen.solid("M120,172H280L308,292q2,20 -18,20H110q-20,0 -18,-20Z", woven=True),
            fill(box(116, 160, 168, 22, 8), BRASS),
            fill(oval(192, 158, 9), dark(BRASS)),
            fill(oval(208, 158, 9), BRASS),
            stroke("M112,278h176", pen.deep, 2.5, 0.35),
            shine("M134,200L124,262", 7, 0.25),
        )
    )


@motif
def basket(pen: Pen) -> str:
    """A woven basket with a handle."""
    rows = "".join(
        stroke(f"M{x},{y}q9,8 18,0", pen.deep, 3.2, 0.5)
        for row, y in enumerate(range(206, 306, 17))
        for x in range(104 + (row % 2) * 9 + row * 2, 282 - row * 2, 18)
    )
    return "".join(
        (
            floor(220, 318),
            stroke("M114,192C120,64 280,64 286,192", pen.dark, 12),
            stroke("M114,192C120,64 280,64 286,192", pen.light, 3, 0.6),
            pen.solid("M92,188H308L288,302q-4,14 -18,14H130q-14,0 -18,-14Z"),
            rows,
            pen.solid(box(84, 180, 232, 22, 11), pen.dark, by=5),
        )
    )


@motif
def tote(pen: Pen) -> str:
    """A cloth bag with a shop window printed on it."""
    window = (
        fill(box(150, 212, 100, 70, 4), pen.accent)
        + fill(box(158, 226, 40, 46, 2), pen.main)
        + fill(box(206, 226, 36, 56, 2), pen.main)
    )
    awning = fill("M142,212L150,192H250L258,212Z", pen.accent)
    return "".join(
        (
            stroke("M150,150C148,40 252,40 250,150", pen.dark, 10),
            pen.solid("M106,146H294L304,322Q200,330 96,322Z"),
            stroke("M106,158H294", pen.deep, 2, 0.4),
            awning,
            window,
        )
    )


@motif
def brooch(pen: Pen) -> str:
    """An oval brooch, a bird in it."""
    beads = "".join(
        f'<circle cx="200" cy="104" r="7" fill="{BRASS}" transform="rotate({a} 200 200)"/>' for a in range(0, 360, 20)
    )
    bird = fill("M150,208q30,-6 44,-34q8,-20 28,-22q16,0 20,14l14,6l-14,6q-2,34 -34,48q-22,8 -40,4l-22,22Z", WHITE)
    return (
        beads
        + pen.solid(oval(200, 200, 88))
        + stroke(oval(200, 200, 76), pen.light, 3, 0.7)
        + bird
        + fill(oval(226, 167, 3.5), INK)
    )


@motif
def necklace(pen: Pen) -> str:
    """A string of beads."""
    spots = (
        (112, 96, 9),
        (104, 122, 10),
        (104, 150, 11),
        (110, 178, 12),
        (122, 206, 13),
        (140, 232, 14),
        (164, 254, 16),
    )
    beads = "".join(
        pen.solid(oval(x, y, r), pen.tone(n), by=3) + shine(f"M{x - r / 2:g},{y - r / 3:g}l1,-1", 4)
        for n, (x, y, r) in enumerate(spots)
    )
    return (
        stroke("M118,80C80,160 130,264 200,270S320,160 282,80", pen.deep, 2.5)
        + both(beads)
        + pen.solid(oval(200, 270, 21), by=5)
        + shine("M190,260l3,-3", 6)
    )


@motif
def watch(pen: Pen) -> str:
    """A watch on a strap."""
    marks = "".join(
        f'<path d="M200,144v9" stroke="{INK}" stroke-width="4" transform="rotate({a} 200 200)"/>'
        for a in range(0, 360, 30)
    )
    return "".join(
        (
            pen.solid("M172,48h56l6,92h-68Z", LEATHER),
            pen.solid("M166,260h68l-6,92h-56Z", LEATHER),
            stroke("M200,300v4M200,318v4M200,282v4", INK, 5),
            pen.solid(oval(200, 200, 74)),
            fill(oval(200, 200, 60), WHITE),
            marks,
            stroke("M200,200V164M200,200l26,16", INK, 5),
            fill(oval(200, 200, 5), pen.dark),
            fill(box(272, 190, 14, 20, 4), pen.dark),
        )
    )


@motif
def bangle(pen: Pen) -> str:
    """Three bangles, leaning together."""

    def ring(x: float, y: float, c: str) -> str:
        return (
            stroke(oval(x, y, 66, 78), dark(c), 21)
            + stroke(oval(x - 3, y - 2, 66, 78), c, 15)
            + shine(f"M{x - 58},{y - 40}q8,-24 26,-32", 5)
        )

    return floor(240, 296) + ring(150, 206, pen.main) + ring(250, 206, pen.light) + ring(202, 212, pen.main)


@motif
def cufflinks(pen: Pen) -> str:
    """A pair of cuff-links in a little box."""
    one = (
        pen.solid(oval(148, 196, 34))
        + fill(oval(148, 196, 22), INK)
        + stroke("M134,204l28,-16M142,210l18,-10", pen.light, 3)
    )
    return (
        floor(250, 296)
        + pen.solid(box(80, 130, 240, 160, 14), "#33476b")
        + fill(box(96, 146, 208, 122, 8), "#26344f")
        + both(one)
    )


@motif
def umbrella(pen: Pen) -> str:
    """An umbrella, open."""
    panels = "".join(
        pen.solid(
            f"M200,92Q{a},110 {b},216Q{(b + c) / 2:g},190 {c},216Q{d},110 200,92Z",
            pen.tone(n) if pen.colour == "multi" else (pen.main, pen.dark)[n % 2],
            by=4,
        )
        for n, (a, b, c, d) in enumerate(
            ((84, 56, 128, 130), (150, 128, 200, 190), (210, 200, 272, 250), (270, 272, 344, 316))
        )
    )
    return stroke("M200,80V318q0,24 -24,24t-22,-20", LEATHER, 9) + panels + stroke("M200,76v16", INK, 6)


@motif
def buttons(pen: Pen) -> str:
    """A tin of buttons."""
    spots = (
        (132, 196),
        (168, 188),
        (206, 194),
        (242, 188),
        (272, 198),
        (150, 176),
        (188, 168),
        (226, 170),
        (254, 172),
        (206, 152),
    )
    heap = "".join(
        fill(oval(x, y, 19, 15), MANY[n % 8])
        + stroke(oval(x, y, 12, 9), dark(MANY[n % 8]), 2)
        + fill(oval(x - 4, y, 2.2), INK)
        + fill(oval(x + 4, y, 2.2), INK)
        for n, (x, y) in enumerate(spots)
    )
    tin = pen.solid("M106,198Q200,222 294,198L286,300Q200,324 114,300Z", "#3c8587")
    stray = fill(oval(322, 316, 18, 9), MANY[1]) + fill(oval(88, 318, 16, 8), MANY[0])
    return (
        floor(230, 316)
        + fill(oval(200, 198, 94, 22), dark(STEEL))
        + heap
        + tin
        + stroke("M106,200Q200,224 294,200", light("#3c8587"), 6)
        + stray
    )
