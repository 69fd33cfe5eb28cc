# The service with its model: docker build -t despin . && docker run --rm -p 127.0.0.1:8080:8080 despin
FROM python:3.12-slim AS build
COPY . /src
RUN python -m venv /opt/despin && /opt/despin/bin/pip install --no-cache-dir '/src[serve]'

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin despin
COPY --from=build /opt/despin /opt/despin
ENV PATH=/opt/despin/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1
USER 10001
EXPOSE 8080
# Answers without a token; an answer that asks for one shows that the service runs, too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/v2/healthcheck'); raise SystemExit(c.getresponse().status >= 500)"]
CMD ["despin", "serve", "--host", "0.0.0.0", "--port", "8080"]
