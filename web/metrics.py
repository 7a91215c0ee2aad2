"""Figures for Prometheus: requests by page, and gauges the apps register; counts and ages, never a person."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPMethod

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

logger = logging.getLogger(__name__)

KEEP_SECONDS = 5.0  # a gauge may ask the database: at most so often per process, however often we are asked
REQUESTS = Counter("http_requests", "Requests answered, by page, method and status.", ["view", "method", "status"])
DURATIONS = Histogram(
    "http_request_duration_seconds",
    "Time from the first middleware to the answer, by page.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

Reading = Callable[[], float | Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Gauge:
    name: str
    help_text: str
    read: Reading
    label: str = ""


_gauges: dict[str, Gauge] = {}


def register_gauge(name: str, help_text: str, read: Reading, *, label: str = "") -> None:
    """Show what `read` returns under `name`: a number, or a number by value of `label`. For an app's ready()."""
    known = _gauges.get(name)
    if known is not None and known.read is not read:
        raise ImproperlyConfigured(f"Two gauges are named {name}.")
    _gauges[name] = Gauge(name=name, help_text=help_text, read=read, label=label)


class MetricsMiddleware:
    """Outermost, so that it counts what every other middleware answers too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        method = request.method if request.method in HTTPMethod.__members__ else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        DURATIONS.labels(view).observe(time.perf_counter() - began)
        return response


class _Registered:
    """Reads the registered gauges when asked; one that fails is left out and logged."""

    def __init__(self) -> None:
        self.read_at = float("-inf")
        self.families: list[GaugeMetricFamily] = []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if time.monotonic() - self.read_at > KEEP_SECONDS:
            self.families = [family for gauge in _gauges.values() if (family := _family(gauge))]
            self.read_at = time.monotonic()
        yield from self.families


def _family(gauge: Gauge) -> GaugeMetricFamily | None:
    try:
        value = gauge.read()
    except Exception:  # one bad figure never hides the others
        logger.exception("The gauge %s could not be read", gauge.name)
        return None
    if isinstance(value, Mapping):
        family = GaugeMetricFamily(gauge.name, gauge.help_text, labels=[gauge.label])
        for key, each in value.items():
            family.add_metric([key], each)
        return family
    return GaugeMetricFamily(gauge.name, gauge.help_text, value=value)


_registered = CollectorRegistry(auto_describe=False)
_registered.register(_Registered())


def exposition() -> bytes:
    """Everything in Prometheus' text format; the sum over all web processes when they share a folder."""
    requests = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    return generate_latest(requests) + generate_latest(_registered)
