# The web server, the worker and the timer of docker-compose.yml: one image, three commands.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MVI_VAR_DIR=/var/lib/mvi
RUN useradd --system --create-home --home-dir /var/lib/mvi mvi
WORKDIR /app
COPY pyproject.toml README.md LICENSE manage.py ./
COPY mvi_dashboard mvi_dashboard
COPY indicators indicators
COPY tenders tenders
COPY contracts contracts
COPY reporting reporting
COPY fixtures fixtures
RUN pip install --no-cache-dir '.[prod]'
USER mvi
EXPOSE 8000
# Threads, so that a slow client holds a thread and not a process; reading one file may take a minute.
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "8", "--timeout", "120", "--keep-alive", "5", "--max-requests", "2000", "--max-requests-jitter", "200", "mvi_dashboard.wsgi"]
