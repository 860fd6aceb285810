"""The admin of flags: creating, editing, starting, stopping, shipping, testers and history; who may do what."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from idl import experiments
from tests.experiments import steps
from thriftshop import clock

pytestmark = pytest.mark.django_db
STATE = experiments.FlagState
LIST, ADD = "admin:experiments_flag_changelist", "admin:experiments_flag_add"


@pytest.fixture
def admin(client):
    """A browser in which a superuser is logged in."""
    client.force_login(get_user_model().objects.create_superuser(email="boss@shop.example", name="Bea Boss"))
    return client


def page(admin, key="button"):
    response = admin.get(reverse("admin:experiments_flag_change", args=[key]))
    assert response.status_code == 200
    return response.content.decode()


def entered(**changes):
    """What is entered into the form of a flag."""
    fields = {
        "key": "button",
        "title": "The button's colour",
        "description": "Green may sell more.",
        "default_variant": "blue",
        "share": "50",
        "countries": "gb, de",
        "signed_in": "yes",
        "variants-TOTAL_FORMS": "3",
        "variants-INITIAL_FORMS": "0",
        "starts_at": "2030-01-02T10:00",
    }
    for number, (key, weight) in enumerate({"blue": 50, "green": 50}.items()):
        fields |= {f"variants-{number}-key": key, f"variants-{number}-weight": weight}
        fields[f"variants-{number}-value"] = f'"{key}"'
    return fields | changes


def do(admin, name, key="button", **fields):
    """The message after something was done."""
    url = reverse("admin:experiments_flag_do", args=[key, name])
    response = admin.post(url, fields, follow=True)
    (message,) = response.context["messages"]
    return str(message)


def flag(key="button"):
    with steps.as_staff():
        return next(flag for flag in steps.service().get_flags() if flag.key == key)


def test_a_flag_is_created_and_edited(admin):
    admin.post(reverse(ADD), entered())
    created = flag()
    assert (created.title, created.share, created.layer) == ("The button's colour", 5_000, None)
    assert (created.audience.signed_in, created.audience.countries) == (True, ["GB", "DE"])
    assert [(variant.key, variant.weight, variant.value) for variant in created.variants] == [
        ("blue", 50, '"blue"'),
        ("green", 50, '"green"'),
    ]
    assert f"{clock.datetime_of(created.starts_at):%Y-%m-%d %H:%M}" == "2030-01-02 10:00"
    edit = reverse("admin:experiments_flag_edit", args=["button"])
    assert 'value="2030-01-02T10:00"' in admin.get(edit).content.decode()
    admin.post(edit, entered(**{"title": "Renamed", "share": "12.5", "is_public": "on", "variants-INITIAL_FORMS": "2"}))
    assert (flag().title, flag().share, flag().is_public) == ("Renamed", 1_250, True)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"default_variant": "red"}, "The default must be one of the variants: blue, green."),
        ({"variants-1-value": "green"}, "The value of green is not JSON."),
        ({"variants-1-weight": "-1"}, "greater than or equal to 0"),
        ({"share": "101"}, "less than or equal to 100"),
        ({"key": ""}, "This field is required."),
        ({"countries": "Britain"}, "Countries are two capital letters each"),
        ({"ends_at": "2029-01-01T10:00"}, "The end must be after the start."),
    ],
)
def test_an_invalid_flag_is_refused_with_the_reason_and_what_was_entered(admin, changes, problem):
    response = admin.post(reverse(ADD), entered(**changes))
    content = response.content.decode()
    assert response.status_code == 200
    assert problem in content
    assert "Nothing was saved." in content
    assert "Green may sell more." in content
    with steps.as_staff():
        assert steps.service().get_flags() == []


def test_what_staff_do_with_a_flag_is_in_its_history(admin):
    steps.create()
    assert do(admin, "start") == "Start: done."
    weights = {"weight-blue": 10, "weight-green": 90, "reason": "Green is better."}
    assert do(admin, "weights", **weights) == "Set the weights: done."
    assert do(admin, "tester", id="visitor-000000000001", variant="green") == "Set the tester: done."
    assert do(admin, "tester", id="visitor-000000000001") == "Set the tester: done."
    assert do(admin, "stop", reason="Too many errors.") == "Stop now: done."
    assert do(admin, "start") == "Start: done."
    assert do(admin, "ship", variant="green", reason="It won.") == "Ship: done."
    assert (flag().state, flag().shipped) == (STATE.SHIPPED, "green")
    content = page(admin)
    for text in ("Weights: blue 50 → 10, green 50 → 90", "Too many errors.", "Shipped green to everyone", "Bea Boss"):
        assert text in content


def test_what_is_refused_changes_nothing_and_says_why(admin):
    steps.start()
    version = flag().version
    expected = "Nothing was changed. The share can only grow once a flag was started"
    assert do(admin, "share", share="10", reason="Less.").startswith(expected)
    assert do(admin, "stop") == "Nothing was changed. Reason: This field is required."
    assert do(admin, "weights", **{"weight-blue": 0, "weight-green": 0, "reason": "None."}).endswith(
        "must be positive."
    )
    assert do(admin, "start") == "Nothing was to be changed."
    assert flag().version == version
    assert admin.post(reverse("admin:experiments_flag_do", args=["button", "explode"])).status_code == 404
    assert admin.get(reverse("admin:experiments_flag_change", args=["nothing"])).status_code == 404


def test_the_variants_of_a_started_flag_cannot_be_entered(admin):
    steps.start()
    edit = reverse("admin:experiments_flag_edit", args=["button"])
    content = admin.get(edit).content.decode()
    assert "fixed once a flag was started" in content
    assert "variants-0-key" not in content
    admin.post(edit, entered(title="Renamed", key="other", share="1", starts_at=""))
    assert (flag().title, flag().share, flag().version) == ("Renamed", 10_000, 3)


def test_the_page_counts_who_saw_which_variant(admin):
    steps.start()
    steps.expose(*(steps.exposure(f"visitor-{number}", "green" if number else "blue") for number in range(4)))
    steps.project_all()
    content = page(admin)
    assert '<td class="number">3</td><td class="number">75.0 %</td>' in content
    assert '<dt>Saw a variant</dt><dd class="figure">4</dd>' in content


def test_the_list_shows_states_and_weights(admin):
    steps.start()
    steps.create("scheduled", starts_at=clock.now() + 60_000, audience=experiments.Audience(signed_in=True))
    steps.do("start_flag", "scheduled")
    steps.project_all()
    content = admin.get(reverse(LIST)).content.decode()
    for text in ("Running", "Scheduled", "blue 50, green 50", "logged in", "100 %"):
        assert text in content
    assert "Running flags" in admin.get(reverse("admin:index")).content.decode()


def test_staff_need_permissions(client):
    steps.start()
    packer = get_user_model().objects.create_user(email="packer@shop.example", password="packing all day", name="Pat")
    packer.is_staff = True
    packer.save()
    client.force_login(packer)
    urls = [reverse(LIST), reverse(ADD), reverse("admin:experiments_flag_edit", args=["button"])]
    assert {client.get(url).status_code for url in urls} == {403}
    packer.user_permissions.add(Permission.objects.get(codename="view_flag"))
    assert "Stop now" not in page(client)
    stop = reverse("admin:experiments_flag_do", args=["button", "stop"])
    assert client.post(stop, {"reason": "Because."}).status_code == 403
    assert flag().state == STATE.RUNNING


def test_the_page_shows_who_saw_it_and_checks_the_split(admin):
    steps.start()
    assert "No visitors yet." in page(admin)
    at = clock.now()
    pairs = [(f"visitor-{number}", "green" if number % 2 else "blue") for number in range(40)]
    steps.expose(*(steps.exposure(unit, variant, at=at) for unit, variant in pairs))
    steps.project_all()
    content = page(admin)
    assert "blue: 20" in content
    assert "As planned (p = " in content
    assert "0 visitors (0.0 %) saw more than one variant" in content
    steps.expose(*(steps.exposure(f"another-{number}", "green", at=at) for number in range(60)))
    steps.expose(*(steps.exposure(f"visitor-{number}", "blue", at=at) for number in (1, 3)))
    steps.project_all()
    content = page(admin)
    assert "do not trust the results" in content
    assert "2 visitors (2.0 %) saw more than one variant: too many" in content


def test_visitors_are_compared_with_the_weights_of_their_time(admin):
    """Nine to one after a change of weights to nine to one is as planned."""
    steps.start()
    first = flag().version
    steps.do("set_weights", "button", {"blue": 10, "green": 90}, "Green is better.")
    assert flag().version == first + 1
    at = clock.now() + 1_000
    for variant, count in (("blue", 10), ("green", 90)):
        exposures = [steps.exposure(f"{variant}-{number}", variant, at=at) for number in range(count)]
        steps.expose(*exposures)
    steps.project_all()
    assert "As planned (p = " in page(admin)
