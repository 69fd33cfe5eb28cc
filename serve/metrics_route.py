"""``GET /metrics``: what the service counts, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from despin.infer.correction import Correction
from despin.serve.restorer import Restorer

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)


class ServiceMetrics:
    """The counters of one service."""

    def __init__(self, restorer: Restorer) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "despin_requests",
            "Answers by route and status.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "despin_request_seconds", "Time to the end of an answer.", ["route"], buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._characters = Counter("despin_characters", "Characters restored.", registry=self._registry)
        self._edits = Counter("despin_edits", "Edits made.", registry=self._registry)
        self._verdicts = Counter("despin_blocks", "Blocks by verdict.", ["verdict"], registry=self._registry)
        waiting = Gauge("despin_waiting", "Texts accepted and not yet restored.", registry=self._registry)
        waiting.set_function(lambda: restorer.waiting)
        restorer.on_correction = self._count

    def report(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method if method in ("GET", "POST") else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def _count(self, correction: Correction) -> None:
        self._characters.inc(len(correction.source))
        self._edits.inc(len(correction.edits))
        self._verdicts.labels(correction.verdict).inc()

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(tags=["Service"])

        @router.get("/metrics", summary="Counters in Prometheus' text format", response_class=Response)
        async def metrics() -> Response:
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        return router
