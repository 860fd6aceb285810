"""A contract is compatible with itself, and with the same contract with additions."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts import mutations
from tests.contracts.cases import case
from thriftshop.contracts import compatibility, findings, live, model, read_text, snapshots, writing

CONTRACTS = list(live())
STRUCTS = [(one, struct) for one in CONTRACTS for struct in one.structs]
ENUMS = [(one, enum) for one in CONTRACTS for enum in one.enums]
SERVICES = [(one, service) for one in CONTRACTS for service in one.services]
NAMES = st.from_regex(r"new_[a-z]{1,8}", fullmatch=True)
TYPES = st.sampled_from(["bool", "i32", "i64", "double", "string", "binary", "list<string>", "map<string, i64>"])


def against_the_live_ones(contract: model.Contract) -> list[findings.Finding]:
    return compatibility.compare(live(), model.Library({**live().contracts, contract.name: contract}))


def with_declaration(contract: model.Contract, old: model.Declared | None, new: model.Declared) -> model.Contract:
    remaining = tuple(new if declaration is old else declaration for declaration in contract.declarations)
    return replace(contract, declarations=remaining if old else (*remaining, new))


def test_the_contracts_are_compatible_with_themselves():
    assert snapshots.changes(snapshots.current(), snapshots.current()) == []


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.name)
def test_a_contract_written_out_reads_back_as_itself(contract):
    text = writing.text_of(contract)
    again = read_text(contract.path, text)
    assert writing.text_of(again) == text
    assert against_the_live_ones(again) == []
    assert (again.includes, dict(again.namespaces)) == (contract.includes, dict(contract.namespaces))
    assert list(again.by_name) == list(contract.by_name)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_mutation_breaks_against_itself(data):
    contract = data.draw(st.sampled_from(CONTRACTS))
    mutation = data.draw(st.sampled_from(list(mutations.of(contract))))
    library = model.Library({**live().contracts, contract.name: mutation.contract})
    assert compatibility.compare(library, library) == []


@settings(max_examples=100, deadline=None)
@given(
    where=st.sampled_from(STRUCTS), name=NAMES, written=TYPES, number=st.integers(1000, 30000), default=st.booleans()
)
def test_an_optional_field_or_a_union_member_is_never_breaking(where, name, written, number, default):
    contract, struct = where
    kind = read_text("new.thrift", f"struct New {{ 1: {written} one }}").structs[0].fields[0].type
    field = model.Field(name, "", {}, 1, number, kind, "optional", 1 if default and written == "i32" else None, True)
    found = against_the_live_ones(with_declaration(contract, struct, replace(struct, fields=(*struct.fields, field))))
    assert findings.failing(found) == []
    assert [one.rule.id for one in found] == (["union-member-added"] if struct.kind == "union" else [])


@settings(max_examples=50, deadline=None)
@given(where=st.sampled_from(ENUMS), name=NAMES, more=st.integers(1, 1000))
def test_an_enum_member_at_the_end_is_never_breaking(where, name, more):
    contract, enum = where
    value = model.EnumValue(name.upper(), "", {}, 1, max(value.value for value in enum.values) + more)
    found = against_the_live_ones(with_declaration(contract, enum, replace(enum, values=(*enum.values, value))))
    assert [one.rule.id for one in found] == ["enum-member-added"]
    assert findings.failing(found) == []


@settings(max_examples=50, deadline=None)
@given(where=st.sampled_from(SERVICES), name=NAMES, at=st.integers(0, 100), oneway=st.booleans())
def test_a_method_is_never_breaking(where, name, at, oneway):
    contract, service = where
    method = model.Method(name, "", {}, 1, model.Type("void"), (), (), oneway)
    methods = (*service.methods[:at], method, *service.methods[at:])
    assert against_the_live_ones(with_declaration(contract, service, replace(service, methods=methods))) == []


@settings(max_examples=50, deadline=None)
@given(
    contract=st.sampled_from(CONTRACTS),
    name=NAMES,
    kind=st.sampled_from(["struct", "union", "exception"]),
    fields=st.lists(st.tuples(TYPES, st.sampled_from(["", "required", "optional"])), max_size=5),
)
def test_a_new_struct_is_never_breaking(contract, name, kind, fields):
    inside = " ".join(f"{n}: {must if kind != 'union' else ''} {of} f{n}" for n, (of, must) in enumerate(fields, 1))
    new = read_text("new.thrift", f"{kind} {name.title().replace('_', '')} {{ {inside} }}").structs[0]
    assert against_the_live_ones(with_declaration(contract, None, new)) == []


@settings(max_examples=50, deadline=None)
@given(contract=st.sampled_from(CONTRACTS), data=st.data())
def test_the_order_of_a_file_is_free(contract, data):
    shuffled = replace(contract, declarations=tuple(data.draw(st.permutations(contract.declarations))))
    assert against_the_live_ones(shuffled) == []


def test_an_old_client_treats_an_unknown_refusal_as_success(tmp_path):
    """Why a refusal added to a method that answers nothing is breaking: seen with real bytes."""
    import thriftpy2
    from thriftpy2.protocol import TBinaryProtocol
    from thriftpy2.transport import TMemoryBuffer

    text = "exception Gone {{ 1: required string message }} service Shelf {{ {result} drop() {throws} }}"
    for result in ("void", "string"):
        for name, throws in (("old", ""), ("new", "throws (1: Gone gone)")):
            (tmp_path / f"{name}_{result}.thrift").write_text(text.format(result=result, throws=throws))
        old, new = (
            thriftpy2.load(str(tmp_path / f"{name}_{result}.thrift"), module_name=f"{name}_{result}_thrift")
            for name in ("old", "new")
        )
        buffer = TMemoryBuffer()
        new.Shelf.drop_result(gone=new.Gone(message="It is gone.")).write(TBinaryProtocol(buffer))
        read = old.Shelf.drop_result()
        read.read(TBinaryProtocol(TMemoryBuffer(buffer.getvalue())))
        # A client finds no refusal; where it expects an answer it misses that, else it believes all is well.
        assert vars(read) == ({} if result == "void" else {"success": None})


def test_an_unreadable_file_is_reported_with_name_and_line():
    broken = case.edited(case.replacing("struct BookLost {", "struct BookLost"))
    with pytest.raises(snapshots.Unavailable, match=r"edited cannot be read: shelf.thrift, line \d+"):
        snapshots.changes(case.right(), broken)


def test_an_invalid_schema_is_reported():
    for text in ("type Query {", "type Query { a: Missing }"):
        broken = replace(case.right(), schema=text, label="the new one")
        with pytest.raises(snapshots.Unavailable, match="or the new one is not a valid schema"):
            snapshots.changes(case.right(), broken)


def test_a_removed_schema_is_breaking():
    (found,) = snapshots.changes(case.right(), replace(case.right(), schema=""))
    assert found.rule.id == "graphql-root-changed"
    assert snapshots.changes(replace(case.right(), schema=""), case.right()) == []
