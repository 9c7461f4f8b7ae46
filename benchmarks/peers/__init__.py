"""What this server is compared with."""

import socket
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    """Run an application under uvicorn on a free port, and print its URL once it accepts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listener])
