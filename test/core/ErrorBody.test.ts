import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as ErrorBody from "../../src/core/ErrorBody.js"
import * as TruncatedJson from "../../src/core/TruncatedJson.js"

describe("ErrorBody", () => {
  it.each([
    [{ error: { code: "a", message: "m" } }, ["a"], "m"],
    [{ error: { error: { type: "a", message: "m" } } }, ["a"], "m"],
    [[{ error: { status: "A", message: "m" } }], ["a"], "m"],
    [{ error: "m", code: "A b" }, ["a b"], "m"],
    [{ detail: "m" }, [], "m"],
    [{ detail: [{ msg: "m" }] }, [], ""],
    [{ message: "m", code: 30001 }, ["30001"], "m"],
    [{ msg: "m" }, [], "m"],
    [{ errors: [{ code: "a", message: "m" }] }, ["a"], "m"],
    [{ response: { error: { code: "a", message: "m" } } }, ["a"], "m"],
    [{ header: { message: "m" } }, [], "m"],
    [{ base_resp: { status_code: 1002, status_msg: "m" } }, ["1002"], "m"],
    [{ error: { type: "t", code: "c", details: { error_code: "d" } } }, ["d", "c", "t"], ""]
  ])("finds codes and message of %j", (body, codes, message) => {
    expect(ErrorBody.read(body)).toMatchObject({ codes, message })
    expect(ErrorBody.read(JSON.stringify(body))).toMatchObject({ codes, message })
  })

  it.each([
    [undefined, "absent"],
    ["", "absent"],
    [" \n", "absent"],
    ["<!DOCTYPE html><html>", "page"],
    ["\ufeff<html>", "page"],
    ["<?xml version='1.0'?><Error/>", "page"],
    ["upstream timed out", "text"],
    ["{broken", "json"],
    [new Uint8Array([0xff, 0xfe, 0x00]), "text"],
    ['"Invalid token"', "json"],
    [7, "absent"]
  ])("takes %j for %s", (body, form) => {
    expect(ErrorBody.read(body).form).toBe(form)
  })
})

describe("TruncatedJson", () => {
  it("keeps of a cut text only what the whole had, and all members before the cut", () => {
    const value = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.integer(), fc.string(), fc.boolean()), {
      minKeys: 2,
      noNullPrototype: true
    })
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (whole, share) => {
        const text = JSON.stringify(whole)
        const part = TruncatedJson.parse(text.slice(0, Math.floor(text.length * share)))
        if (part === undefined) return
        const entries = Object.entries(part as object)
        const known = Object.entries(JSON.parse(text))
        // The last one may be cut itself.
        for (const [index, entry] of entries.slice(0, -1).entries()) expect(entry).toEqual(known[index])
      })
    )
  })

  it("reads a message as far as it goes", () => {
    expect(TruncatedJson.parse('{"error":{"code":"c","message":"Your cred')).toEqual({
      error: { code: "c", message: "Your cred" }
    })
    expect(TruncatedJson.parse('{"error":{"code":"c","mess')).toEqual({ error: { code: "c" } })
    expect(TruncatedJson.parse("no JSON")).toBeUndefined()
  })
})
