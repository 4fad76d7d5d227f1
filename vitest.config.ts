import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    // The examples import the package by its name; here that name means the sources.
    alias: [
      { find: /^llmctl$/, replacement: src("index.ts") },
      { find: /^llmctl\/(.+)$/, replacement: `${src("")}$1.ts` }
    ]
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000
  }
})
