"""The accessibility checks detect problems, in light and in dark."""

from tests.browser import accessibility

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
@media (prefers-color-scheme: dark) {{ body {{ background: #222; color: #333; }} }}
</style></head><body><main><h1>A page</h1>{content}</main></body></html>"""


def test_the_accessibility_check_reports_every_fault_of_a_bad_page(page):
    page.set_content(PAGE.format(content=""))
    assert rules(page) == ["dark, telephone: color-contrast"]
    page.set_content(PAGE.format(content='<img src="/x.png"><input>').replace("#333", "#eee"))
    assert rules(page) == ["image-alt", "label", "dark, telephone: image-alt", "dark, telephone: label"]


def rules(page):
    """The rules that the page breaks, and in which light."""
    return [violation.partition(" (")[0] for violation in accessibility.violations(page)]
