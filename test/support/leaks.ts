/** Looks for a secret in what was printed, in every form somebody could make it out from. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"

/** Pieces of a secret that are looked for: whatever holds eleven of its letters in a row holds one. Masks show four. */
const fragment = 8
const stride = 4

/** A vendor's prefix is no secret: `sk-ant-api03-`. */
const prefix = /^(?:sk-ant-api03-|sk-proj-|sk-|AIza)/

const windows = (text: string, size: number, step = stride): ReadonlyArray<string> =>
  Array.from({ length: Math.max(0, Math.floor((text.length - size) / step) + 1) }, (_, i) =>
    text.slice(i * step, i * step + size)
  )

/** Base64 of a text depends on how many bytes stand before it; what three neighbours do not touch is the same. */
const base64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].map((before) =>
    Buffer.from("_".repeat(before) + text)
      .toString("base64")
      .slice(before === 0 ? 0 : 4, -4)
  )

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")

const forms = (secret: string): ReadonlyArray<readonly [form: string, needle: string]> => {
  const body = secret.replace(prefix, "")
  const encoded = base64(body).flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")])
  return [
    ...windows(body, fragment).map((part) => ["plain", part.toLowerCase()] as const),
    ...windows([...body].reverse().join(""), fragment).map((part) => ["reversed", part.toLowerCase()] as const),
    ...encoded.flatMap((text) => windows(text, 12).map((part) => ["base64", part] as const)),
    ...windows(Buffer.from(body).toString("hex"), 2 * fragment, 2 * stride).map((part) => ["hex", part] as const),
    ...windows(percent(body), 3 * fragment, 3 * stride).map((part) => ["percent", part.toLowerCase()] as const)
  ]
}

/** Where a secret is found in a text, and how; nothing when it is not. */
export const leaks = (text: string, secret: string): ReadonlyArray<string> => {
  const lower = lowerCase(text)
  return forms(secret).flatMap(([form, needle]) => {
    const at = (form === "base64" ? text : lower).indexOf(needle)
    return at < 0 ? [] : [`${form}: …${text.slice(Math.max(0, at - 80), at + 60)}…`]
  })
}

/** Of the text that was asked for last: one text is searched for many secrets. */
const lowerCase = (() => {
  let last = ""
  let lower = ""
  return (text: string): string => {
    if (text !== last) {
      last = text
      lower = text.toLowerCase()
    }
    return lower
  }
})()

/** Everything that can be said of a value, in the ways people print. */
export const print = (value: unknown): string =>
  [
    safely(() => inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })),
    safely(() => inspect(value)),
    safely(() => String(value)),
    safely(() => JSON.stringify(value)),
    safely(() => JSON.stringify(value, Object.getOwnPropertyNames(value))),
    value instanceof Error ? `${value.message} ${value.stack} ${print(value.cause)}` : ""
  ].join("\n")

const safely = (render: () => string | undefined): string => {
  try {
    return render() ?? ""
  } catch (error) {
    return String(error)
  }
}

/** Names and contents of all files under a directory but those that may hold secrets. */
export const filesUnder = (directory: string, except: ReadonlyArray<string>): string =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => !except.includes(name))
    .map((name) => {
      const path = join(directory, name)
      return statSync(path).isFile() ? `${name}\n${readFileSync(path, "latin1")}` : name
    })
    .join("\n")
