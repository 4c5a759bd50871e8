# Build: everything, compiled. Run: production modules, compiled code, configuration; no compiler, no tests, no secret.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
RUN npm run build

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=build /app/dist ./dist
COPY config ./config
COPY sample ./sample
# The JSONL sink writes here; everything else is in Redis and PostgreSQL.
RUN mkdir /data && chown node:node /data
VOLUME /data
ENV COMMUNIQUE_DATADIR=/data
USER node
EXPOSE 3000
ENTRYPOINT ["node", "dist/cli/index.js"]
CMD ["start"]
