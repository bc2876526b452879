# Three stages: the editor, the program with the editor in it, and an image that
# holds nothing else. It runs as an unprivileged user.
#
#   docker build -t sluice .
#   docker run -p 8080:8080 -v sluice:/data sluice
#   docker run -p 8080:8080 -e SLUICE_DB=postgres://… -e SLUICE_MASTER_KEY=… sluice

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
# The editor's types are generated from the API's description.
COPY server/api/openapi.yaml /src/server/api/openapi.yaml
RUN npm run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist ./web/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/sluice . \
 && mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /usr/share/zoneinfo /usr/share/zoneinfo
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
ENTRYPOINT ["/sluice"]
CMD ["serve"]
