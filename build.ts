/**
 * Builds `dist`: every module as ESM with its types, then the two doors that must need no peers as bundles.
 *
 * `dist/index.js` (promises) and `dist/cli/bin.js` (`ctl`) carry what they use of Effect; their users install nothing
 * else. Every other module stays as the compiler wrote it and shares the user's own `effect`. What is bundled is named,
 * with its license, in `dist/THIRD-PARTY.txt`.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { builtinModules, createRequire } from "node:module"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build, type Metafile } from "esbuild"
import ts from "typescript"

const root = dirname(fileURLToPath(import.meta.url))
const dist = join(root, "dist")
const require = createRequire(import.meta.url)

const fail = (message: string): never => {
  console.error(`build: ${message}`)
  process.exit(1)
}

const filesUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

const compile = (): void => {
  for (const door of ["src/index.ts", "src/effect.ts", "src/cli/bin.ts"]) {
    if (!existsSync(join(root, door))) fail(`${door} is missing; without it the package has a door that leads nowhere`)
  }
  rmSync(dist, { recursive: true, force: true })
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc")
  try {
    execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" })
  } catch {
    fail("the compiler found the errors above")
  }
}

/** What both bundles share. CommonJS inside an ES module still calls `require` for Node's own modules. */
const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  allowOverwrite: true,
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
  }
}

/** Names stay readable: they stand in our users' stack traces. */
const bundlePromises = async (): Promise<Metafile> => {
  const { metafile } = await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: "dist/index.js",
    minifyWhitespace: true,
    minifySyntax: true
  })
  return metafile ?? fail("esbuild reported nothing about dist/index.js")
}

/** Minified and split at each `import()`: the start of `ctl` is mostly parsing. */
const bundleCli = async (): Promise<Metafile> => {
  rmSync(join(dist, "cli"), { recursive: true, force: true })
  const { metafile } = await build({
    ...common,
    entryPoints: ["src/cli/bin.ts"],
    outdir: "dist/cli",
    splitting: true,
    chunkNames: "[name]-[hash]",
    minify: true
  })
  const bin = join(dist, "cli", "bin.js")
  const text = readFileSync(bin, "utf8")
  if (!text.startsWith("#!")) writeFileSync(bin, `#!/usr/bin/env node\n${text}`)
  chmodSync(bin, 0o755)
  return metafile ?? fail("esbuild reported nothing about dist/cli/bin.js")
}

/** A bundle that still imports a package would send its users to install it. */
const mustStandAlone = (metafile: Metafile): void => {
  const outside = Object.entries(metafile.outputs).flatMap(([path, { imports }]) =>
    imports
      .filter((each) => each.external === true && !each.path.startsWith("node:") && !builtinModules.includes(each.path))
      .map((each) => `${path} imports ${each.path}`)
  )
  if (outside.length > 0) fail(`the bundles must stand alone:\n  ${outside.join("\n  ")}`)
}

/**
 * The declarations that `dist/index.d.ts` leads to, which must do without Effect: who imports `llmctl` for its promises
 * has not installed it. Returns them.
 */
const promiseTypes = (): ReadonlySet<string> => {
  const seen = new Set<string>()
  const breaches: Array<string> = []
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { fileName: specifier } of ts.preProcessFile(readFileSync(path, "utf8")).importedFiles) {
      if (specifier.startsWith(".")) visit(join(dirname(path), specifier.replace(/\.js$/, ".d.ts")))
      else if (!specifier.startsWith("node:")) breaches.push(`${relative(root, path)} imports ${specifier}`)
    }
  }
  visit(join(dist, "index.d.ts"))
  if (breaches.length > 0) fail(`the types of the promise door must need no package:\n  ${breaches.join("\n  ")}`)
  return seen
}

/** What the bundle of the promise door replaced; only its types are still led to. */
const dropPromiseModules = (kept: ReadonlySet<string>): void => {
  for (const path of filesUnder(join(dist, "promise"))) if (!kept.has(path)) rmSync(path)
}

const packageOf = (input: string): string | undefined =>
  /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[0].slice(0, -1)

const notice = (folder: string): string => {
  const { license, name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
  const file = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)/i.test(each))
  const text = file === undefined ? "" : `\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`
  return `${name} ${version} (${license ?? "no license stated"})\n${text}`
}

const writeNotices = (metafiles: ReadonlyArray<Metafile>): void => {
  const folders = new Set(
    metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap((path) => packageOf(path) ?? []))
  )
  const head = "Parts of these packages are contained in dist/index.js and dist/cli. Their licenses:\n"
  const rule = `\n${"-".repeat(80)}\n\n`
  writeFileSync(join(dist, "THIRD-PARTY.txt"), [head, ...[...folders].sort().map(notice)].join(rule))
}

const report = (): void => {
  for (const name of ["index.js", "cli/bin.js"]) {
    console.log(`dist/${name} ${Math.round(statSync(join(dist, name)).size / 1024)} kB`)
  }
}

compile()
const bundles = [await bundlePromises(), await bundleCli()]
for (const bundle of bundles) mustStandAlone(bundle)
dropPromiseModules(promiseTypes())
writeNotices(bundles)
report()
