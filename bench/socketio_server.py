"""The relay's traffic on python-socketio, which the first Sanctuary was built on, as simply as it can be written.

Rooms, each message to every other member, an acknowledgement to its sender. Nothing is compressed and nothing logged, which
makes it faster than the first Sanctuary was.
"""

import asyncio

import socketio
from aiohttp import web

relay = socketio.AsyncServer(async_mode="aiohttp", http_compression=False, cors_allowed_origins=[])
rooms: dict[str, str] = {}


@relay.event
async def join(sid: str, room: str) -> bool:
    rooms[sid] = room
    await relay.enter_room(sid, room)
    return True


@relay.event
async def message(sid: str, text: str) -> bool:
    await relay.emit("message", text, room=rooms[sid], skip_sid=sid)
    return True


@relay.event
async def disconnect(sid: str) -> None:
    rooms.pop(sid, None)


async def serve() -> None:
    application = web.Application()
    relay.attach(application)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    print(f"listens on 127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


asyncio.run(serve())
