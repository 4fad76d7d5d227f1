import { describe, expect, it } from "vitest"
import { leaks, print } from "./leaks.js"

const secret = "sk-ant-api03-Zq8vN2mX7cLr4TbW9yKdE1hUgPfJs6aQ"

describe("The search for leaks", () => {
  it.each([
    ["as it is", secret],
    ["eleven letters from its middle", "see r4TbW9yKdE1 here"],
    ["in capitals", secret.toUpperCase()],
    ["in a URL", `https://x.test/?key=${encodeURIComponent(secret)}`],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64 after a user name", Buffer.from(`me:${secret}`).toString("base64")],
    ["in base64 for URLs", Buffer.from(`x:${secret}:y`).toString("base64url")],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["every byte escaped", [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join("")],
    ["backwards", [...secret].reverse().join("")],
    ["in the cause of an error", print(new Error("no", { cause: new Error(secret) }))],
    ["in a field nobody lists", print(Object.defineProperty({}, "hidden", { value: secret, enumerable: false }))]
  ])("finds a secret %s", (_, text) => {
    expect(leaks(text, secret)).not.toEqual([])
  })

  it("lets pass what a mask shows, and the fingerprint", () => {
    expect(leaks("sk-ant-api03-…s6aQ 9c1f0e6b2a7d4538", secret)).toEqual([])
  })
})
