"""The admin shows which consumer group waits for a newer version of the code, and for which event."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility
from tests.events.test_unknown_events import append_unknown
from thriftshop.event_store.models import DeadLetter
from thriftshop.events import envelope, groups, processor


def test_a_group_that_waits_for_a_newer_version_shows_the_unknown_event(desk):
    append_unknown("inventory", "MUG")
    with pytest.raises(envelope.UnknownEvent):
        processor.process(groups.get("inventory.ledger"))
    desk.goto("/admin/")
    desk.get_by_role("link", name="Consumer groups").first.click()
    row = desk.locator("#result_list tr", has_text="inventory.ledger")
    expect(row).to_contain_text("waits for a newer version")
    expect(row).to_contain_text("inventory/MUG 1 is an event of a kind unknown to this version.")
    accessibility.check(desk)
    if folder := os.environ.get("PICTURES"):
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                desk.emulate_media(color_scheme=scheme)
                desk.set_viewport_size({"width": width, "height": 900})
                desk.screenshot(path=f"{folder}/{scheme}-{width}.png", full_page=True)
    row.get_by_role("link").first.click()
    expect(desk.locator("#content")).to_contain_text("inventory/MUG 1 is an event of a kind unknown to this version.")
    accessibility.check(desk)
    assert not DeadLetter.objects.exists()
