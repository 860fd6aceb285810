"""What the decision record says of the states is what the code does."""

from pathlib import Path

from apps.orders.domain import course, states
from apps.orders.reactions import saga, taking

TEXT = (Path(__file__).parents[2] / "docs" / "decisions" / "0009-order-saga.md").read_text()


def test_the_table_of_states_is_the_codes():
    rows = {}
    for line in TEXT.partition("| from | to |")[2].partition("```")[0].splitlines()[2:]:
        if line.startswith("|"):
            before, after = (cell.strip() for cell in line.strip("|").split("|"))
            rows[before] = tuple(word.strip() for word in after.split(",") if word.strip())
    assert rows == {
        states.WORDS[before]: tuple(states.WORDS[after] for after in following)
        for before, following in states.NEXT.items()
    }


def test_the_diagram_of_states_is_the_codes():
    diagram = TEXT.partition("stateDiagram-v2")[2].partition("```")[0]
    ways = set()
    for line in diagram.splitlines():
        before, arrow, after = line.strip().partition(" --> ")
        if arrow and "[*]" not in line:
            ways.add((before.replace("_", " "), after.partition(":")[0].replace("_", " ")))
    assert ways == {
        (states.WORDS[before], states.WORDS[after]) for before, following in states.NEXT.items() for after in following
    }


def test_every_step_can_be_taken_and_is_told_of_by_some_event():
    steps = {course.RESERVE, course.AUTHORISE, course.ALLOCATE, course.CAPTURE, course.REFUND}
    steps |= {course.RELEASE, course.RELEASE_LINES, course.RESTOCK, course.VOID}
    assert set(taking.PARTS) == steps
    assert all(f"| {step} |" in TEXT or step in TEXT for step in steps)
    assert {kind.__name__ for kind in course._CHANGES} >= saga.KINDS - {"RetryRequested"}
