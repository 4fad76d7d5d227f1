/**
 * The rules of the house that a machine can check, read off the sources' own syntax.
 *
 * `breaches` is pure: it is given paths and texts and names what is wrong, so that the checker is tested on bad
 * snippets. The matrix is the one of `docs/architecture.md`.
 */
import type { SourceFile } from "typescript"
import { type Import, importsOf, parse } from "./ArchitectureImports.js"
import { ambientUses, limitBreach, secretUses, todos, undocumented } from "./ArchitectureRules.js"

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

type Layer =
  | "core"
  | "providers"
  | "services"
  | "stores"
  | "promise"
  | "gateway"
  | "cli"
  | "promise door"
  | "effect door"

const may: Readonly<Record<Layer, ReadonlyArray<Layer>>> = {
  core: ["core"],
  providers: ["core", "providers"],
  services: ["core", "providers", "services"],
  stores: ["core", "providers", "services", "stores"],
  promise: ["core", "providers", "services", "stores", "promise"],
  gateway: ["core", "providers", "services", "stores", "gateway"],
  cli: ["core", "providers", "services", "stores", "promise", "gateway", "cli"],
  "promise door": ["core", "providers", "services", "stores", "promise"],
  "effect door": ["core", "providers", "services", "stores", "gateway"]
}

/** Modules of `effect` that hold data and no running programs. */
const dataModules = new Set(
  [
    "Array BigDecimal BigInt Boolean Brand Chunk Data Differ Duration Either Equal Equivalence Function Hash HashMap",
    "HashSet Iterable JSONSchema List Match MutableHashMap Number Option Order Ordering ParseResult Predicate Record",
    "RedBlackTree Schema SchemaAST SortedMap SortedSet String Struct Trie Tuple Types"
  ].flatMap((line) => line.split(" "))
)

/** Modules whose waiters cost O(n²) in Effect 3: `docs/architecture.md`. */
const slowQueues = new Set(["effect/SynchronizedRef", "effect/RateLimiter"])

const layerOf = (path: string): Layer => {
  if (path === "src/index.ts") return "promise door"
  if (path === "src/effect.ts") return "effect door"
  if (path === "src/Provider.ts") return "providers"
  const folder = /^src\/([^/]+)\//.exec(path)?.[1]
  if (folder === undefined) return "services"
  if (folder in may && !folder.includes(" ") && folder !== "services") return folder as Layer
  throw new Error(`${path}: the folder src/${folder} has no place in the import matrix`)
}

const startsProcess = (path: string): boolean =>
  path === "src/cli/bin.ts" || path === "src/promise/runtime.ts" || path.startsWith("src/gateway/")

/** Why a module may not import this package, or nothing. */
const packageBreach = (path: string, { specifier }: Import): string | undefined => {
  const layer = layerOf(path)
  if (specifier.startsWith("node:")) {
    return layer === "core" || layer === "providers" ? `${layer} imports nothing of Node: ${specifier}` : undefined
  }
  if (/^(effect|@effect\/[^/]+)$/.test(specifier)) return `imports the barrel "${specifier}"; name the module`
  if (slowQueues.has(specifier)) return `"${specifier}" costs O(n²) with many waiters; queue on Deferreds`
  const [, family, module] = /^(effect|@effect\/[^/]+)\/(.+)$/.exec(specifier) ?? []
  if (family === undefined || module === undefined) return `imports the package "${specifier}", which is no dependency`
  if (layer === "core" && (family !== "effect" || !dataModules.has(module))) {
    return `core imports data modules of effect only, not "${specifier}"`
  }
  if (family === "effect" || family === "@effect/platform") return undefined
  if (family.startsWith("@effect/platform-node")) {
    return startsProcess(path) ? undefined : `"${specifier}" belongs where a process starts`
  }
  if (/^@effect\/(cli|printer|printer-ansi)$/.test(family))
    return layer === "cli" ? undefined : `"${specifier}" is for the cli`
  return `imports the package "${specifier}", which is no dependency`
}

const target = (path: string, specifier: string): string => {
  const parts = path.split("/").slice(0, -1)
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== ".") parts.push(part)
  }
  return parts.join("/").replace(/\.js$/, ".ts")
}

const importBreaches = (path: string, imports: ReadonlyArray<Import>): ReadonlyArray<string> =>
  imports.flatMap((each) => {
    if (!each.specifier.startsWith(".")) return packageBreach(path, each) ?? []
    const to = target(path, each.specifier)
    // `package.json` is where the version is read from.
    if (!to.startsWith("src/")) return to === "package.json" ? [] : `imports ${to}, which is outside src`
    const [from, into] = [layerOf(path), layerOf(to)]
    return may[from].includes(into) ? [] : `${from} may not import ${into}: ${to}`
  })

/** Cycles, each once, beginning with its alphabetically first module. */
const cycles = (graph: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<string> => {
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (path: string, trail: ReadonlyArray<string>): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const ring = trail.slice(at)
      const first = ring.indexOf([...ring].sort()[0] ?? path)
      found.add([...ring.slice(first), ...ring.slice(0, first), ring[first]].join(" -> "))
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) walk(path, [])
  return [...found]
}

const sourceBreaches = ({ path, text }: Source, file: SourceFile): ReadonlyArray<string> =>
  path.startsWith("src/")
    ? [
        ...importBreaches(path, importsOf(file)),
        ...secretUses(path, file),
        ...ambientUses(path, file),
        ...(path.startsWith("src/cli/") ? [] : undocumented(file)),
        ...limitBreach(text, 300),
        ...todos(text)
      ]
    : [...limitBreach(text, 400), ...todos(text)]

/** Everything that is wrong, as `path: what`. */
export const breaches = (sources: ReadonlyArray<Source>): ReadonlyArray<string> => {
  const parsed = sources.map((source) => [source, parse(source.path, source.text)] as const)
  const graph = new Map(
    parsed
      .filter(([{ path }]) => path.startsWith("src/"))
      .map(([{ path }, file]) => [
        path,
        importsOf(file)
          .filter(({ specifier }) => specifier.startsWith("."))
          .map(({ specifier }) => target(path, specifier))
      ])
  )
  return [
    ...parsed.flatMap(([source, file]) => sourceBreaches(source, file).map((what) => `${source.path}: ${what}`)),
    ...cycles(graph).map((cycle) => `import cycle: ${cycle}`)
  ]
}
