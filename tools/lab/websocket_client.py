"""Sends files as WebSocket messages: websocket_client.py URL deflate|plain FILE...

A file whose name ends in .bin goes as a binary message in four fragments, any other as one text message.
"""

import asyncio
import sys

import websockets


def fragments(content):
    quarter = len(content) // 4 + 1
    return [content[at:at + quarter] for at in range(0, len(content), quarter)]


async def main():
    url, compression = sys.argv[1], "deflate" if sys.argv[2] == "deflate" else None
    async with websockets.connect(url, compression=compression, max_size=1 << 24) as socket:
        for name in sys.argv[3:]:
            with open(name, "rb") as file:
                content = file.read()
            await socket.send(fragments(content) if name.endswith(".bin") else content.decode())
            await socket.recv()


asyncio.run(main())
