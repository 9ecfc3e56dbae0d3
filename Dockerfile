# The base is pinned by its version. For a build that is the same to the byte, add the digest of the base that your registry
# serves (python:...@sha256:...).
FROM python:3.13.5-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY pdsync pdsync
COPY schemas schemas
COPY deploy deploy
RUN python -m venv /opt/pdsync \
    && /opt/pdsync/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt . \
    && /opt/pdsync/bin/pip uninstall --yes --quiet pip

FROM python:3.13.5-slim-bookworm
LABEL org.opencontainers.image.title="pdsync" \
      org.opencontainers.image.description="Keeps a PagerDuty account equal to YAML manifests in git" \
      org.opencontainers.image.licenses="Apache-2.0"
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
