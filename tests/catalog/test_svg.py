"""The validation of SVG files."""

import pytest

from apps.catalog.domain import pictures
from idl import common

ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 400">{}</svg>'
)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)" width="9" height="9"/>',
        "<style>.a { fill: url( '#g' ) }</style><use xlink:href=\"#g\"/>",
        "<title>A chair &amp; a table: url(https://example.org)</title>",
    ],
)
def test_a_static_svg_is_accepted_with_its_size(inside):
    assert pictures.svg_size(ROOT.format(inside).encode()) == (600, 400)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<s:script xmlns:s="http://www.w3.org/2000/svg"/>',
        '<rect onclick="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        "<foreignObject/>",
        '<image href="https://example.org/x.png"/>',
        '<image xlink:href="data:image/png;base64,AAAA"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<g xml:base="https://example.org/"><use href="#x"/></g>',
        '<rect fill="url(https://example.org/x)"/>',
        '<rect style="fill: u\\72l(https://example.org)"/>',
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>@im<!-- -->port 'https://example.org/x.css';</style>",
        "<style>.a { background: \\75 rl(x) }</style>",
        '<animate attributeName="xlink:href" to="javascript:alert(1)"/>',
        "<rect",
    ],
)
def test_an_svg_with_active_or_external_content_is_refused(inside):
    with pytest.raises(common.InvalidInput) as refusal:
        pictures.svg_size(ROOT.format(inside).encode())
    assert refusal.value.field == "content"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>',
        b'<?xml-stylesheet href="x.css"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg viewBox='0 0 1 1'/>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan inf"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="5"/>',
        b"<",
    ],
)
def test_a_malformed_svg_is_refused(content):
    with pytest.raises(common.InvalidInput):
        pictures.svg_size(content)


def test_width_and_height_take_precedence_over_the_view_box():
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="30" viewBox="0 0 1 1"/>'
    assert pictures.svg_size(drawing) == (40, 30)
