# The web process and the worker: one image. The sandbox's image, in which learners' code runs, is another one and is
# made by `make image`.
FROM node:22-slim AS bundle
WORKDIR /app/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM python:3.13-slim AS packages
COPY requirements/base.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r base.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LOCKSTEP_ENV=production LOCKSTEP_VAR=/var/lib/lockstep STATIC_ROOT=/app/static
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/lockstep lockstep
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY lockstep lockstep
COPY config config
COPY playground playground
COPY grader grader
COPY sandbox sandbox
COPY content content
COPY templates templates
COPY --from=bundle /app/playground/static/build playground/static/build
# Static files need settings, and settings in production need these; none of the values stays in the image.
RUN SECRET_KEY=only-while-static-files-are-collected ALLOWED_HOSTS=build DATABASE_URL=sqlite:////tmp/none \
    REDIS_URL=redis://none python manage.py collectstatic --noinput
USER lockstep
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", \
     "--no-server-header", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "10"]
