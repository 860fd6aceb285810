"""What a page looks like to those who do not see it, or not well: axe-core's WCAG rules, in light and in dark."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
# Rows of a list are alike: the first dozen stand for all, or a long list takes seconds.
ALL_BUT_MANY_ROWS = {"include": [["html"]], "exclude": [["#result_list tbody tr:nth-child(n+13)"]]}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page):
    """What axe-core finds wrong with the page, a line or two for each rule; colours are looked at in both themes."""
    found = _run(page, {"type": "tag", "values": WCAG})
    page.emulate_media(color_scheme="dark")
    # Colours change by and by: look at them when they have settled.
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found += [f"dark: {line}" for line in _run(page, {"type": "rule", "values": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return found


def look(page):
    """Asserts that nothing is wrong with the page."""
    found = faults(page)
    assert not found, "\n".join([page.url, *found])


def _run(page, rules):
    response = AXE.run(page, ALL_BUT_MANY_ROWS, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    return [
        f"{fault['id']} ({len(fault['nodes'])}x): {node['html'][:160]} {_why(node)}"
        for fault in response["violations"]
        for node in fault["nodes"][:2]
    ]


def _why(node):
    return "; ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
