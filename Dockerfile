# Stage 1: what building needs, left behind afterwards.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY schema ./schema
COPY migrations ./migrations
COPY src ./src
RUN npm run build

# Stage 2: what running needs, from the same lock file.
FROM node:20-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:20-slim
ENV NODE_ENV=production \
    PORT=4000 \
    RECON_DATA_DIR=/data
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json NOTICE ./
# The code belongs to root and cannot change itself; only /data can be written.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
# Alive, not ready: a database that is away must not restart the service.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node","--enable-source-maps","dist/src/main.js"]
