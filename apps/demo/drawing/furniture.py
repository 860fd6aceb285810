"""Furniture: what is sat on, eaten off and kept in."""

from apps.demo.drawing.pen import (
    BEECH, BRASS, IRON, LEAVES, MANY, PAPER, STEEL, WHITE, WOOD, WOODEN,
    Pen, both, box, dark, fill, floor, light, motif, oval, place, shine, stroke,
)  # fmt: skip


@motif
def armchair(pen: Pen) -> str:
    """An armchair with wings."""
    buttons = "".join(fill(oval(x, y, 4), pen.deep, 0.6) for x, y in ((176, 130), (200, 130), (224, 130), (188, 158), (212, 158), (176, 186), (224, 186)))
    return "".join((
        floor(230, 338), both(fill("M104,306h20l-6,32h-10Z", WOODEN)), pen.solid("M124,236V112Q124,70 200,70T276,112V236Z"), buttons,
        both(pen.solid("M136,86q-36,8 -32,60v60h30Z", pen.dark)), pen.solid(box(132, 206, 136, 46, 16), pen.light, by=6),
        pen.solid(box(128, 244, 144, 62, 4)), both(pen.solid("M84,196q28,-16 52,6V310H100q-16,0 -16,-20Z")), stroke("M136,280H264", pen.deep, 2.5, 0.35),
    ))


@motif
def loungechair(pen: Pen) -> str:
    """A lounge chair in a wooden frame."""
    return "".join((
        floor(250, 334), stroke("M108,216L92,332M296,226L316,332M96,232H300", WOODEN, 12), pen.solid("M120,236L144,84q2,-14 18,-14h84q14,0 16,14l14,152Z"),
        stroke("M160,84l-14,140M200,76V226M242,84l12,140", pen.deep, 2.5, 0.3), pen.solid(box(110, 218, 184, 46, 16), pen.light), both(stroke("M84,198H132", WOOD, 16)), both(stroke("M100,204V250", WOOD, 10)), stroke("M108,270H292", WOOD, 11),
    ))


@motif
def chair(pen: Pen) -> str:
    """A wooden chair."""
    styles = {
        "rungs": "".join(pen.solid(f"M148,{y}Q200,{y - 12} 252,{y}v16Q200,{y + 4} 148,{y + 16}Z", by=4) for y in (92, 126, 160)),
        "sticks": "".join(stroke(f"M{x},96V206", pen.main, 6) for x in (164, 182, 200, 218, 236)) + pen.solid("M140,74Q200,56 260,74V98Q200,84 140,98Z"),
        "bent": stroke("M148,206V120Q148,66 200,66T252,120V206", pen.main, 11) + stroke("M174,206V132Q174,96 200,96T226,132V206", pen.main, 8),
    }
    back = {"black": "bent", "tan": "sticks"}.get(pen.colour, "rungs")
    posts = both(stroke("M144,72L136,336", pen.dark, 11)) if back != "bent" else ""
    seat = pen.solid("M126,204H274L290,234H110Z", "#dcbf7c" if back != "sticks" else pen.light)
    return floor(200, 338) + posts + styles[back] + both(stroke("M122,236L116,336M146,236L142,320", pen.main, 11)) + stroke("M120,290H280", pen.dark, 7) + seat + fill("M110,234H290v9H110Z", pen.dark)


@motif
def stool(pen: Pen) -> str:
    """A stool, round or with three legs."""
    if pen.colour == "red":
        return floor(160, 334) + stroke("M200,180V330", STEEL, 14) + fill(oval(200, 326, 62, 11), STEEL) + stroke(oval(200, 262, 46, 10), dark(STEEL), 6) + fill(box(122, 158, 156, 20, 6), STEEL) + pen.solid(box(118, 122, 164, 42, 18)) + shine("M138,140h60", 6, 0.4)
    if pen.colour == "brown":
        return floor(200, 332) + both(stroke("M130,214L120,330", pen.dark, 13)) + stroke("M126,286H274", pen.dark, 7) + pen.solid(box(106, 164, 188, 54, 4)) + fill(oval(200, 192, 6), BRASS) + pen.solid(box(98, 134, 204, 34, 14), "#813343") + stroke("M110,158H290", BRASS, 3)
    return floor(210, 326) + stroke("M150,196L112,320M250,196L288,320M200,200V330", pen.dark, 15) + pen.solid("M84,176Q84,210 200,210T316,176Z") + fill(oval(200, 174, 116, 24), pen.light) + stroke(oval(200, 174, 70, 12), pen.main, 3, 0.6)


@motif
def deckchair(pen: Pen) -> str:
    """A deckchair."""
    return floor(240, 334) + stroke("M96,74L296,328M262,92L104,328", BEECH, 13) + pen.solid("M104,84L262,104Q232,236 296,258L160,292Q160,190 104,84Z", woven=True) + stroke("M90,76h34M280,320h34M244,92h34", WOOD, 11) + stroke("M262,92L290,300", BEECH, 10)


