"""The generated files are those in the repository."""

import pytest
from django.core.management import CommandError, call_command

from thriftshop import contexts
from thriftshop.kubernetes import files, objects


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """The files in another folder, to which those written by hand are copied."""
    files.contents.cache_clear()
    for path in files.ROOT.rglob("*.yaml"):
        if not path.read_text().startswith("# Written by"):
            copy = tmp_path / path.relative_to(files.ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    monkeypatch.setattr(files, "ROOT", tmp_path)
    yield tmp_path
    files.contents.cache_clear()


def test_the_files_in_the_repository_are_current():
    call_command("manifests", check=True)


def test_a_changed_and_an_obsolete_file_are_found_and_repaired(elsewhere):
    call_command("manifests")
    call_command("manifests", check=True)
    changed, obsolete = elsewhere / "base" / "cart" / "workload.yaml", elsewhere / "base" / "gone" / "workload.yaml"
    changed.write_text(changed.read_text() + "# by hand\n")
    obsolete.parent.mkdir()
    obsolete.write_text(changed.read_text())
    with pytest.raises(CommandError, match=r"base/cart/workload\.yaml, .*base/gone/workload\.yaml"):
        call_command("manifests", check=True)
    call_command("manifests")
    call_command("manifests", check=True)
    assert not obsolete.parent.exists()


def test_files_written_by_hand_are_left_alone(elsewhere):
    by_hand = elsewhere / "components" / "mine" / "kustomization.yaml"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("# mine\n")
    call_command("manifests")
    assert by_hand.read_text() == "# mine\n"


def test_a_change_that_the_chart_cannot_make_is_refused(elsewhere):
    path = elsewhere / "components" / "keda" / "kustomization.yaml"
    path.write_text(path.read_text().replace("op: remove", "op: replace, value: 3"))
    with pytest.raises(CommandError, match="keda changes /spec/replicas"):
        call_command("manifests")


def test_a_context_whose_name_is_no_host_name_is_refused():
    config = contexts.all_contexts()[0]
    named = type(config)("apps.catalog", config.module)
    named.label = "gift_cards"
    with pytest.raises(ValueError, match="gift_cards"):
        objects.dns_name(named)
