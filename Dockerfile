# The base is pinned by its digest, which Dependabot keeps current. Every package is pinned by its hash: script/generate-hashes.
FROM python:3.13.5-slim-bookworm@sha256:4c2cf9917bd1cbacc5e9b07320025bdb7cdf2df7b0ceaccb55e9dd7e30987419 AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
COPY deploy deploy
# What builds pdsync stays out of the environment that the image gets.
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: --requirement deploy/build-requirements.txt \
    && python -m venv /opt/pdsync \
    && /opt/pdsync/bin/pip install --require-hashes --only-binary :all: --requirement deploy/requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY pdsync pdsync
COPY schemas schemas
RUN /opt/build/bin/hatchling build -t wheel -d /dist \
    && /opt/pdsync/bin/pip install --no-deps --no-index /dist/*.whl \
    && /opt/pdsync/bin/pip uninstall --yes --quiet pip

FROM python:3.13.5-slim-bookworm@sha256:4c2cf9917bd1cbacc5e9b07320025bdb7cdf2df7b0ceaccb55e9dd7e30987419
LABEL org.opencontainers.image.title="pdsync" \
      org.opencontainers.image.description="Keeps a PagerDuty account equal to YAML manifests in git" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/pdsync/pdsync"
COPY --from=build /opt/pdsync /opt/pdsync
# Nothing is written but what a user mounts: the root file system can be read-only, with /tmp as an empty volume.
ENV PATH=/opt/pdsync/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /manifests
USER 65532:65532
# It runs and ends; there is nothing to ask whether it lives.
HEALTHCHECK NONE
ENTRYPOINT ["pdsync"]
CMD ["--help"]
