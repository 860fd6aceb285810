"""Accessibility of pages: axe-core's rules, in light and dark, on desktop and phone."""

from axe_playwright_python.base import AXE_SCRIPT

# Rows of a list are alike: the first ten stand for all, or a long list takes seconds.
MANY_ROWS = "#result_list tbody tr:nth-child(n+11)"
SIDEBAR = "#nav-sidebar"
# All rules but those of level AAA, experimental ones included.
RULES = """axe.getRules().filter(({ tags }) => !tags.includes("deprecated") && !tags.some((tag) => tag.endsWith("aaa")))
  .map(({ ruleId }) => ruleId)"""
RUN = "([context, options]) => axe.run(context, options).then((found) => found.violations)"
TELEPHONE = {"width": 390, "height": 844}
SETTLED = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"


def violations(page, *, sidebar=False, upstream=()):
    """The violations that axe-core finds, up to two lines per rule: light on a desktop, dark on a phone.

    The admin's sidebar, the same on every page, is only checked with `sidebar`. Rules in `upstream` are not checked.
    """
    page.wait_for_load_state()
    left_out = [MANY_ROWS] if sidebar else [MANY_ROWS, SIDEBAR]
    page.evaluate(AXE_SCRIPT)
    problems = _run(page, left_out, upstream)
    desk = page.viewport_size
    page.set_viewport_size(TELEPHONE)
    page.emulate_media(color_scheme="dark")
    # Wait until the transitions of colours have ended.
    page.evaluate(SETTLED)
    problems += [f"dark, telephone: {line}" for line in _run(page, left_out, upstream)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(desk)
    return problems


def check(page):
    """Assert that the page has no violations."""
    problems = violations(page)
    assert not problems, "\n".join([page.url, *problems])


def _run(page, left_out, upstream):
    context = {"include": [["html"]], "exclude": [[selector] for selector in left_out]}
    # Not preloaded: copies of style sheets would be inline styles, which the page's policy refuses.
    rules = {name: {"enabled": name not in upstream} for name in page.evaluate(RULES)}
    return [
        f"{violation['id']} ({len(violation['nodes'])}x): {node['html'][:160]} {_why(node)}"
        for violation in page.evaluate(
            RUN, [context, {"rules": rules, "resultTypes": ["violations"], "preload": False}]
        )
        for node in violation["nodes"][:2]
    ]


def _why(node):
    return "; ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
