"""Types of the contracts as JSON Schema."""

from typing import Any

from thriftshop import contracts

SCALARS: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "byte": {"type": "integer", "minimum": -(2**7), "maximum": 2**7 - 1},
    "i8": {"type": "integer", "minimum": -(2**7), "maximum": 2**7 - 1},
    "i16": {"type": "integer", "minimum": -(2**15), "maximum": 2**15 - 1},
    "i32": {"type": "integer", "format": "int32"},
    "i64": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "string": {"type": "string"},
    "binary": {"type": "string", "contentEncoding": "base64"},
    "uuid": {"type": "string", "format": "uuid"},
}
BELOW = "#/components/schemas/"


def of_all(library: contracts.Library, roots: list[tuple[str, str]]) -> dict[str, Any]:
    """The schemas of these declarations and of all that they refer to, by full name, sorted."""
    return {
        f"{home}.{name}": of_declaration(library, home, library[home].by_name[name])
        for home, name in sorted(library.reached(roots))
    }


def of_declaration(library: contracts.Library, home: str, declared: contracts.model.Declared) -> dict[str, Any]:
    """The schema of a struct, union, enum or typedef, with references to others."""
    annotations = _annotations(declared.doc, declared.deprecated) | {"title": declared.name}
    if isinstance(declared, contracts.Enum):
        names = [value.name for value in declared.values]
        return annotations | {
            "type": "integer",
            "enum": [value.value for value in declared.values],
            "x-enum-varnames": names,
            "x-enum-descriptions": [value.doc for value in declared.values],
        }
    if isinstance(declared, contracts.Typedef):
        return annotations | {"allOf": [of_type(library, home, declared.type)]}
    if isinstance(declared, contracts.Struct):
        return annotations | _struct(library, home, declared)
    raise TypeError(f"{home}.{declared.name} is a {declared.kind}, which has no JSON Schema.")


def of_type(library: contracts.Library, home: str, written: contracts.Type) -> dict[str, Any]:
    """The schema of a type as written in a contract."""
    if written.is_named:
        return {"$ref": BELOW + ".".join(library.home(home, written.name))}
    if written.name in ("list", "set"):
        items = {"type": "array", "items": of_type(library, home, written.arguments[0])}
        return items | ({"uniqueItems": True} if written.name == "set" else {})
    if written.name == "map":
        return {"type": "object", "additionalProperties": of_type(library, home, written.arguments[1])}
    return dict(SCALARS[written.name])


def _struct(library: contracts.Library, home: str, struct: contracts.Struct) -> dict[str, Any]:
    """Additional fields are allowed, as readers ignore unknown fields; a union has exactly one member."""
    shape: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: of_field(library, home, field) for field in struct.fields},
    }
    required = [field.name for field in struct.fields if field.requiredness == "required"]
    if required:
        shape["required"] = required
    if struct.kind == "union":
        shape |= {"minProperties": 1, "maxProperties": 1}
    personal = [field.name for field in struct.fields if field.personal]
    return shape | ({"x-pii": personal} if personal else {})


def of_field(library: contracts.Library, home: str, field: contracts.Field) -> dict[str, Any]:
    """The schema of a field, with its number and its `pii` annotation."""
    shape = of_type(library, home, field.type)
    # Keywords beside `$ref` are ignored.
    shape = {"allOf": [shape]} if "$ref" in shape else shape
    shape |= _annotations(field.doc, field.deprecated) | {"x-thrift-field": field.id}
    if field.default is not None and not isinstance(field.default, contracts.Reference):
        shape["default"] = field.default
    return shape | ({"x-pii": field.personal} if field.personal else {})


def _annotations(doc: str, deprecated: str | None) -> dict[str, Any]:
    return ({"description": doc} if doc else {}) | ({"deprecated": True} if deprecated is not None else {})
