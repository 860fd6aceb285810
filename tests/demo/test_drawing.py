"""The drawings: harmless SVG, whole in itself, the same every time and another for every thing."""

import re
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.demo import drawing, reading
from apps.demo.drawing import pen
from apps.demo.loading import shelves

CONTENT = reading.content()
ELEMENTS = {"svg", "defs", "clipPath", "pattern", "path", "g", "rect", "circle"}
ATTRIBUTES = {
    "width", "height", "viewBox", "id", "d", "fill", "opacity", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "transform", "clip-path", "patternUnits", "cx", "cy", "r", "x", "y",
}  # fmt: skip
NAMESPACE = "{http://www.w3.org/2000/svg}"


def check(svg: bytes) -> None:
    """It is well formed, holds nothing but shapes, and refers to nothing but its own parts."""
    root = Tree.fromstring(svg)  # noqa: S314 - our own drawing
    assert (root.get("width"), root.get("height")) == ("800", "800")
    names, used = [], set()
    for element in root.iter():
        assert element.tag.removeprefix(NAMESPACE) in ELEMENTS, element.tag
        assert set(element.attrib) <= ATTRIBUTES, element.attrib
        names += [element.attrib["id"]] if "id" in element.attrib else []
        for value in element.attrib.values():
            used |= set(re.findall(r"url\((.*?)\)", value))
            assert "NaN" not in value
            assert "None" not in value
    assert len(set(names)) == len(names)
    assert used <= {f"#{name}" for name in names}


def test_the_picture_of_every_thing_is_harmless():
    for thing in CONTENT.things:
        check(shelves.picture(CONTENT, thing))


def test_no_two_things_have_the_same_picture():
    pictures = [shelves.picture(CONTENT, thing) for thing in CONTENT.things]
    assert len(set(pictures)) == len(pictures)


def test_every_motif_is_of_use():
    assert {thing.motif for thing in CONTENT.things} == set(pen.motifs())


@given(
    motif=st.sampled_from(sorted(pen.motifs())),
    colour=st.sampled_from(sorted(pen.COLOURS)),
    pattern=st.sampled_from(["plain", "stripes", "check", "dots", "floral", "hexagons"]),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=300, deadline=None)
def test_every_motif_can_be_drawn_in_every_colour_and_the_same_again(motif, colour, pattern, seed):
    svg = drawing.draw(motif, colour, pattern=pattern, seed=seed, ground="home")
    check(svg)
    assert svg == drawing.draw(motif, colour, pattern=pattern, seed=seed, ground="home")


def test_the_colour_of_a_thing_is_seen():
    red, blue = (drawing.draw("teapot", colour) for colour in ("red", "blue"))
    assert pen.COLOURS["red"].encode() in red
    assert pen.COLOURS["red"].encode() not in blue


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(KeyError, match="unicorn"):
        drawing.draw("unicorn", "red")
    with pytest.raises(KeyError, match="octarine"):
        drawing.draw("teapot", "octarine")


def test_every_part_of_the_shop_has_a_ground_of_its_own():
    assert set(drawing.GROUNDS) == {one.slug for one in CONTENT.categories if not one.parent}


def test_pictures_are_small():
    assert max(len(shelves.picture(CONTENT, thing)) for thing in CONTENT.things) < 40_000
