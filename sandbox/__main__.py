"""`python -m sandbox`: stand-ins for what the desk talks to, on loopback only: mail catcher, Salesforce, DocuSign."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import signal
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sandbox import catcher, docusign, faults, mail, salesforce, switchboard, web
from sandbox.log import Log
from sandbox.state import State
from sandbox.vendor_faults import Vendor
from sandbox.web import Request, Response, Route


def main() -> None:
    options = arguments()
    try:
        options.state.mkdir(parents=True, exist_ok=True)
        asyncio.run(serve(options))
    except OSError as problem:
        where = problem.filename or f"its ports {options.port} and {options.smtp_port}"
        sys.exit(f"The sandbox cannot open {where}: {problem.strerror}.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Stand-ins for the desk's surroundings.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, required=True, help="HTTP: the vendors, pages and JSON")
    parser.add_argument("--smtp-port", type=int, required=True, help="SMTP: the mail catcher")
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--salesforce-key", type=Path, help="PEM, private or public, of the key that signs in there")
    parser.add_argument("--docusign-key", type=Path, help="the same for DocuSign")
    parser.add_argument("--connect-url", default="", help="where DocuSign Connect sends its notices")
    parser.add_argument("--connect-keys", type=Path, help="file with the keys of Connect, comma-separated")
    parser.add_argument("--past", action="store_true", help="begin with a year of letters at DocuSign")
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


async def serve(options: argparse.Namespace) -> None:
    """Until SIGTERM or SIGINT; every message is committed before it is acknowledged, so the end may be sudden."""
    state, switch, log, stop = State(options.state / "sandbox.sqlite3"), faults.Switch(), Log(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    vendors: list[Vendor] = []
    played = [*salesforce_of(options, vendors), *docusign_of(options, vendors)]
    table = [*mail.routes(state), *faults.routes(switch), *switchboard.routes(vendors, log), *played]
    smtp = await catcher.listen(options.host, options.smtp_port, state=state, switch=switch)
    http = web.server(options.host, options.port, partial(answer, table=table, vendors=vendors, log=log))
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    taken = smtp.sockets[0].getsockname()[1]
    print(f"sandbox ready: http://{options.host}:{http.server_address[1]}/ smtp {options.host}:{taken}", flush=True)
    await stop.wait()
    smtp.close()
    http.shutdown()
    http.server_close()


def salesforce_of(options: argparse.Namespace, vendors: list[Vendor]) -> list[Route]:
    """Its routes; its switch joins `vendors`."""
    vendors.append(Vendor("salesforce", paths=("/services/",), body=salesforce.fault_body))
    keys = [options.salesforce_key.read_text()] if options.salesforce_key else []
    return salesforce.routes(options.state / "salesforce", public_keys=keys)


def docusign_of(options: argparse.Namespace, vendors: list[Vendor]) -> list[Route]:
    """Its routes; its switch joins `vendors`."""
    vendors.append(Vendor("docusign", paths=("/oauth/", "/restapi/"), body=docusign.fault_body))
    keys = [options.docusign_key.read_text()] if options.docusign_key else []
    signing = options.connect_keys.read_text() if options.connect_keys else ""
    return docusign.routes(
        options.state / "docusign",
        public_keys=keys,
        connect_url=options.connect_url,
        connect_keys=[key.strip() for key in signing.split(",") if key.strip()],
        past=options.past,
    )


def answer(request: Request, *, table: Sequence[Route], vendors: Sequence[Vendor], log: Log) -> Response:
    """A vendor's answer passes its switch and is noted; everything else is answered as it is."""
    vendor = next((one for one in vendors if request.path.startswith(one.paths)), None)
    find = partial(web.find, table)
    if vendor is None:
        return find(request)
    began = time.perf_counter()
    response, fault = vendor.answer(request, find)
    log.add(vendor.name, request, response, fault=fault, began=began)
    return response


if __name__ == "__main__":
    main()
