"""Uploads two files over HTTP/2 in clear, taking turns, with padding: http2_client.py ADDRESS PORT HOST PATH FILE PATH FILE"""

import socket
import sys

import h2.connection
import h2.events

PIECE = 700

address, port, host, *rest = sys.argv[1:]
uploads = {}
connection = h2.connection.H2Connection()
with socket.create_connection((address, int(port)), timeout=10) as wire:
    connection.initiate_connection()
    for path, name in zip(rest[::2], rest[1::2]):
        stream = connection.get_next_available_stream_id()
        with open(name, "rb") as file:
            uploads[stream] = file.read()
        connection.send_headers(stream, [(":method", "PUT"), (":path", path), (":scheme", "http"), (":authority", host),
                                         ("content-type", "text/csv")])
    wire.sendall(connection.data_to_send())
    while any(uploads.values()):
        for stream, left in uploads.items():
            if left:
                connection.send_data(stream, left[:PIECE], end_stream=len(left) <= PIECE, pad_length=len(left) % 9)
                wire.sendall(connection.data_to_send())
                uploads[stream] = left[PIECE:]
    answered = set()
    while len(answered) < len(uploads):
        for event in connection.receive_data(wire.recv(65536)):
            if isinstance(event, h2.events.StreamEnded):
                answered.add(event.stream_id)
        wire.sendall(connection.data_to_send())
