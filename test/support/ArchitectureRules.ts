/** The rules that look at one module: secrets, ambient effects, doc comments, length, loose ends. */
import ts from "typescript"
import { importsOf, walk } from "./ArchitectureImports.js"

/** Where a secret may be unwrapped, and why there. Add a module only with a reason a reviewer would accept. */
const unwraps: Readonly<Record<string, string>> = {
  "src/Authorize.ts": "puts the secret into the header of an attempt",
  "src/Token.ts": "makes the fingerprint and the masked form that stand for the secret everywhere else",
  "src/TokenReference.ts": "decides whether a configured value is env:NAME, file:PATH or the secret itself",
  "src/Environment.ts": "drops a token that two variables name twice",
  "src/ConfigRules.ts": "checks configured values and finds twins, naming them by place and alias only",
  "src/ConfigTokens.ts": "tells an empty value from a token",
  "src/ConfigEdit.ts": "writes the config document, the one place where secrets are kept",
  "src/ConfigEntry.ts": "writes a token's entry into the config document, and takes it out",
  "src/ConfigLoad.ts": "resolves configured values that refer to a variable or a file",
  "src/ConfigStore.ts": "finds the lines of the document that its warnings name",
  "src/ConfigUpdate.ts": "puts the text of the config document on disk",
  "src/promise/TokenRotationManager.ts": "hands a secret to the caller who asks for one to use by hand"
}

/**
 * Where the world outside is touched directly, and which parts of it. Everywhere else time is `Clock`, waiting a sleep,
 * chance `Random`, output a service.
 */
const ambientAllowed: Readonly<Record<string, { readonly uses: RegExp; readonly why: string }>> = {
  "src/cli/bin.ts": { uses: /./, why: "the process of `ctl`" },
  "src/promise/runtime.ts": { uses: /./, why: "the one runtime under the promise door" },
  "src/PeekBody.ts": { uses: /^setTimeout$/, why: "bounds the reading of a web stream, outside any fiber" },
  "src/AnswerBody.ts": { uses: /^setTimeout$/, why: "bounds the silence of a web stream, outside any fiber" },
  "src/ConfigStore.ts": { uses: /^node:process$/, why: "the environment and platform that a caller may replace" },
  "src/ConfigUpdate.ts": { uses: /^node:process$/, why: "names this process to whoever waits for its edit" },
  "src/FileLock.ts": { uses: /^node:process$/, why: "tells the lock of a live process from that of a dead one" }
}

const line = (file: ts.SourceFile, node: ts.Node): number =>
  file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1

const isMember = (node: ts.Node, object: string, member: string): boolean =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === object &&
  node.name.text === member

/** Whether an identifier stands for a value here, and is not a property's, parameter's or type's name. */
const isUse = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent) || ts.isTypeQueryNode(parent)) return false
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  const named = parent as { readonly name?: ts.Node }
  return named.name !== node && !ts.isImportSpecifier(parent) && !ts.isExportSpecifier(parent)
}

/** Breaches of: a secret is unwrapped in the listed modules only. */
export const secretUses = (path: string, file: ts.SourceFile): ReadonlyArray<string> => {
  if (path in unwraps) return []
  const found: Array<string> = []
  walk(file, (node) => {
    if (isMember(node, "Redacted", "value")) found.push(`line ${line(file, node)}: unwraps a secret (Redacted.value)`)
  })
  for (const { names, specifier } of importsOf(file)) {
    if (specifier === "effect/Redacted" && names.includes("value")) found.push("imports Redacted's value by name")
  }
  return found
}

const members = [
  ["Date", "now"],
  ["Math", "random"],
  ["performance", "now"],
  ["crypto", "randomUUID"],
  ["Effect", "makeSemaphore"],
  ["Effect", "unsafeMakeSemaphore"]
] as const

const globals = new Set(["process", "console", "setTimeout", "setInterval", "setImmediate"])

/** Breaches of: time, chance, output and the process are reached through services. */
export const ambientUses = (path: string, file: ts.SourceFile): ReadonlyArray<string> => {
  const allowed = ambientAllowed[path]?.uses
  const found: Array<string> = []
  const report = (node: ts.Node, what: string) => {
    if (!allowed?.test(what)) found.push(`line ${line(file, node)}: uses ${what}`)
  }
  walk(file, (node) => {
    for (const [object, member] of members) if (isMember(node, object, member)) report(node, `${object}.${member}`)
    if (ts.isNewExpression(node) && node.expression.getText(file) === "Date" && !node.arguments?.length) {
      report(node, "new Date()")
    }
    if (ts.isIdentifier(node) && globals.has(node.text) && isUse(node)) report(node, node.text)
  })
  for (const { specifier } of importsOf(file)) {
    if (/^node:(process|console|timers)/.test(specifier) && !allowed?.test(specifier))
      found.push(`imports ${specifier}`)
  }
  return found
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)

const declared = (node: ts.Statement): string =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map((declaration) => declaration.name.getText()).join(", ")
    : ((node as { readonly name?: ts.Identifier }).name?.text ?? "?")

/** Exports without a doc comment that says since when. A type and a value of one name, and overloads, share one. */
export const undocumented = (file: ts.SourceFile): ReadonlyArray<string> => {
  const documented = new Map<string, boolean>()
  for (const statement of file.statements) {
    if (!isExported(statement)) continue
    const tags = ts.getJSDocTags(statement).map((tag) => tag.tagName.text)
    const name = declared(statement)
    documented.set(name, documented.get(name) === true || tags.includes("since") || tags.includes("internal"))
  }
  return [...documented].flatMap(([name, has]) => (has ? [] : `export ${name} has no doc comment with @since`))
}

/** Counts lines as an editor does: a final newline begins none. */
export const limitBreach = (text: string, limit: number): ReadonlyArray<string> => {
  const lines = text.replace(/\n$/, "").split("\n").length
  return lines > limit ? [`has ${lines} lines; the limit is ${limit}`] : []
}

/** Loose ends that name no issue. */
export const todos = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .flatMap((content, at) =>
      /\b(TO[D]O|FIX[M]E)\b/.test(content) && !/#\d+/.test(content)
        ? `line ${at + 1}: a loose end without an issue number`
        : []
    )
