# The web server, the worker and the timer of docker-compose.yml: one image, three commands.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app MVI_VAR_DIR=/var/lib/mvi
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/mvi mvi
WORKDIR /app
# Exactly these versions with these hashes: made from pyproject.toml, see docs/operations.md.
COPY deploy/requirements.lock ./deploy/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement deploy/requirements.lock
COPY pyproject.toml README.md LICENSE manage.py ./
COPY mvi_dashboard mvi_dashboard
COPY indicators indicators
COPY tenders tenders
COPY contracts contracts
COPY reporting reporting
COPY fixtures fixtures
USER mvi
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "8", "--timeout", "60", "--worker-tmp-dir", "/dev/shm", "--max-requests", "2000", "--max-requests-jitter", "200", "mvi_dashboard.wsgi"]
