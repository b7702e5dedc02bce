# Four images from one file: `migrate` (one shot), `dynamodb` (a local one), `api` (scales) and `front-door` (the storefront
# and the way in).

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY apps/checker/package.json apps/checker/
COPY apps/explorer/package.json apps/explorer/
COPY apps/locks/package.json apps/locks/
COPY apps/stack/package.json apps/stack/
COPY apps/storefront/package.json apps/storefront/
COPY apps/workshop/package.json apps/workshop/
COPY prisma/package.json prisma/
COPY load-tests/package.json load-tests/
RUN npm ci
COPY . .
# The same steps as `npm start`: the Prisma client, the API, the storefront.
RUN node --input-type=module --eval 'await (await import("/app/scripts/lib/bootstrap.mjs")).prepare()'

FROM build AS migrate
USER node
CMD ["node", "--import", "tsx", "containers/migrate.ts"]

FROM build AS dynamodb
# A volume takes over whose folder this is.
RUN mkdir /data && chown node /data
USER node
EXPOSE 8000
CMD ["node", "node_modules/dynalite/cli.js", "--host", "0.0.0.0", "--port", "8000", "--createTableMs", "0", "--path", "/data"]

FROM node:24-slim AS api-packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY prisma/package.json prisma/
RUN npm ci --omit=dev --workspace @last-unit/api --workspace @last-unit/prisma

FROM node:24-slim AS api
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=api-packages /app ./
COPY --from=build /app/apps/api/dist apps/api/dist
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A replica is named after its container, so that an order says which one of `--scale api=N` took it.
CMD ["sh", "-c", "REPLICA_NAME=\"$(hostname)\" exec node --enable-source-maps --max-semi-space-size=64 apps/api/dist/main.js"]

FROM nginx:1.29-alpine AS front-door
COPY containers/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/apps/storefront/dist /srv/storefront
USER nginx
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
CMD ["nginx", "-g", "daemon off;"]
