# syntax=docker/dockerfile:1
# The service alone: what serving needs, the shipped model, no torch, no compiler.
#   docker build --tag isnad .
#   docker run --publish 8000:8000 --env ISNAD_API_KEYS=... --read-only --tmpfs /tmp --cap-drop ALL isnad

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/serving.txt requirements/serving.txt
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
        --requirement requirements/serving.txt
COPY labels labels
COPY serving serving
COPY models/isnad-ar models/isnad-ar
RUN /app/.venv/bin/python -m compileall -q labels serving

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="isnad" \
      org.opencontainers.image.description="Who did and who said what in Arabic news" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin isnad
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ISNAD_HOST=0.0.0.0 \
    ISNAD_PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "serving.healthcheck"]
ENTRYPOINT ["python", "-m", "serving"]
CMD ["serve"]
