# Three stages: the editor, the program with the editor in it, and an image that
# holds nothing else. It runs as an unprivileged user.
#
#   docker build -t sluice .
#   docker run -p 8080:8080 -v sluice:/data sluice
#   docker run -p 8080:8080 -e SLUICE_DB=postgres://… -e SLUICE_MASTER_KEY=… sluice
#
# VERSION is what `sluice version` and traces call it: docker build --build-arg VERSION=1.2.3 .

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
# What the editor's code reads from outside of its folder.
COPY nodes/testdata/conditions.json /src/nodes/testdata/conditions.json
RUN npm run build

FROM golang:1.26-bookworm AS program
# The toolchain of the image is taken as it is, and not fetched anew.
ENV GOTOOLCHAIN=local CGO_ENABLED=0
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist ./web/dist
ARG VERSION=
RUN go build -trimpath -ldflags="-s -w -X sluice/server/command.release=${VERSION}" -o /out/sluice . \
 && mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /out/sluice /sluice
# 65532 is the "nonroot" user of many base images; a volume mounted at /data
# takes over this ownership.
COPY --from=program --chown=65532:65532 /out/data /data
COPY --from=program --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
WORKDIR /data
ENV SLUICE_ADDR=:8080 SLUICE_DB=sqlite:/data/sluice.db
EXPOSE 8080
VOLUME /data
# A server drains for up to 40 s before it ends: docker stop --timeout 45.
STOPSIGNAL SIGTERM
# Migrations of a large database come before the server takes work.
HEALTHCHECK --interval=10s --timeout=6s --start-period=2m --retries=3 CMD ["/sluice", "ready"]
ENTRYPOINT ["/sluice"]
CMD ["serve"]
