/**
 * Changes to JSON that leave everything else as it was written.
 *
 * @since 0.1.0
 */
import type { Json, JsonArray, JsonObject, Member } from "./JsonText.js"

/**
 * A JSON value made from a plain one; fields that are `undefined` are left out.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (value: unknown): Json => {
  if (Array.isArray(value)) return { _tag: "Array", at: -1, items: value.map(of) }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined)
    return { _tag: "Object", at: -1, members: entries.map(([key, field]) => member(key, of(field))) }
  }
  return { _tag: "Scalar", at: -1, raw: JSON.stringify(value) }
}

/**
 * The value of a field: of those given twice the last, which is the one that counts.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = (self: JsonObject, key: string): Json | undefined =>
  self.members.findLast((member) => member.key === key)?.value

/**
 * Replaces a field in place, or appends it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const set = (self: JsonObject, key: string, value: Json): JsonObject => {
  const index = self.members.findLastIndex((member) => member.key === key)
  return index < 0
    ? { ...self, members: [...self.members, member(key, value)] }
    : { ...self, members: self.members.map((member, i) => (i === index ? { ...member, value } : member)) }
}

/**
 * Takes a field out.
 *
 * @since 0.1.0
 * @category combinators
 */
export const without = (self: JsonObject, key: string): JsonObject => ({
  ...self,
  members: self.members.filter((member) => member.key !== key)
})

/**
 * The value as an array; what is none (missing, `null`) as an empty one.
 *
 * @since 0.1.0
 * @category getters
 */
export const array = (self: Json | undefined): JsonArray =>
  self?._tag === "Array" ? self : { _tag: "Array", at: -1, items: [] }

/**
 * The value as an object; what is none (missing, `null`) as an empty one.
 *
 * @since 0.1.0
 * @category getters
 */
export const object = (self: Json | undefined): JsonObject =>
  self?._tag === "Object" ? self : { _tag: "Object", at: -1, members: [] }

const member = (key: string, value: Json): Member => ({ key, raw: JSON.stringify(key), at: -1, value })
