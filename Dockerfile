# The station in a container. Build: docker build -t plumbline .
# Run:   docker run -p 8480:8480 -v ./models:/models:ro -v ./station:/data -v ./tokens:/run/secrets/tokens:ro plumbline
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run -s build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE /build/NOTICE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN useradd --system --uid 10001 --no-create-home plumbline && mkdir /data /models && chown plumbline /data
USER plumbline
VOLUME /data
EXPOSE 8480
# A stop waits for what has been asked: docker stop --time 30.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8480/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/bin.js", "serve", "--data", "/data", "--host", "0.0.0.0"]
CMD ["--models", "/models", "--token-file", "/run/secrets/tokens"]
