/**
 * What the words on the command line mean, before `@effect/cli` reads their values.
 *
 * `@effect/cli` 0.77 takes `--header=a` for an argument, a flag before the subcommand for an error, and reports a mistyped
 * subcommand against its grandparent. Here flags may stand anywhere, mistakes are named where they are, and what
 * remains is put in the one order that it reads without mistakes: command, flags, `--`, arguments.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type { Flag, Node } from "./CommandTree.js"
import { UsageError } from "./Failure.js"
import { holdsToken, looksSecret } from "./SecretShape.js"
import { nearest } from "./Suggestion.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Request =
  | { readonly _tag: "Help"; readonly path: ReadonlyArray<Node> }
  | { readonly _tag: "Version" }
  | { readonly _tag: "Run"; readonly path: ReadonlyArray<Node>; readonly words: ReadonlyArray<string> }

/**
 * Reads the words after `ctl`.
 *
 * @since 0.1.0
 * @category parsing
 */
export const read = (root: Node, words: ReadonlyArray<string>): Either.Either<Request, UsageError> =>
  Either.gen(function* () {
    const all = flagsOf(root)
    const path = [root]
    const given: Array<readonly [Flag, string | undefined, string]> = []
    const positional: Array<string> = []
    let here = root
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? ""
      if (word === "--") {
        positional.push(...words.slice(i + 1))
        break
      }
      if (!word.startsWith("-") || word === "-") {
        const child = positional.length === 0 ? here.children.find(({ name }) => name === word) : undefined
        if (child === undefined) positional.push(word)
        else {
          path.push(child)
          here = child
        }
        continue
      }
      const equals = word.indexOf("=")
      const name = equals < 0 ? word : word.slice(0, equals)
      const flag = [...builtIn, ...flagsOf(here), ...all].find(({ names }) => names.includes(name))
      if (flag === undefined) return yield* Either.left(unknownFlag(path, name))
      if (flag.value === undefined) {
        if (equals >= 0) return yield* Either.left(usage(`${name} takes no value`, `Leave "=…" away`))
        given.push([flag, undefined, name])
      } else if (equals >= 0) given.push([flag, word.slice(equals + 1), name])
      else if (i + 1 < words.length) given.push([flag, words[++i] ?? "", name])
      else return yield* Either.left(usage(`${name} needs a value`, `Write ${name} <${flag.value}>`))
    }
    // Before anything that could repeat a word.
    if (positional.some(looksSecret) || given.some(([, value]) => value !== undefined && holdsToken(value))) {
      return yield* Either.left(secretGiven)
    }
    const has = (name: string) => given.some(([flag]) => flag.names.includes(name))
    if (has("--help")) return { _tag: "Help", path }
    if (has("--version")) return { _tag: "Version" }
    // A flag may have stood before the command it belongs to, and was read as one of the same name.
    const owned: Array<readonly [Flag, string | undefined]> = []
    for (const [, value, name] of given) {
      const flag = [...builtIn, ...here.flags].find(({ names }) => names.includes(name))
      if (flag === undefined) return yield* Either.left(unknownFlag(path, name))
      if (!flag.repeated && owned.some(([other]) => other === flag)) {
        return yield* Either.left(usage(`${name} is given twice`, "Keep one of the two"))
      }
      owned.push([flag, value])
    }
    const extra = positional[here.arguments.at(-1)?.repeated ? Infinity : here.arguments.length]
    if (extra !== undefined) return yield* Either.left(unknownWord(path, extra))
    const missing = here.arguments.filter(({ optional }) => !optional)[positional.length]
    if (missing !== undefined) {
      return yield* Either.left(usage(`${title(path)} needs <${missing.name}>`, seeHelp(path)))
    }
    if (!here.runs && owned.length === 0) return { _tag: "Help", path }
    const flags = owned.flatMap(([flag, value]) => written(flag, value))
    return {
      _tag: "Run",
      path,
      words: [
        ...path.slice(1).map(({ name }) => name),
        ...flags,
        ...(positional.length > 0 ? ["--", ...positional] : [])
      ]
    }
  })

const builtIn: ReadonlyArray<Flag> = [
  { names: ["--help", "-h"], value: undefined, repeated: true, description: "" },
  { names: ["--version"], value: undefined, repeated: true, description: "" },
  { names: ["--wizard"], value: undefined, repeated: true, description: "" },
  { names: ["--completions"], value: "sh | bash | fish | zsh", repeated: false, description: "" },
  { names: ["--log-level"], value: "level", repeated: false, description: "" }
]

/** Flags of a command, its own before those of the commands below it. */
const flagsOf = (node: Node): ReadonlyArray<Flag> => [...node.flags, ...node.children.flatMap(flagsOf)]

/**
 * With `=` a value cannot be taken for a subcommand; repeated flags, empty values and values with line breaks are read
 * right only as a word of their own.
 */
const written = (flag: Flag, value: string | undefined): ReadonlyArray<string> => {
  const name = flag.names[0] ?? ""
  if (value === undefined) return [name]
  return flag.repeated || value === "" || /[\r\n]/.test(value) ? [name, value] : [`${name}=${value}`]
}

const title = (path: ReadonlyArray<Node>): string => path.map(({ name }) => name).join(" ")

const seeHelp = (path: ReadonlyArray<Node>): string => `See: ${title(path)} --help`

const usage = (reason: string, remedy: string): UsageError => new UsageError({ reason, remedy })

const unknownFlag = (path: ReadonlyArray<Node>, name: string): UsageError => {
  const own = path.at(-1)?.flags ?? []
  const guess = nearest(
    name,
    [...own, ...builtIn].flatMap(({ names }) => names.filter((n) => n.startsWith("--")))
  )
  const shown = looksSecret(name) ? "a flag" : `a flag "${name}"`
  return usage(
    `${title(path)} does not have ${shown}`,
    guess === undefined ? seeHelp(path) : `Did you mean ${guess}? ${seeHelp(path)}`
  )
}

const unknownWord = (path: ReadonlyArray<Node>, word: string): UsageError => {
  const here = path.at(-1)
  if (here === undefined || here.children.length === 0) {
    return usage(`${title(path)} takes no further argument "${word}"`, seeHelp(path))
  }
  const guess = nearest(
    word,
    here.children.map(({ name }) => name)
  )
  return usage(
    `${title(path)} has no command "${word}"`,
    guess === undefined ? seeHelp(path) : `Did you mean: ${title(path)} ${guess}? ${seeHelp(path)}`
  )
}

const secretGiven = usage(
  "A secret may not stand on the command line, where the shell's history and every user of the machine can see it",
  "Give it on standard input, at the prompt, or by reference: ctl tokens add --from env:NAME. If it is no secret, give it a shorter name"
)
