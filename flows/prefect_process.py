"""The process of Prefect's server (see ``flows.prefect_server``), given two file descriptors: ``LISTENER ALIVE``."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn


def serve(listener: int, alive: int) -> None:
    """Serve Prefect's API on the listening socket until the pipe ``alive`` has no writer left."""
    servers: list[uvicorn.Server] = []

    def wait_for_the_end() -> None:
        os.read(alive, 1)
        if not servers:
            os._exit(0)
        servers[0].should_exit = True

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    gc.disable()  # a fifth of an import of this size goes into looking for garbage that is not there yet
    import uvicorn  # noqa: PLC0415 - after the lines above
    from prefect.server.api.server import create_app  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    servers.append(uvicorn.Server(uvicorn.Config(create_app(), log_level="error", lifespan="on")))
    servers[0].run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
