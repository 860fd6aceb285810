"""The reader of contracts: agrees with thriftpy2, with comments and line numbers; errors are reported with their line."""

import importlib
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thriftpy2.thrift import TType

import idl
from thriftshop import contracts
from thriftshop.contracts import digests
from thriftshop.contracts.tokens import plain

LIBRARY = contracts.live()
SAMPLE = """/** About it. */
namespace * sample
namespace py sample.py (meaning = "none")
include "common.thrift"
include "../shared/words.thrift"
cpp_include "vector"

const i32 MANY = 0x10; const string SAID = "it's // no comment"
const map<string, list<double>> TABLE = {"a": [1.5, -2], 'b': []}
const Colour BEST = Colour.RED
/** A name. */
typedef list<common.Sku> Skus (kept = "yes")

# a remark
/** What a thing
 *  may be. */
enum Colour { /** Like fire. */ RED, GREEN = 5 (old = "1"), BLUE; } (closed)

/** One thing. */
struct Thing {
  1: required string name (pii = "mask", deprecated = "say label"),
  /** When. */
  2: optional common.Moment at; 7: i32 many = MANY
  8: set<Thing> parts = [] // the end
  string unnumbered
  bool again
}
union Either { 1: Thing thing 2: string words }
exception Refused { 1: required string message }
service Base {}
/** Does things. */
service Things extends Base {
  /** Gives some. */
  list<Thing> get_things(1: Skus skus, 2: string after (absent = "allowed")) throws (1: Refused refused, 2: common.NotFound gone)
    (callers = "b  a", idempotent = "true", deadline_ms = "50"),
  oneway void tell(string what, i32 times);
  void rest() (callers = "any")
} (version = "2")
"""


@pytest.fixture
def sample():
    return contracts.read_text("folder/sample.thrift", SAMPLE)


def test_a_file_is_read_completely(sample):
    assert (sample.name, sample.doc, sample.includes) == (
        "folder.sample",
        "About it.",
        ("folder.common", "shared.words"),
    )
    assert sample.namespaces == {"*": "sample", "py": "sample.py"}
    kinds = [(declaration.kind, declaration.name) for declaration in sample.declarations]
    assert kinds == [
        *(("constant", name) for name in ("MANY", "SAID", "TABLE", "BEST")),
        ("typedef", "Skus"),
        ("enum", "Colour"),
        ("struct", "Thing"),
        ("union", "Either"),
        ("exception", "Refused"),
        ("service", "Base"),
        ("service", "Things"),
    ]


def test_constants_have_their_values(sample):
    values = {constant.name: constant.value for constant in sample.constants}
    assert values == {
        "MANY": 16,
        "SAID": "it's // no comment",
        "TABLE": {"a": [1.5, -2], "b": []},
        "BEST": contracts.Reference("Colour.RED"),
    }


def test_enum_values_without_a_number_continue_from_the_previous_one(sample):
    colour = sample.by_name["Colour"]
    assert [(value.name, value.value, value.doc) for value in colour.values] == [
        ("RED", 0, "Like fire."),
        ("GREEN", 5, ""),
        ("BLUE", 6, ""),
    ]
    assert (colour.doc, dict(colour.annotations)) == ("What a thing may be.", {"closed": "1"})


def test_fields_have_numbers_types_words_defaults_and_lines(sample):
    fields = {field.name: field for field in sample.by_name["Thing"].fields}
    assert [(field.id, field.requiredness, str(field.type), field.default) for field in fields.values()] == [
        (1, "required", "string", None),
        (2, "optional", "common.Moment", None),
        (7, "default", "i32", contracts.Reference("MANY")),
        (8, "default", "set<Thing>", []),
        (-1, "default", "string", None),
        (-2, "default", "bool", None),
    ]
    assert (fields["name"].personal, fields["name"].deprecated) == ("mask", "say label")
    assert (fields["at"].doc, fields["at"].line) == ("When.", SAMPLE[: SAMPLE.index("2: optional")].count("\n") + 1)
    assert not fields["again"].id_is_written


def test_methods_have_arguments_refusals_and_annotations(sample):
    service = sample.by_name["Things"]
    get, tell, rest = service.methods
    assert (service.extends, service.doc, dict(service.annotations)) == ("Base", "Does things.", {"version": "2"})
    assert (str(get.result), get.callers, get.idempotent, get.deadline_ms) == ("list<Thing>", ("a", "b"), True, 50)
    assert [(argument.name, argument.may_be_absent) for argument in get.arguments] == [("skus", False), ("after", True)]
    assert [(throw.id, str(throw.type)) for throw in get.throws] == [(1, "Refused"), (2, "common.NotFound")]
    assert (tell.oneway, [argument.id for argument in tell.arguments]) == (True, [-1, -2])
    assert (rest.callers, rest.deadline_ms, rest.idempotent) == (("any",), None, False)
    assert service.method("rest") is rest
    with pytest.raises(KeyError):
        service.method("sleep")


