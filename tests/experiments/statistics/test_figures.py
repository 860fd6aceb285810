"""The picture and the tables of docs/statistics.md."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.experiments.statistics import figures, picture, simulation
from tests.trade import years

DOCS = Path(__file__).parents[3] / "docs"


def texts(svg):
    tree = ElementTree.fromstring(svg)  # noqa: S314 - our own picture
    return " ".join(element.text or "" for element in tree.iter("{http://www.w3.org/2000/svg}text"))


def test_the_picture_shows_what_its_simulation_found():
    looks = simulation.a_a("conversion of 5 %", 200)
    shown = texts(picture.draw(looks))
    assert f"{picture.SHOWN} of 200 A/A tests" in shown
    for kind, name in (("fixed", "fixed horizon"), ("sequence", "sequence")):
        assert f"{name}: {looks.share_rejected(kind):.1%}" in shown


@pytest.mark.skipif(simulation.SHARE != 1, reason="the page has the figures of 2,000 experiments")
def test_the_page_and_its_picture_have_the_figures_of_the_simulation():
    page = (DOCS / "statistics.md").read_text()
    for row in (*figures.errors(), *figures.bounds()):
        assert row in page
    share = simulation.a_a("conversion of 5 %", simulation.size()).share_rejected("fixed")
    assert f"fixed horizon: {share:.1%}" in texts((DOCS / "statistics.svg").read_text())


@pytest.mark.year
@pytest.mark.skipif(not years.YEAR.exists(), reason="the real year is missing; README says where to get it")
def test_the_page_has_the_figures_of_the_real_year():
    page = (DOCS / "statistics.md").read_text()
    for row in figures.cuped():
        assert row in page


def test_the_example_of_the_page_runs():
    """The page's code, with moments that are stored."""
    from apps.experiments.statistics import sentences, splits, verdicts
    from apps.experiments.statistics.forecasts import Readings
    from apps.experiments.statistics.moments import Moments
    from apps.experiments.statistics.plans import Metric, Plan, Role

    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / "statistics.md").read_text(), re.DOTALL)
    sums = {"orders": 470, "revenue": 940_000, "revenue_before": 500_000, "cancelled": 20}
    products = {(first, second): sums[first] * sums[second] // 400 + 9 for first in sums for second in sums}
    names = {"sentences": sentences, "splits": splits, "verdicts": verdicts, "Readings": Readings, "Moments": Moments}
    names |= {"Metric": Metric, "Plan": Plan, "Role": Role, "Period": splits.Period}
    names["stored"] = {"A": (9_480, sums, products), "B": (9_551, sums, products)}
    exec(code, names)  # noqa: S102 - our own page
    assert names["verdict"].decision is verdicts.Decision.NOT_YET
