"""The pages that e-mails to customers link to."""

import re

import pytest
from django.views.generic import TemplateView

from apps.gateway import urls

PAGES = [
    urlpattern for urlpattern in urls.urlpatterns if getattr(urlpattern.callback, "view_class", None) is TemplateView
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.pattern))
def test_each_page_has_a_description(client, page):
    text = client.get(f"/{page.pattern}").content.decode()
    assert re.search(r'<meta name="description" content="[A-Z][^"]+\."', text)
    assert 'rel="icon"' in text


def test_there_are_some():
    assert len(PAGES) == 4
