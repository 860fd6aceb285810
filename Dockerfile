# The image of the shop, the same for every role: CONTEXTS names the contexts that a container hosts.
#   docker build -t thriftshop --build-arg VERSION="$(git rev-parse --short HEAD)" .
#   docker run --read-only --tmpfs /tmp -v shop:/data -p 8000:8000 --env-file secrets thriftshop
# where `secrets` holds SECRET_KEY, VIEWER_KEYS and SERVICE_KEYS.
# Whatever is written goes to /data and /tmp. `python manage.py migrate` is a job of its own.

# -- what is installed and collected ---------------------------------------------------------------
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt ./
# No part of what runs: the tests and sources of libraries, descriptions of Amazon's services other than storage and credentials,
# what only the importer reads Parquet with, and pip itself.
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --requirement requirements.txt \
 && find /venv -type d -name tests -path '*/site-packages/*' -prune -exec rm -rf {} + \
 && find /venv -type f -regex '.*[.]\(po\|pyi\|pyx\|pxd\|c\|h\|a\|cpp\)' -exec rm -f {} + \
 && find /venv/lib/python3.11/site-packages/botocore/data -mindepth 1 -maxdepth 1 -type d -not -name s3 -not -name sso -not -name sso-oidc -not -name sts -not -name signin -exec rm -rf {} + \
 && /venv/bin/python -m pip uninstall --yes pyarrow setuptools pip
COPY manage.py ./
COPY idl idl
COPY settings settings
COPY thriftshop thriftshop
COPY apps apps
# The key is used in this step only and signs nothing. Bytecode is compiled here because the root is read-only at run time.
RUN SECRET_KEY=collecting VIEWER_KEYS=collecting DJANGO_SETTINGS_MODULE=settings.production \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /venv/bin/python -m compileall -q idl settings thriftshop apps \
 && install -d -o 10001 -g 10001 /data /data/media

# -- what runs -------------------------------------------------------------------------------------
FROM python:3.11.14-slim-bookworm
ARG VERSION=development
LABEL org.opencontainers.image.title="Thrift Shop" org.opencontainers.image.version="$VERSION"
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=settings.production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATABASE_URL=sqlite:////data/shop.sqlite3 \
    MEDIA_ROOT=/data/media \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=1048576 \
    VERSION=$VERSION
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["python", "-IS", "thriftshop/processes/probe.py"]
CMD ["python", "manage.py", "serve"]
