import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compression } from "vite-plugin-compression2";

const api = process.env.LAST_UNIT_URL ?? "http://localhost:3000";

export default defineConfig({
  // Each text file also as .gz and .br, which the front door sends to clients that accept them.
  plugins: [react(), compression({ algorithms: ["gzip", "brotliCompress"], threshold: 1_000 })],
  // Fonts and pictures stay files: the front door's policy allows no data: fonts everywhere, and files cache better.
  build: { assetsInlineLimit: 0 },
  server: { proxy: { "/api": api, "/stack": api } },
});
