import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Either } from "effect"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { render } from "../scripts/ProvidersDoc.js"
import * as ConfigDocument from "../src/ConfigDocument.js"
import { tree } from "../src/cli/Cli.js"
import * as CommandLine from "../src/cli/CommandLine.js"
import { all } from "../src/providers/index.js"

const root = fileURLToPath(new URL("..", import.meta.url))
const documents = ["README.md", "docs/cli.md", "docs/architecture.md"]
const textOf = (name: string) => readFileSync(`${root}${name}`, "utf8")

/** The blocks of code of a document in one language. */
const blocks = (text: string, language: string): ReadonlyArray<string> =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, code]) => code ?? "")

/** What the compiler has to say of modules that stand in no file. */
const complaints = (modules: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root
  )
  const host = ts.createCompilerHost(options)
  const texts = new Map(modules.map((text, i) => [`${root}examples/readme-${i}.ts`, text]))
  const { fileExists, readFile } = host
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  const program = ts.createProgram([...texts.keys()], options, host)
  return [...texts.keys()]
    .flatMap((path) => ts.getPreEmitDiagnostics(program, program.getSourceFile(path)))
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`)
}

/** As a shell splits them, as far as our documents go. */
const words = (line: string): ReadonlyArray<string> =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "")

describe("The README", () => {
  it("shows programs that compile", { timeout: 120_000 }, () => {
    const programs = blocks(textOf("README.md"), "ts")
    expect(programs.length).toBeGreaterThanOrEqual(4)
    expect(complaints(programs)).toEqual([])
    expect(complaints(['import { Providers } from "llmctl/effect"\nProviders.nobody'])).toHaveLength(1)
  })

  it("shows a config that can be read", () => {
    const [config] = blocks(textOf("README.md"), "json")
    expect(Either.isRight(ConfigDocument.decode("README.md", config ?? ""))).toBe(true)
  })
})

describe("Every command line of the documents", () => {
  const lines = documents.flatMap((name) =>
    [...textOf(name).matchAll(/(?:^|`|: )(ctl [a-z][^`\n]*)/gm)].map(([, line]) => `${line?.replace(/\s+#.*$/, "")}`)
  )

  it("can be read by ctl", () => {
    const real = lines.filter((line) => !/[[…|<]|\bctl (?:is|has|asks|prints)\b/.test(line))
    expect(real.length).toBeGreaterThan(10)
    const unreadable = real.filter((line) => Either.isLeft(CommandLine.read(tree, words(line).slice(1))))
    expect(unreadable).toEqual([])
  })
})

describe("docs/providers.md", () => {
  it("is what the vendors' values say; if not, run: npm run docs", () => {
    expect(readFileSync(new URL("../docs/providers.md", import.meta.url), "utf8")).toBe(render())
  })

  it("has a section for every vendor, and a row of seven cells for every rule", () => {
    const text = render()
    for (const { name } of all) expect(text).toContain(`\n## ${name}\n`)
    const rows = text
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| vendor") && !line.startsWith("| ["))
    for (const line of rows) expect(line.split(/(?<!\\)\|/), line).toHaveLength(9)
    expect(rows.length).toBeGreaterThan(all.flatMap(({ rules = [] }) => rules).length)
  })
})
