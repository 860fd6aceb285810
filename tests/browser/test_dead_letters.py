"""An event that could not be processed is shown in the admin, and replayed once its cause is fixed."""

from django.core import mail
from django.test import override_settings
from playwright.sync_api import expect

from tests.browser import accessibility, shop
from thriftshop.event_store.models import DeadLetter


def replay(desk):
    desk.goto("/admin/")
    desk.get_by_role("link", name="Dead letters 1").click()
    expect(desk.locator("#result_list")).to_contain_text("users.mails")
    desk.locator("#action-toggle").check()
    desk.get_by_label("Action:").select_option(label="Replay the selected events, in their streams' order")
    desk.get_by_role("button", name="Go").click()


def test_a_dead_letter_is_replayed_once_its_cause_is_fixed(desk, staff, transactional_db):
    shop.lose_an_email()
    with override_settings(EMAIL_BACKEND="still.no.such.Backend"):
        replay(desk)
        expect(desk.locator(".messagelist")).to_contain_text("users.mails: 0 replayed, 1 failed again.")
        accessibility.check(desk)
        desk.locator("#result_list tbody a").first.click()
        expect(desk.locator("#content")).to_contain_text("No module named 'still'")
    assert mail.outbox == []
    replay(desk)
    expect(desk.locator(".messagelist")).to_contain_text("users.mails: 1 replayed, 0 failed again.")
    assert [letter.to for letter in mail.outbox] == [["mary@shop.example"]]
    assert not DeadLetter.objects.filter(replayed_at=None).exists()
    desk.goto("/admin/")
    expect(desk.get_by_role("link", name="Dead letters 0")).to_be_visible()
