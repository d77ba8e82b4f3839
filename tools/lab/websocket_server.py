"""A WebSocket server (python3-websockets) that answers each message with its size: websocket_server.py ADDRESS PORT"""

import asyncio
import sys

import websockets


async def answer(socket):
    async for message in socket:
        await socket.send(f'{{"received": {len(message)}}}')


async def main():
    async with websockets.serve(answer, sys.argv[1], int(sys.argv[2]), max_size=1 << 24):
        print("ready", flush=True)
        await asyncio.Future()


asyncio.run(main())
