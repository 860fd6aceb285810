"""Structs through Apache Thrift's own JSON protocol for Python: its reader and writer, walked by thriftpy2's specifications."""

from thrift.protocol.TJSONProtocol import TJSONProtocol
from thrift.Thrift import TType
from thrift.transport.TTransport import TMemoryBuffer

from thriftshop.rpc.compact import field_detail, item_detail

PLAIN = {
    TType.BOOL: "Bool",
    TType.BYTE: "Byte",
    TType.I16: "I16",
    TType.I32: "I32",
    TType.I64: "I64",
    TType.DOUBLE: "Double",
    TType.STRING: "String",
}
BINARY = 18  # thriftpy2's own number for a field of bytes; on the wire it is a string


def write_message(name, kind, seqid, struct):
    """A message as Apache's clients and servers send it."""
    buffer = TMemoryBuffer()
    protocol = TJSONProtocol(buffer)
    protocol.writeMessageBegin(name, kind, seqid)
    _write(protocol, (TType.STRUCT, type(struct)), struct)
    protocol.writeMessageEnd()
    return buffer.getvalue()


def read_message(data, struct_type):
    """The name, kind, number and struct of a message, as Apache's clients and servers read it."""
    protocol = TJSONProtocol(TMemoryBuffer(data))
    name, kind, seqid = protocol.readMessageBegin()
    struct = _read(protocol, TType.STRUCT, struct_type)
    protocol.readMessageEnd()
    return name, kind, seqid, struct


def _wire(ttype):
    return TType.STRING if ttype == BINARY else ttype


def _write(protocol, detail, value):
    ttype, of = detail
    if ttype == TType.STRUCT:
        protocol.writeStructBegin(of.__name__)
        for number, spec in of.thrift_spec.items():
            if getattr(value, spec[1]) is not None:
                protocol.writeFieldBegin(spec[1], _wire(spec[0]), number)
                _write(protocol, field_detail(spec), getattr(value, spec[1]))
                protocol.writeFieldEnd()
        protocol.writeFieldStop()
        protocol.writeStructEnd()
    elif ttype == TType.LIST:
        item = item_detail(of)
        protocol.writeListBegin(_wire(item[0]), len(value))
        for one in value:
            _write(protocol, item, one)
        protocol.writeListEnd()
    elif ttype == TType.MAP:
        key, item = map(item_detail, of)
        protocol.writeMapBegin(_wire(key[0]), _wire(item[0]), len(value))
        for name, one in value.items():
            _write(protocol, key, name)
            _write(protocol, item, one)
        protocol.writeMapEnd()
    elif ttype == BINARY:
        protocol.writeBinary(value)
    else:
        getattr(protocol, f"write{PLAIN[ttype]}")(value)


def _read(protocol, ttype, of):
    if ttype == TType.STRUCT:
        return _read_struct(protocol, of)
    if ttype == TType.LIST:
        _, count = protocol.readListBegin()
        items = [_read(protocol, *item_detail(of)) for _ in range(count)]
        protocol.readListEnd()
        return items
    if ttype == TType.MAP:
        _, _, count = protocol.readMapBegin()
        key, item = map(item_detail, of)
        entries = {}
        for _ in range(count):
            name = _read(protocol, *key)
            entries[name] = _read(protocol, *item)
        protocol.readMapEnd()
        return entries
    return protocol.readBinary() if ttype == BINARY else getattr(protocol, f"read{PLAIN[ttype]}")()


def _read_struct(protocol, struct_type):
    struct = struct_type()
    protocol.readStructBegin()
    while True:
        _, ttype, number = protocol.readFieldBegin()
        if ttype == TType.STOP:
            break
        spec = struct_type.thrift_spec[number]
        assert ttype == _wire(spec[0])
        setattr(struct, spec[1], _read(protocol, *field_detail(spec)))
        protocol.readFieldEnd()
    protocol.readStructEnd()
    return struct
