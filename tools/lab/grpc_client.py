"""Sends the rows of a CSV file as protobuf messages: grpc_client.py ADDRESS:PORT gzip|none METHOD FILE ROWS_A_MESSAGE"""

import csv
import sys

import grpc


def field(number, value):
    length = len(value)
    size = bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
    return bytes([number << 3 | 2]) + size + value


def row(fields):
    return b"".join(field(number, text.encode()) for number, text in enumerate(fields, 1))


target, coding, method, name, rows_a_message = sys.argv[1:]
with open(name, newline="") as file:
    rows = [row(each.values()) for each in csv.DictReader(file)]
size = int(rows_a_message)
messages = [b"".join(field(1, each) for each in rows[at:at + size]) if size > 1 else rows[at]
            for at in range(0, len(rows), size)]
compression = grpc.Compression.Gzip if coding == "gzip" else grpc.Compression.NoCompression
with grpc.insecure_channel(target, compression=compression) as channel:
    channel.stream_unary(method)(iter(messages), timeout=20)
