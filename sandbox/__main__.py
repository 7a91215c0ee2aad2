"""`python -m sandbox`: stand-ins for what the desk talks to, on loopback only. Today the mail catcher."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import signal
import sys
import threading
from pathlib import Path

from sandbox import catcher, faults, mail, web
from sandbox.state import State


def main() -> None:
    options = arguments()
    try:
        options.state.mkdir(parents=True, exist_ok=True)
        state = State(options.state / "sandbox.sqlite3")
        asyncio.run(serve(options.host, options.port, options.smtp_port, state))
    except OSError as problem:
        sys.exit(f"The sandbox cannot open its ports {options.port} and {options.smtp_port}: {problem.strerror}.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Stand-ins for the desk's surroundings.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, required=True, help="HTTP: pages and JSON")
    parser.add_argument("--smtp-port", type=int, required=True, help="SMTP: the mail catcher")
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps what was caught")
    return parser.parse_args()


def loopback(host: str) -> str:
    """What the sandbox keeps is nobody else's business: any other address is refused."""
    try:
        safe = ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe:
        message = f"{host} is not a loopback address"
        raise argparse.ArgumentTypeError(message)
    return host


async def serve(host: str, port: int, smtp_port: int, state: State) -> None:
    """Until SIGTERM or SIGINT; every message is committed before it is acknowledged, so the end may be sudden."""
    switch, stop = faults.Switch(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    smtp = await catcher.listen(host, smtp_port, state=state, switch=switch)
    http = web.server(host, port, [*mail.routes(state), *faults.routes(switch)])
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    taken = smtp.sockets[0].getsockname()[1]
    print(f"sandbox ready: http://{host}:{http.server_address[1]}/ smtp {host}:{taken}", flush=True)
    await stop.wait()
    smtp.close()
    http.shutdown()
    http.server_close()


if __name__ == "__main__":
    main()