@motif
def bench(pen: Pen) -> str:
    """A pew."""
    panels = "".join(stroke(box(x, 128, 52, 66, 2), pen.dark, 4) for x in range(84, 300, 60))
    return floor(310, 322) + pen.solid(box(66, 106, 268, 108, 4)) + panels + pen.solid("M52,86h22q8,0 8,12V320H46V210h6Z") + mirror_end(pen) + pen.solid("M60,214H340L350,240H50Z", pen.light) + fill(box(54, 240, 292, 12), pen.dark) + stroke("M84,300H316", pen.dark, 8)


def mirror_end(pen: Pen) -> str:
    """The pew's other end."""
    return pen.solid("M326,86h22v124h6V320H318V98q0,-12 8,-12Z")


@motif
def table(pen: Pen) -> str:
    """A table."""
    tops = {"yellow": (STEEL, STEEL), "green": (WOOD, "#5d8a66")}
    legs, top = tops.get(pen.colour, (pen.dark, pen.main))
    twist = "".join(both(stroke(f"M98,{y}q10,6 20,0", pen.deep, 3, 0.5)) for y in range(228, 316, 13)) if pen.colour == "brown" else ""
    return floor(280, 332) + both(fill(box(100, 206, 16, 126, 5), legs)) + both(fill(box(136, 206, 11, 104, 4), dark(legs))) + twist + pen.solid(box(84, 186, 232, 32, 3), legs if pen.colour != "yellow" else None) + fill(oval(200, 203, 6), BRASS) + pen.solid(box(58, 166, 284, 24, 8), top) + fill(box(58, 166, 284, 8, 4), light(top))


@motif
def nest(pen: Pen) -> str:
    """Three tables, one within another."""
    return floor(280, 326) + "".join(both(stroke(f"M{x + 12},{y + 10}L{x + 4},326", c, 10)) + pen.solid(box(x, y, 400 - 2 * x, 18, 7), c) for x, y, c in ((72, 160, pen.dark), (104, 206, pen.main), (136, 252, pen.light)))


@motif
def desk(pen: Pen) -> str:
    """A school desk with an inkwell."""
    return floor(260, 334) + both(stroke("M112,236V330M92,330h44", IRON, 11)) + stroke("M112,306H288", IRON, 7) + pen.solid("M84,186H316V244H84Z") + pen.solid("M96,140H304L324,190H76Z", pen.light) + fill("M100,128H300v14H100Z", pen.dark) + fill(oval(272, 136, 11, 5), "#33476b") + stroke("M128,135h70", WOODEN, 4) + stroke("M150,164l10,10l14,-14M196,160h24M236,170h16", pen.dark, 2.5)


@motif
def rolltop(pen: Pen) -> str:
    """A roll-top desk, half open."""
    slats = "".join(stroke(f"M{102 - i * 4},{96 + i * 14}H{298 + i * 4}", pen.dark, 3) for i in range(5))
    drawers_ = both("".join(pen.solid(box(76, y, 66, 30, 2), pen.light, by=3) + fill(oval(109, y + 15, 5), BRASS) for y in (222, 258, 294)))
    return floor(290, 332) + pen.solid("M68,210V160Q80,82 116,82H284Q320,82 332,160V210Z") + slats + fill(box(90, 160, 220, 40), pen.deep) + "".join(fill(box(x, 164, 26, 32), dark(PAPER) if n % 2 else PAPER) for n, x in enumerate(range(98, 300, 35))) + pen.solid(box(66, 212, 86, 120, 3)) + pen.solid(box(248, 212, 86, 120, 3)) + drawers_ + pen.solid(box(56, 198, 288, 18, 5), pen.dark) + pen.solid(box(156, 216, 88, 26, 2), by=3) + fill(oval(200, 229, 5), BRASS)


