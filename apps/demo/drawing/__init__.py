"""Draws a flat, calm illustration of a thing as SVG: the same motif, colour and seed always give the same bytes."""

from apps.demo.drawing import (
    appliances,
    cameras,
    clocks,
    clothes,
    crockery,
    cycling,
    games,
    gardening,
    glassware,
    instruments,
    lighting,
    luggage,
    needlework,
    office,
    ornaments,
    outdoors,
    pans,
    paper,
    planters,
    plush,
    records,
    seating,
    soft,
    storage,
    tables,
    tea,
    vehicles,
    wear,
    wireless,
    workshop,
)
from apps.demo.drawing.pen import Pen, motifs

MODULES = (
    appliances,
    cameras,
    clocks,
    clothes,
    crockery,
    cycling,
    games,
    gardening,
    glassware,
    instruments,
    lighting,
    luggage,
    needlework,
    office,
    ornaments,
    outdoors,
    pans,
    paper,
    planters,
    plush,
    records,
    seating,
    soft,
    storage,
    tables,
    tea,
    vehicles,
    wear,
    wireless,
    workshop,
)

# A calm ground for each part of the shop: the wall, and the lighter round in front of it.
GROUNDS = {
    "clothing": ("#e6ddd2", "#f1eae1"),
    "home": ("#dbe2da", "#e9eee7"),
    "furniture": ("#e3ddd0", "#efebe1"),
    "books": ("#dfe0e6", "#ecedf1"),
    "music": ("#e5dbdf", "#f1e9ec"),
    "toys-and-games": ("#dde4e8", "#eaf0f2"),
    "electricals": ("#dfe1db", "#ecede8"),
    "garden-and-shed": ("#dce3d2", "#eaefe2"),
    "out-and-about": ("#d8e2e4", "#e7eef0"),
}
PLAIN = ("#e2e0db", "#efeeea")


def draw(motif: str, colour: str, *, pattern: str = "plain", seed: int = 0, ground: str = "") -> bytes:
    """The SVG (800 by 800) of a motif in a colour; KeyError for a motif or a colour that there is not."""
    pen = Pen(colour, pattern, seed)
    thing = motifs()[motif](pen)
    wall, round_ = GROUNDS.get(ground, PLAIN)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" viewBox="0 0 400 400">'
        f'<defs>{pen.definitions()}</defs><rect width="400" height="400" fill="{wall}"/>'
        f'<circle cx="200" cy="200" r="172" fill="{round_}"/>{thing}</svg>'
    ).encode()
