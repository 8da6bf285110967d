import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What a page of a shop, and the demo shop's own, are made of. */
const PARTS = {
  // A classic script, so that it knows its own tag by document.currentScript.
  window: { entry: "widget/main.ts", file: "w.js", format: "iife" },
  // Asked for by the first once the window is opened.
  second: { entry: "widget/second.ts", file: "w2.js", format: "es" },
  shop: { entry: "widget/shop/shop.ts", file: "shop.js", format: "iife" },
} as const;

/** `vite build -c vite.widget.ts --mode window` makes the buyer widget; so for each part. */
export default defineConfig(({ mode }) => {
  const { entry, file, format } = PARTS[mode as keyof typeof PARTS];
  const shop = mode === "shop";
  return {
    root: here,
    publicDir: shop ? "widget/pages" : false,
    build: {
      outDir: shop ? "../src/goldensix/faces/buyer" : "../src/goldensix/faces",
      emptyOutDir: shop,
      target: "es2022",
      cssTarget: ["chrome123", "safari17.5", "firefox120"],
      lib: { entry, formats: [format], name: "goldensix", fileName: () => file },
    },
    define: { "process.env.NODE_ENV": '"production"' },
  };
});
