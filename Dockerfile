# The image of newsmill: the command `newsmill` and the seed articles. Without arguments it runs the whole service.
#
#   docker build --tag newsmill .
#   docker run --publish 127.0.0.1:8080:8080 --env NEWSMILL_PUBLISHED=127.0.0.1:8080 \
#       --volume newsmill:/data --stop-timeout 30 newsmill
#
# A container cannot see where its port is published: without NEWSMILL_PUBLISHED it requires NEWSMILL_API_KEYS.
# Any Python from 3.11 on, on a glibc system such as Debian; docker-compose.yml runs the service as separate parts.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS builder
WORKDIR /build
# pip runs from its own environment and installs into the shipped one, which has no pip.
RUN python -m venv pip && python -m venv --without-pip /opt/newsmill
ENV PIP_PYTHON=/opt/newsmill/bin/python PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN pip/bin/pip install --quiet --require-hashes -r requirements.txt
COPY pyproject.toml README.md ./
COPY newsmill newsmill
COPY schemas schemas
COPY workers workers
COPY service service
COPY seeds seeds
# Remove the build backend and its dependencies.
RUN pip/bin/pip install --quiet --no-deps --no-build-isolation . \
 && pip/bin/pip uninstall --quiet --yes hatchling pathspec pluggy trove-classifiers

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="newsmill" \
      org.opencontainers.image.description="News articles to NewsML-G2, schema.org NewsArticle and CSV"
# /data belongs to this user, and so does a new volume mounted there.
RUN groupadd --gid 10001 newsmill \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin newsmill \
 && install --directory --owner newsmill --group newsmill /data
COPY --from=builder /opt/newsmill /opt/newsmill
ENV PATH=/opt/newsmill/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    NEWSMILL_DATA=/data \
    NEWSMILL_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8080
# For a container with a worker only: docker run --health-cmd "newsmill healthcheck worker".
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["newsmill", "healthcheck", "api"]
ENTRYPOINT ["newsmill"]
CMD ["serve"]
