"""The pictures: safe and complete SVG files, reproducible, and different for every product."""

import re
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.demo import pictures, reading
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


def test_every_picture_is_safe_svg():
    for item in CONTENT.items:
        check(shelves.picture(CONTENT, item))


def test_no_two_products_have_the_same_picture():
    drawn = [shelves.picture(CONTENT, item) for item in CONTENT.items]
    assert len(set(drawn)) == len(drawn)


def test_every_motif_is_used():
    assert {item.motif for item in CONTENT.items} == pictures.motifs()


def test_every_pattern_is_used():
    assert {item.pattern for item in CONTENT.items} == {*pictures._patterns(), "plain"}


@pytest.mark.parametrize("path", sorted(pictures.CONTENT.glob("pictures/*.svg")), ids=lambda path: path.stem)
def test_a_template_is_a_complete_picture_that_defines_its_colours(path):
    text = path.read_text()
    root = Tree.fromstring(text)  # noqa: S314 - our own drawing
    defined = set(re.findall(r"--([a-z-]+):#[0-9a-f]{6}", root.attrib["style"]))
    assert defined == set(re.findall(r"var\(--([a-z-]+)\)", text))
    assert defined <= {"wall", "round", *pictures._palette("red", 0)}


@given(
    motif=st.sampled_from(sorted(pictures.motifs())),
    colour=st.sampled_from(sorted(pictures.COLOURS)),
    pattern=st.sampled_from(["plain", "stripes", "check", "dots", "floral", "hexagons"]),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=300, deadline=None)
def test_every_motif_can_be_drawn_in_every_colour_deterministically(motif, colour, pattern, seed):
    svg = pictures.draw(motif, colour, pattern=pattern, seed=seed, ground="home")
    check(svg)
    assert svg == pictures.draw(motif, colour, pattern=pattern, seed=seed, ground="home")


def test_a_picture_has_the_colour_of_its_product():
    red, blue = (pictures.draw("teapot", colour) for colour in ("red", "blue"))
    assert pictures.COLOURS["red"].encode() in red
    assert pictures.COLOURS["red"].encode() not in blue


def test_an_unknown_motif_colour_or_pattern_is_an_error():
    with pytest.raises(KeyError, match="unicorn"):
        pictures.draw("unicorn", "red")
    with pytest.raises(KeyError, match="octarine"):
        pictures.draw("teapot", "octarine")
    with pytest.raises(KeyError, match="paisley"):
        pictures.draw("teapot", "red", pattern="paisley")


def test_every_root_category_has_its_own_background():
    assert set(pictures.GROUNDS) == {category.slug for category in CONTENT.categories if not category.parent}


def test_pictures_are_small():
    assert max(len(shelves.picture(CONTENT, item)) for item in CONTENT.items) < 40_000
