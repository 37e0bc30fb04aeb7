import { defineConfig } from "vite";

// Entries are what a template names; islands are loaded by `main` only where a page has one.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/kumihimo_web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // The one eval there is, of htmx, is switched off in every page (`allowEval`), and our content policy refuses it.
    rolldownOptions: { input: { main: "src/main.ts" }, checks: { eval: false } },
  },
});
