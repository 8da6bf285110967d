import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

/** `vite build -c vite.widget.ts` makes the buyer widget; with `--mode shop` the demo shop's page around it. */
export default defineConfig(({ mode }) => {
  const shop = mode === "shop";
  return {
    root: here,
    publicDir: shop ? "widget/pages" : false,
    // A classic script, so that it knows its own tag by document.currentScript.
    build: {
      outDir: shop ? "../src/goldensix/faces/buyer" : "../src/goldensix/faces",
      emptyOutDir: shop,
      target: "es2022",
      cssTarget: ["chrome123", "safari17.5", "firefox120"],
      lib: {
        entry: shop ? "widget/shop/shop.ts" : "widget/main.ts",
        formats: ["iife"],
        name: "goldensix",
        fileName: () => (shop ? "shop.js" : "w.js"),
      },
    },
    define: { "process.env.NODE_ENV": '"production"' },
  };
});
