/**
 * Keys as file names that are safe on every file system: nothing but lower case letters, digits, `_`, `-` and `%`, so
 * that `.` and `..` cannot climb, `Key` and `key` stay apart where case does not count, and a name with a dot in it is
 * never a key's (the store puts its own things there).
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"

// Windows opens a device under these names, whatever the directory.
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

// A name may have 255 bytes on the usual file systems; this leaves room for suffixes.
const longest = 180

/**
 * The name of the directory that holds the versions of `key`. Different keys have different names.
 *
 * @since 0.1.0
 * @category combinators
 */
export const keyName = (key: string): string => {
  if (key === "") return "%"
  const name = Array.from(Buffer.from(key, "utf8"), escapeByte).join("")
  if (devices.test(name)) return `${escape(name.charCodeAt(0))}${name.slice(1)}`
  return name.length <= longest
    ? name
    : // `%_` is never produced by an escape, so a shortened name cannot meet a whole one.
      `${name.slice(0, 60)}%_${createHash("sha256").update(key).digest("hex")}`
}

const escape = (byte: number): string => `%${byte.toString(16).padStart(2, "0")}`

const escapeByte = (byte: number): string => {
  const char = String.fromCharCode(byte)
  return /[a-z0-9_-]/.test(char) ? char : escape(byte)
}
