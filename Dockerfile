# syntax=docker/dockerfile:1

# The package as it is published, built from this checkout.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run pack -- --out /out

# What it needs to run, from the lock file: no compiler, no development tools, and no second Node.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
COPY --from=build /out/*.tgz /tmp/agentguard.tgz
RUN tar --extract --gzip --file /tmp/agentguard.tgz --strip-components=1 --no-same-owner --directory /app

FROM node:24-slim
# bubblewrap gives submitted code namespaces of its own inside the container.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node --mode=0700 /var/lib/agentguard
COPY --from=dependencies /app /app
ENV NODE_ENV=production \
    AGENTGUARD_SERVER_HOST=0.0.0.0 \
    AGENTGUARD_SERVER_DATA_DIR=/var/lib/agentguard
# The working directory is where agentguard.yaml is looked for: mount it at /etc/agentguard/agentguard.yaml.
WORKDIR /etc/agentguard
USER node
VOLUME ["/var/lib/agentguard"]
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:5000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/agentguard.cjs"]
CMD ["serve"]
