import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env.LAST_UNIT_URL ?? "http://localhost:3000";

export default defineConfig({
  plugins: [react()],
  // Fonts and pictures stay files: the front door's policy allows no data: fonts everywhere, and files cache better.
  build: { assetsInlineLimit: 0 },
  server: { proxy: { "/api": api } },
});
