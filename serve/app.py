"""The service as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from despin.infer.decision.points import Mode
from despin.infer.despinner import Despinner
from despin.metrics.signature import checkpoint_hash
from despin.serve import api_docs, queries_route, v1, web_page
from despin.serve.compare_route import compare_router
from despin.serve.languagetool import LanguageToolMiddleware, languagetool_router
from despin.serve.metrics_route import ServiceMetrics
from despin.serve.middleware import BodyLimit, Observed, TokenRequired
from despin.serve.one_at_a_time import OneAtATime
from despin.serve.problems import answer_problems
from despin.serve.restorer import Restorer
from despin.serve.schemas import Health
from despin.serve.service_settings import ServiceSettings

_DESCRIPTION = (
    "Restores the natural wording of English text that an article spinner has rewritten word by word. "
    "Texts are kept in memory while they are restored, and written nowhere."
)


def create_app(despinner: Despinner, settings: ServiceSettings | None = None) -> FastAPI:
    """The application. It restores in a thread of its own from its start-up to its shutdown, which waits for
    what was accepted."""
    settings = settings or ServiceSettings()
    checkpoint = checkpoint_hash(despinner.checkpoint_folder)
    restorer = Restorer(despinner, settings)
    comparisons = OneAtATime(settings.timeout)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        restorer.start()
        yield
        comparisons.close()
        restorer.close()

    app = FastAPI(
        title="Despin",
        version=version("despin"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.restorer = restorer
    app.state.comparisons = comparisons
    app.state.is_closing = False
    metrics = ServiceMetrics(restorer)
    for router in (
        v1.router,
        compare_router(),
        queries_route.router,
        languagetool_router(),
        metrics.router(),
        api_docs.router,
        web_page.router,
    ):
        app.include_router(router)
    answer_problems(app)

    @app.head("/health", include_in_schema=False)
    @app.get("/health", tags=["Service"], summary="Whether the service answers")
    async def health() -> Health:
        modes: list[Mode] = ["fast", "best"] if despinner.mode == "best" else ["fast"]
        return Health(
            status="ok", version=app.version, checkpoint=checkpoint, modes=modes, waiting=restorer.waiting
        )

    # The last one that is added is the first that a request meets.
    app.add_middleware(BodyLimit, settings=settings)
    if settings.token is not None:
        app.add_middleware(TokenRequired, token=settings.token)
    app.add_middleware(Observed, report=metrics.report)
    app.add_middleware(LanguageToolMiddleware)
    return app
