/**
 * What stands in the config where a secret belongs: the secret, `env:NAME`, or `file:PATH`.
 *
 * @since 0.1.0
 */
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { describe } from "./FileFailure.js"

/**
 * @since 0.1.0
 * @category models
 */
export type TokenReference =
  | { readonly _tag: "Literal"; readonly secret: Redacted.Redacted }
  | { readonly _tag: "Variable"; readonly name: string }
  | { readonly _tag: "File"; readonly path: string }

/**
 * What a reference is resolved in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What `~` stands for. */
  readonly home: string
  /** What a relative path is relative to: the directory of the config file. */
  readonly directory: string
}

/**
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): TokenReference => {
  if (text.startsWith("env:")) return { _tag: "Variable", name: text.slice(4).trim() }
  if (text.startsWith("file:")) return { _tag: "File", path: text.slice(5).trim() }
  return { _tag: "Literal", secret: Redacted.make(text) }
}

/**
 * Why a secret cannot be sent in a header; `undefined` when it can. Says nothing of the secret itself.
 *
 * @since 0.1.0
 * @category validation
 */
export const fault = (secret: Redacted.Redacted): string | undefined => {
  const text = Redacted.value(secret)
  if (text === "") return "is empty"
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\s\u0000-\u001f\u007f-\u009f]/.test(text)) return "holds white space or control characters"
  return /[^\u0021-\u00ff]/.test(text) ? "holds characters that no HTTP header can carry" : undefined
}

/**
 * The secret if it can be sent, or what is wrong with `what`.
 *
 * @since 0.1.0
 * @category validation
 */
export const check = (secret: Redacted.Redacted, what: string): Either.Either<Redacted.Redacted, string> => {
  const reason = fault(secret)
  return reason === undefined ? Either.right(secret) : Either.left(`${what} ${reason}`)
}

/**
 * The file a `file:` reference means.
 *
 * @since 0.1.0
 * @category getters
 */
export const filePath = (path: string, { directory, home }: Surroundings): string =>
  path === "~" || path.startsWith("~/") || path.startsWith("~\\")
    ? Path.join(home, path.slice(1))
    : Path.resolve(directory, path)

/**
 * The secret, or why there is none.
 *
 * @since 0.1.0
 * @category resolution
 */
export const resolve = (self: TokenReference, surroundings: Surroundings): Either.Either<Redacted.Redacted, string> => {
  switch (self._tag) {
    case "Literal":
      return check(self.secret, "the value")
    case "Variable": {
      const text = surroundings.environment[self.name]?.trim() ?? ""
      return text === ""
        ? Either.left(`the environment variable ${self.name} is not set`)
        : check(Redacted.make(text), `the environment variable ${self.name}`)
    }
    case "File":
      return fromFile(filePath(self.path, surroundings))
  }
}

const fromFile = (path: string): Either.Either<Redacted.Redacted, string> => {
  try {
    return check(Redacted.make(Fs.readFileSync(path, "utf8").trim()), `the file ${path}`)
  } catch (cause) {
    return Either.left(`the file ${path} cannot be read: ${describe(cause)}`)
  }
}
