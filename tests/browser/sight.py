"""What a page looks like to those who do not see it, or not well: axe-core's WCAG rules, in light and in dark."""

from axe_playwright_python.base import AXE_SCRIPT

# Rows of a list are alike: the first ten stand for all, or a long list takes seconds.
MANY_ROWS = "#result_list tbody tr:nth-child(n+11)"
SIDEBAR = "#nav-sidebar"
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RUN = "([context, options]) => axe.run(context, options).then((found) => found.violations)"


def faults(page, *, sidebar=False):
    """What axe-core finds wrong with the page, a line or two for each rule; colours are looked at in both themes.

    The admin's sidebar, the same on every page, is looked at where it is asked for.
    """
    page.wait_for_load_state()
    left_out = [MANY_ROWS] if sidebar else [MANY_ROWS, SIDEBAR]
    page.evaluate(AXE_SCRIPT)
    found = _run(page, WCAG, left_out)
    page.emulate_media(color_scheme="dark")
    # Colours change by and by: look at them when they have settled.
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found += [f"dark: {line}" for line in _run(page, CONTRAST, left_out)]
    page.emulate_media(color_scheme="light")
    return found


def look(page):
    """Asserts that nothing is wrong with the page."""
    found = faults(page)
    assert not found, "\n".join([page.url, *found])


def _run(page, rules, left_out):
    context = {"include": [["html"]], "exclude": [[selector] for selector in left_out]}
    return [
        f"{fault['id']} ({len(fault['nodes'])}x): {node['html'][:160]} {_why(node)}"
        for fault in page.evaluate(RUN, [context, {"runOnly": rules, "resultTypes": ["violations"]}])
        for node in fault["nodes"][:2]
    ]


def _why(node):
    return "; ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
