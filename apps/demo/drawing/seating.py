"""Chairs, stools and benches."""

from apps.demo.drawing.pen import (
    BEECH,
    BRASS,
    STEEL,
    WOOD,
    WOODEN,
    Pen,
    both,
    box,
    dark,
    fill,
    floor,
    motif,
    oval,
    shine,
    stroke,
)  # fmt: skip


@motif
def armchair(pen: Pen) -> str:
    """An armchair with wings."""
    buttons = "".join(
        fill(oval(x, y, 4), pen.deep, 0.6)
        for x, y in ((176, 130), (200, 130), (224, 130), (188, 158), (212, 158), (176, 186), (224, 186))
    )
    return "".join(
        (
            floor(230, 338),
            both(fill("M104,306h20l-6,32h-10Z", WOODEN)),
            pen.solid("M124,236V112Q124,70 200,70T276,112V236Z"),
            buttons,
            both(pen.solid("M136,86q-36,8 -32,60v60h30Z", pen.dark)),
            pen.solid(box(132, 206, 136, 46, 16), pen.light, by=6),
            pen.solid(box(128, 244, 144, 62, 4)),
            both(pen.solid("M84,196q28,-16 52,6V310H100q-16,0 -16,-20Z")),
            stroke("M136,280H264", pen.deep, 2.5, 0.35),
        )
    )


@motif
def loungechair(pen: Pen) -> str:
    """A lounge chair in a wooden frame."""
    return "".join(
        (
            floor(250, 334),
            stroke("M108,216L92,332M296,226L316,332M96,232H300", WOODEN, 12),
            pen.solid("M120,236L144,84q2,-14 18,-14h84q14,0 16,14l14,152Z"),
            stroke("M160,84l-14,140M200,76V226M242,84l12,140", pen.deep, 2.5, 0.3),
            pen.solid(box(110, 218, 184, 46, 16), pen.light),
            both(stroke("M84,198H132", WOOD, 16)),
            both(stroke("M100,204V250", WOOD, 10)),
            stroke("M108,270H292", WOOD, 11),
        )
    )


@motif
def chair(pen: Pen) -> str:
    """A wooden chair."""
    styles = {
        "rungs": "".join(
            pen.solid(f"M148,{y}Q200,{y - 12} 252,{y}v16Q200,{y + 4} 148,{y + 16}Z", by=4) for y in (92, 126, 160)
        ),
        "sticks": "".join(stroke(f"M{x},96V206", pen.main, 6) for x in (164, 182, 200, 218, 236))
        + pen.solid("M140,74Q200,56 260,74V98Q200,84 140,98Z"),
        "bent": stroke("M148,206V120Q148,66 200,66T252,120V206", pen.main, 11)
        + stroke("M174,206V132Q174,96 200,96T226,132V206", pen.main, 8),
    }
    back = {"black": "bent", "tan": "sticks"}.get(pen.colour, "rungs")
    posts = both(stroke("M144,72L136,336", pen.dark, 11)) if back != "bent" else ""
    seat = pen.solid("M126,204H274L290,234H110Z", "#dcbf7c" if back != "sticks" else pen.light)
    return (
        floor(200, 338)
        + posts
        + styles[back]
        + both(stroke("M122,236L116,336M146,236L142,320", pen.main, 11))
        + stroke("M120,290H280", pen.dark, 7)
        + seat
        + fill("M110,234H290v9H110Z", pen.dark)
    )


@motif
def stool(pen: Pen) -> str:
    """A stool, round or with three legs."""
    if pen.colour == "red":
        return (
            floor(160, 334)
            + stroke("M200,180V330", STEEL, 14)
            + fill(oval(200, 326, 62, 11), STEEL)
            + stroke(oval(200, 262, 46, 10), dark(STEEL), 6)
            + fill(box(122, 158, 156, 20, 6), STEEL)
            + pen.solid(box(118, 122, 164, 42, 18))
            + shine("M138,140h60", 6, 0.4)
        )
    if pen.colour == "brown":
        return (
            floor(200, 332)
            + both(stroke("M130,214L120,330", pen.dark, 13))
            + stroke("M126,286H274", pen.dark, 7)
            + pen.solid(box(106, 164, 188, 54, 4))
            + fill(oval(200, 192, 6), BRASS)
            + pen.solid(box(98, 134, 204, 34, 14), "#813343")
            + stroke("M110,158H290", BRASS, 3)
        )
    return (
        floor(210, 326)
        + stroke("M150,196L112,320M250,196L288,320M200,200V330", pen.dark, 15)
        + pen.solid("M84,176Q84,210 200,210T316,176Z")
        + fill(oval(200, 174, 116, 24), pen.light)
        + stroke(oval(200, 174, 70, 12), pen.main, 3, 0.6)
    )


@motif
def deckchair(pen: Pen) -> str:
    """A deckchair."""
    return (
        floor(240, 334)
        + stroke("M96,74L296,328M262,92L104,328", BEECH, 13)
        + pen.solid("M104,84L262,104Q232,236 296,258L160,292Q160,190 104,84Z", woven=True)
        + stroke("M90,76h34M280,320h34M244,92h34", WOOD, 11)
        + stroke("M262,92L290,300", BEECH, 10)
    )


@motif
def bench(pen: Pen) -> str:
    """A pew."""
    panels = "".join(stroke(box(x, 128, 52, 66, 2), pen.dark, 4) for x in range(84, 300, 60))
    return (
        floor(310, 322)
        + pen.solid(box(66, 106, 268, 108, 4))
        + panels
        + pen.solid("M52,86h22q8,0 8,12V320H46V210h6Z")
        + mirror_end(pen)
        + pen.solid("M60,214H340L350,240H50Z", pen.light)
        + fill(box(54, 240, 292, 12), pen.dark)
        + stroke("M84,300H316", pen.dark, 8)
    )


def mirror_end(pen: Pen) -> str:
    """The pew's other end."""
    return pen.solid("M326,86h22v124h6V320H318V98q0,-12 8,-12Z")
