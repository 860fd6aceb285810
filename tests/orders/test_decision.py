"""The statuses in the decision record match the code."""

from pathlib import Path

from apps.orders.domain import saga_state, states
from apps.orders.reactions import saga, saga_calls

TEXT = (Path(__file__).parents[2] / "docs" / "decisions" / "0009-order-saga.md").read_text()


def test_the_documented_table_of_statuses_matches_the_code():
    rows = {}
    for line in TEXT.partition("| from | to |")[2].partition("```")[0].splitlines()[2:]:
        if line.startswith("|"):
            before, after = (cell.strip() for cell in line.strip("|").split("|"))
            rows[before] = tuple(word.strip() for word in after.split(",") if word.strip())
    assert rows == {
        states.LABELS[before]: tuple(states.LABELS[after] for after in following)
        for before, following in states.NEXT.items()
    }


def test_the_documented_diagram_of_statuses_matches_the_code():
    diagram = TEXT.partition("stateDiagram-v2")[2].partition("```")[0]
    ways = set()
    for line in diagram.splitlines():
        before, arrow, after = line.strip().partition(" --> ")
        if arrow and "[*]" not in line:
            ways.add((before.replace("_", " "), after.partition(":")[0].replace("_", " ")))
    assert ways == {
        (states.LABELS[before], states.LABELS[after])
        for before, following in states.NEXT.items()
        for after in following
    }


def test_every_step_has_a_call_and_is_added_by_an_event():
    steps = {saga_state.RESERVE, saga_state.AUTHORISE, saga_state.ALLOCATE, saga_state.CAPTURE, saga_state.REFUND}
    steps |= {saga_state.RELEASE, saga_state.RELEASE_LINES, saga_state.RESTOCK, saga_state.VOID}
    assert set(saga_calls.CALLS) == steps
    assert all(f"| {step} |" in TEXT or step in TEXT for step in steps)
    assert {kind.__name__ for kind in saga_state._CHANGES} >= saga.KINDS - {"RetryRequested"}