@motif
def coffeetable(pen: Pen) -> str:
    """A low table topped with tiles."""
    tiles = "".join(fill(f"M{x},{y}h46l{d},32h-{46 + abs(d) // 3}Z", pen.main if (x // 52 + y) % 2 else PAPER) for y in (172, 206) for x, d in zip(range(76, 300, 52), (-6, -2, 0, 3, 6), strict=False))
    return floor(300, 318) + both(stroke("M92,244L80,314", WOODEN, 14)) + pen.solid("M72,162H328L356,246H44Z", WOOD) + tiles + fill("M44,246H356v14H44Z", WOODEN)


@motif
def plantstand(pen: Pen) -> str:
    """A plant stand, a plant on it."""
    leaves = "".join(place(fill("M200,120q22,-50 0,-96q-22,46 0,96Z", c), 0, 22, a, 0.9) for a, c in ((-58, LEAVES), (-30, "#6a9466"), (0, LEAVES), (30, "#6a9466"), (58, LEAVES)))
    return floor(170, 336) + f'<g transform="translate(0 20)">{leaves}</g>' + fill("M164,150h72l-8,46h-56Z", "#da7b3c") + both(stroke("M150,206Q142,280 116,336", pen.main, 10)) + stroke("M146,268H254", pen.dark, 7) + stroke("M160,232l80,30M240,232l-80,30", pen.main, 5) + pen.solid(box(126, 192, 148, 20, 6))


@motif
def drawers(pen: Pen) -> str:
    """A chest of drawers."""
    small = pen.colour == "red" or pen.seed % 2 == 0
    rows = [(y, 2) for y in (112, 164, 216, 268)] if small else [(104, 2), (160, 1), (216, 1), (272, 1)]
    fronts = ""
    for y, count in rows:
        width = 212 / count
        for n in range(count):
            x = 94 + n * width
            fronts += pen.solid(box(x + 3, y, width - 6, 42, 3), pen.light, by=4) + fill(oval(x + width / 2, y + 21, 6), BRASS)
            if count == 1:
                fronts += fill(oval(x + 36, y + 21, 6), BRASS) + fill(oval(x + width - 36, y + 21, 6), BRASS)
    return floor(250, 334) + both(fill("M92,320h22l-4,16h-14Z", pen.deep)) + pen.solid(box(82, 90, 236, 234, 4)) + fronts + pen.solid(box(72, 78, 256, 18, 5), pen.dark)


@motif
def cabinet(pen: Pen) -> str:
    """A cupboard with two doors."""
    doors = both(pen.solid(box(104, 196, 92, 118, 3), pen.light, by=4) + stroke(box(114, 208, 70, 94, 2), pen.main, 4) + fill(oval(186, 254, 5), BRASS))
    upper = both(fill(box(104, 84, 92, 76, 3), "#c9dde2") + stroke("M150,84V160M104,122H196", pen.dark, 4)) + fill(box(104, 168, 192, 20, 3), PAPER)
    return floor(250, 336) + both(fill("M98,320h20l-4,16h-12Z", pen.deep)) + pen.solid(box(90, 68, 220, 258, 5)) + upper + doors + pen.solid(box(80, 56, 240, 18, 5), pen.dark)


def _spines(x: float, y: float, width: float, height: float, start: int) -> str:
    part, at, n = "", x, start
    while at + 16 <= x + width:
        w, h = (11, 15, 13, 18)[n % 4], height - (0, 7, 3, 11)[n % 4]
        part += fill(box(at, y + height - h, w, h, 1.5), MANY[n % 8]) + fill(box(at, y + height - h + 6, w, 4), PAPER, 0.7)
        at, n = at + w + 1.5, n + 1
    return part


@motif
def bookcase(pen: Pen) -> str:
    """A glazed bookcase, full."""
    shelves = "".join(fill(box(94, y, 212, 70), pen.deep) + _spines(98, y + 8, 200, 62, n * 3) + fill(box(94, y, 212, 70), "#d6e6e8", 0.25) + shine(f"M110,{y + 60}L150,{y + 10}", 6, 0.35) + fill(box(88, y + 70, 224, 7), pen.light) for n, y in enumerate((80, 160, 240)))
    return floor(260, 338) + pen.solid(box(80, 66, 240, 266, 4)) + shelves + pen.solid(box(70, 56, 260, 16, 5), pen.dark) + fill(box(74, 322, 252, 14, 3), pen.dark)


@motif
def chest(pen: Pen) -> str:
    """A wooden chest with iron handles."""
    return floor(290, 306) + pen.solid(box(62, 190, 276, 112, 4)) + pen.solid("M54,150Q54,142 66,142H334Q346,142 346,150V196H54Z", pen.light) + stroke("M54,194H346", pen.deep, 4) + both(fill(box(100, 142, 14, 160), IRON)) + fill(box(184, 184, 32, 34, 5), BRASS) + fill(oval(200, 200, 4), "#39353a") + both(stroke("M66,238q-22,4 -18,34q12,4 18,-8", IRON if pen.colour != "blue" else "#dcbf7c", 7))


@motif
def locker(pen: Pen) -> str:
    """Three metal lockers."""
    doors = "".join(pen.solid(box(x, 72, 74, 246, 3), by=4) + "".join(stroke(f"M{x + 22},{y}h30", pen.deep, 4) for y in (98, 110, 122)) + fill(box(x + 25, 140, 24, 15, 2), PAPER) + fill(box(x + 58, 196, 8, 26, 3), STEEL) for x in (82, 163, 244))
    return floor(270, 336) + both(fill(box(84, 318, 20, 18), pen.deep)) + pen.solid(box(74, 62, 252, 262, 4), pen.dark) + doors


@motif
def shelf(pen: Pen) -> str:
    """A fretwork shelf with a few things on it."""
    frets = "".join(fill(oval(x, y, 9), "#efebe1") for x, y in ((150, 272), (200, 286), (250, 272), (176, 296), (224, 296)))
    return pen.solid("M118,70Q200,40 282,70V250Q282,300 200,330T118,250Z") + frets + fill("M150,170v-36q8,-16 16,0v36Z", "#3c8587") + fill("M178,170h30l-6,-28h-18Z", "#c8473f") + fill(box(224, 128, 15, 42), "#33476b") + fill(box(240, 136, 12, 34), "#ecc64c") + pen.solid(box(92, 170, 216, 14, 4), pen.light, by=4) + pen.solid(box(92, 240, 216, 14, 4), pen.light, by=4) + fill(oval(160, 224, 20, 15), WHITE) + fill("M212,240q-4,-34 20,-34t20,34Z", "#dd9aa2")
