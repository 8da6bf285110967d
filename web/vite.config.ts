import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { completeWords } from "./kit/words/complete.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const desk = process.env.GOLDENSIX_DESK ?? "http://127.0.0.1:8606";

// Whatever the caller's environment says: what is built is what is shipped (npm ci needs it otherwise).
if (process.argv.includes("build")) process.env.NODE_ENV = "production";

export default defineConfig(({ command }) => ({
  root: here,
  // While developing, the pages stand at their own addresses and the desk answers the rest.
  base: command === "build" ? "/app/" : "/",
  plugins: [vue(), completeWords(here)],
  resolve: { alias: { "@": here.replace(/\/$/, "") } },
  build: {
    outDir: "../src/goldensix/faces/app",
    emptyOutDir: true,
    target: "es2022",
    // ECharts is one lazy chunk by nature; what a first paint may weigh is checked by the browser tests.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      // The desk compares origin and host: it has to see the host that the browser sees.
      "^/(api|pictures|s|shop|w2?\\.js)(/|$)": { target: desk, changeOrigin: false },
      "/ws": { target: desk, ws: true, changeOrigin: false },
    },
  },
  test: {
    include: ["{kit,console,live,workbench,contract,widget}/**/*.test.ts"],
    environment: "happy-dom",
  },
}));
