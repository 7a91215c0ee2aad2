"""Faults on demand: `POST /faults/smtp {"mode": "451", "address": "ana@acme.example", "times": 2}`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sandbox.web import Request, Response, Route, as_json, problem

MODES = ("ok", "451", "550", "hang", "drop", "drop_after")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`address` limits it to one recipient; `times` counts down, 0 is for ever."""

    mode: str = "ok"
    address: str = ""
    times: int = 0


class Switch:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fault = Fault()

    def set(self, fault: Fault) -> None:
        with self.lock:
            self.fault = fault

    def take(self, *, wanted: Callable[[Fault], bool]) -> str:
        """The mode to play now, `ok` when the fault is not meant for this moment; counts down."""
        with self.lock:
            fault = self.fault
            if fault.mode == "ok" or not wanted(fault):
                return "ok"
            if fault.times == 1:
                self.fault = Fault()
            elif fault.times:
                self.fault = Fault(mode=fault.mode, address=fault.address, times=fault.times - 1)
            return fault.mode


def routes(switch: Switch) -> list[Route]:
    def show(_request: Request) -> Response:
        return as_json(asdict(switch.fault))

    def change(request: Request) -> Response:
        try:
            asked = json.loads(request.body or b"{}")
            fault = Fault(
                mode=str(asked["mode"]), address=str(asked.get("address", "")).lower(), times=int(asked.get("times", 0))
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return problem(400, 'Send JSON such as {"mode": "451"}.')
        if fault.mode not in MODES:
            return problem(400, f"The mode is one of {', '.join(MODES)}.")
        switch.set(fault)
        return as_json(asdict(fault))

    return [Route("GET", r"/faults/smtp", show), Route("POST", r"/faults/smtp", change)]