def test_a_typedef_is_seen_through_over_files():
    library = contracts.read_texts(
        {
            "words.thrift": "typedef i64 Moment\ntypedef list<Moment> Moments\nstruct Place {}",
            "trip.thrift": 'include "words.thrift"\ntypedef words.Moments Stops\n'
            "struct Trip { 1: map<words.Place, Stops> stops 2: i8 small }",
        }
    )
    stops, small = library["trip"].by_name["Trip"].fields
    assert str(library.resolved("trip", stops.type)) == "map<words.Place, list<i64>>"
    assert str(library.resolved("trip", small.type)) == "byte"
    assert library.find("trip", "words.Place") is library["words"].by_name["Place"]
    assert library.find("trip", "words.Nothing") is None
    assert library.find("trip", "nowhere.Nothing") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("struct", "line 1: the file ends"),
        ("struct A {\n  1: string", "line 2: the file ends"),
        ("struct A {\n  x: string a\n}", "line 2: ':' found where a field's name was expected"),
        ("\nclass A {}", "line 2: 'class' does not start a declaration"),
        ("enum A { B = C }", "line 1: 'C' found where a value's number was expected"),
        ("struct A { 1 string a }", "line 1: 'string' found where ':' was expected"),
        ("const i32 A = }", "line 1: '}' found where a value was expected"),
        ("struct A {}\n\n$", "line 3: '$' is not allowed here"),
        ("service A { void b() throws }", "line 1: '}' found where '(' was expected"),
        ("/* never closed", "line 1: '/' is not allowed here"),
    ],
)
def test_a_syntax_error_is_reported_with_its_line(text, problem):
    with pytest.raises(contracts.Unreadable, match=r"sample\.thrift, ") as raised:
        contracts.read_text("sample.thrift", text)
    assert problem in str(raised.value)


@given(st.text(alphabet="{}()<>[],;:=*&\"' \n/#aZ1-._") | st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    refusal = ""
    try:
        contracts.read_text("any.thrift", text)
    except contracts.Unreadable as error:
        refusal = str(error)
    assert not refusal or refusal.startswith("any.thrift, line ")


@given(st.integers(0, len(SAMPLE) - 1), st.integers(1, 40))
def test_a_file_with_a_hole_is_read_or_refused(start, length):
    try:
        contracts.read_text("any.thrift", SAMPLE[:start] + SAMPLE[start + length :])
    except contracts.Unreadable:
        return


def test_a_folder_of_contracts_is_read(tmp_path):
    shutil.copytree(idl.ROOT, tmp_path / "idl", ignore=shutil.ignore_patterns("__pycache__"))
    found = contracts.read_folder(tmp_path / "idl")
    assert dict(found.items()) == dict(LIBRARY.items())
    assert "legacy.catalog" in found
    assert "nothing" not in found


def ttype(library, home, written):
    """The number of a type as thriftpy2 has it."""
    resolved = library.resolved(home, written)
    if resolved.is_named:
        declared = library.find(home, resolved.name)
        return TType.I32 if isinstance(declared, contracts.Enum) else TType.STRUCT
    return {
        "bool": TType.BOOL,
        "byte": TType.BYTE,
        "i16": TType.I16,
        "i32": TType.I32,
        "i64": TType.I64,
        "double": TType.DOUBLE,
        "string": TType.STRING,
        "binary": TType.BINARY,
        "list": TType.LIST,
        "set": TType.SET,
        "map": TType.MAP,
    }[resolved.name]


@pytest.mark.parametrize("contract", list(LIBRARY), ids=lambda case: case.name)
def test_the_reader_agrees_with_thriftpy2(contract):
    module = importlib.import_module(f"idl.{contract.name}")
    own = {
        name for name, one in vars(module).items() if isinstance(one, type) and one.__module__ == f"idl.{contract.name}"
    }
    assert {one.name for one in (*contract.structs, *contract.enums, *contract.services)} == own
    for one in contract.structs:
        spec = getattr(module, one.name).thrift_spec
        assert [(f.id, f.name, ttype(LIBRARY, contract.name, f.type)) for f in one.fields] == [
            (number, spec_of_field[1], spec_of_field[0]) for number, spec_of_field in spec.items()
        ]
        assert [f.requiredness == "required" for f in one.fields] == [
            spec_of_field[-1] for spec_of_field in spec.values()
        ]
        spec_of_field = getattr(getattr(module, one.name), "__thrift_field_annotations__", {})
        assert {f.name: dict(f.annotations) for f in one.fields if f.annotations} == {
            k: v for k, v in spec_of_field.items() if v
        }
    for one in contract.enums:
        assert {v.name: v.value for v in one.values} == getattr(module, one.name)._NAMES_TO_VALUES
    for one in contract.services:
        assert [method.name for method in one.methods] == getattr(module, one.name).thrift_services


@given(st.sampled_from(list(LIBRARY)), st.data())
def test_a_digest_ignores_comments_and_whitespace_only(contract, data):
    lines = contract.text.splitlines()
    at = data.draw(st.integers(0, len(lines)))
    remarked = [*lines[:at], "// a remark", "", *lines[at:]]
    assert digests.of_text(contract.path, "\n".join(remarked)) == digests.of(contract)
    more = f"{contract.text}\nstruct Added {{}}"
    assert digests.of_text(contract.path, more) != digests.of(contract)


def test_a_doc_comment_is_one_line_without_its_frame():
    assert plain("*\n *  One,\n *\n *  two. ") == "One, two."
