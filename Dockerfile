# Lingfu as one image: web, worker, sandbox and, unless DATABASE_URL is set, PostgreSQL. config/containers.md tells how to run it.
# Node's version is the one that the project bundles (package.json); a test compares them.
ARG BASE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
ENV CI=1
# The packages alone, so that a change of the sources does not install them again.
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY app ./app
COPY components ./components
COPY config ./config
COPY lib ./lib
COPY prisma ./prisma
COPY public ./public
COPY next.config.js postcss.config.mjs tsconfig.json README.md LICENSE ./
RUN node lib/bin/build.mjs --complete

FROM ${BASE}
LABEL org.opencontainers.image.title="Lingfu" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# Nothing below /app is ever written: what the product writes is in /data, and scratch files are in /tmp.
COPY --from=build /app /app
# PostgreSQL wants an account with a name; node's images have one.
RUN (getent passwd 1000 || useradd --uid 1000 --no-create-home lingfu) && mkdir -p /data && chown 1000:1000 /data
ENV NODE_ENV=production DATA_DIR=/data PAYMENT_CONFIG=/data/payment_config.json NODE_COMPILE_CACHE=/tmp/compiled
VOLUME /data
EXPOSE 3000 3001
USER 1000:1000
# Waiting for a database or applying migrations may take a while; neither is a failure.
HEALTHCHECK --interval=10s --timeout=6s --start-period=120s --retries=6 CMD ["node", "lib/bin/health.mjs"]
STOPSIGNAL SIGTERM
CMD ["node", "lib/bin/start.mjs"]
