"""Rows in the message formats of programs, written by the formats' own libraries."""

import io
import subprocess
import sys
import tempfile

# The lab's interpreter may lack Debian's packages.
sys.path.append("/usr/lib/python3/dist-packages")

import avro.io  # noqa: E402
import avro.schema  # noqa: E402
import cbor2  # noqa: E402
import msgpack  # noqa: E402
from thrift.protocol import TBinaryProtocol, TCompactProtocol  # noqa: E402
from thrift.Thrift import TType  # noqa: E402
from thrift.transport import TTransport  # noqa: E402


def cbor(rows, columns):
    return b"".join(cbor2.dumps({column: row[column] for column in columns}) for row in rows)


def message_pack(rows, columns):
    return b"".join(msgpack.packb({column: row[column] for column in columns}) for row in rows)


def avro_records(rows, columns):
    """Records one after the other, as a message of Kafka holds them: without the header of a file."""
    schema = avro.schema.make_avsc_object({"type": "record", "name": "customer",
                                           "fields": [{"name": column, "type": "string"} for column in columns]})
    out = io.BytesIO()
    encoder, writer = avro.io.BinaryEncoder(out), avro.io.DatumWriter(schema)
    for row in rows:
        writer.write({column: row[column] for column in columns}, encoder)
    return out.getvalue()


def protobuf(rows, columns, first_field=1):
    """A message of messages, by the library's own compiler."""
    fields = "".join(f"string {column} = {first_field + number}; " for number, column in enumerate(columns))
    schema = f'syntax = "proto3"; message Customer {{ {fields} }} message Customers {{ repeated Customer customers = 1; }}'
    quoted = [{column: row[column].encode("utf-8") for column in columns} for row in rows]
    text = "\n".join("customers { " + " ".join(
        f'{column}: "{"".join(f"{chr(92)}{byte:03o}" for byte in row[column])}"' for column in columns) + " }" for row in quoted)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/c.proto", "w", encoding="utf-8") as out:
            out.write(schema)
        return subprocess.run(["protoc", f"--proto_path={folder}", "--encode=Customers", f"{folder}/c.proto"],
                              input=text.encode(), capture_output=True, check=True).stdout


def thrift(rows, columns, protocol):
    memory = TTransport.TMemoryBuffer()
    out = protocol(memory)
    for row in rows:
        out.writeStructBegin("customer")
        for number, column in enumerate(columns, 1):
            out.writeFieldBegin(column, TType.STRING, number)
            out.writeString(row[column])
            out.writeFieldEnd()
        out.writeFieldStop()
        out.writeStructEnd()
    return memory.getvalue()


FORMATS = {
    "cbor": cbor,
    "msgpack": message_pack,
    "protobuf": protobuf,
    "protobuf-high-fields": lambda rows, columns: protobuf(rows, columns, first_field=6),
    "avro-records": avro_records,
    "thrift-binary": lambda rows, columns: thrift(rows, columns, TBinaryProtocol.TBinaryProtocol),
    "thrift-compact": lambda rows, columns: thrift(rows, columns, TCompactProtocol.TCompactProtocol),
}
