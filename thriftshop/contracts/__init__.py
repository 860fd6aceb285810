"""Contracts as data, read from a folder, from texts, or from any commit."""

from thriftshop.contracts.model import (
    Constant,
    Contract,
    Enum,
    EnumValue,
    Field,
    Library,
    Method,
    Reference,
    Service,
    Struct,
    Type,
    Typedef,
)
from thriftshop.contracts.reading import Unreadable, live, read_folder, read_text, read_texts

__all__ = [
    "Constant",
    "Contract",
    "Enum",
    "EnumValue",
    "Field",
    "Library",
    "Method",
    "Reference",
    "Service",
    "Struct",
    "Type",
    "Typedef",
    "Unreadable",
    "live",
    "read_folder",
    "read_text",
    "read_texts",
]
