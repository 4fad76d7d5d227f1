/** What the users of real SDKs see, and which token is charged, when tokens and providers fail. */
import { getEventListeners } from "node:events"
import { describe, expect, it } from "vitest"
import type { Behaviour } from "../support/ScriptedProvider.js"
import { clients } from "./clients.js"
import { type Rotating, rotating } from "./rotating.js"

const ok: Behaviour = { kind: "ok", text: ["Hello", " there"] }

/** No lease is out, no request open, no listener left. */
const settled = async ({ provider, signals, tokens }: Rotating) => {
  await provider.quiet()
  expect(signals.flatMap((signal) => getEventListeners(signal, "abort"))).toEqual([])
  for (const { inFlight } of Object.values(await tokens())) expect(inFlight).toBe(0)
}

for (const { ask, name, streamed, type } of clients) {
  describe(`${name}, ${streamed ? "streaming" : "plain"}`, () => {
    it("sees one answer when the first token is revoked; that token is isolated", async () => {
      const r = await rotating(type, { a: { kind: "status", status: 401 }, b: ok })
      expect(await ask(r)).toBe("Hello there")
      expect(r.used()).toEqual(["a", "b"])
      await settled(r)
      expect(await r.tokens()).toMatchObject({ a: { state: "isolated" }, b: { counts: { uses: 1, successes: 1 } } })
    })

    it("sees one answer when the first token is limited until a stated time; that token cools", async () => {
      const r = await rotating(type, { a: { kind: "rateLimited", retryAfterSeconds: 60 }, b: ok })
      expect(await ask(r)).toBe("Hello there")
      await settled(r)
      expect((await r.tokens()).b).toMatchObject({ counts: { uses: 1, successes: 1 } })
      expect((await r.tokens()).a).toMatchObject({ counts: { uses: 1, errors: 1 } })
    })

    it("sees one answer when the first token is limited and nothing says how long", async () => {
      const r = await rotating(type, { a: { kind: "rateLimited" }, b: ok })
      expect(await ask(r)).toBe("Hello there")
      expect(r.used()).toEqual(["a", "b"])
      await settled(r)
    })

    it("sees one answer when the provider is overloaded for a moment; no token is charged", async () => {
      const r = await rotating(type, { a: [{ kind: "overloaded" }, ok] })
      expect(await ask(r)).toBe("Hello there")
      await settled(r)
      expect(await r.tokens()).toEqual({
        a: { state: "ready", inFlight: 0, counts: { uses: 2, successes: 1, excused: 1 } }
      })
    })

    for (const at of ["before-headers", "after-headers"] as const) {
      it(`sees one answer when the connection is reset ${at}; no token is charged`, async () => {
        const r = await rotating(type, { a: [{ kind: "reset", at }, ok] })
        expect(await ask(r)).toBe("Hello there")
        await settled(r)
        expect(await r.tokens()).toMatchObject({ a: { state: "ready", counts: { successes: 1, excused: 1 } } })
      })
    }

    if (!streamed)
      it("sees one answer when the connection is reset in its middle; no token is charged", async () => {
        const r = await rotating(type, { a: [{ kind: "reset", at: "mid-stream" }, ok] })
        expect(await ask(r)).toBe("Hello there")
        await settled(r)
        expect(await r.tokens()).toMatchObject({ a: { state: "ready", counts: { successes: 1, excused: 1 } } })
      })

    if (streamed)
      it("sees the break when the connection is reset mid-stream; nothing is sent twice", async () => {
        const r = await rotating(type, { a: [{ kind: "reset", at: "mid-stream" }, ok], b: ok })
        await expect(ask(r)).rejects.toBeInstanceOf(Error)
        expect(r.used()).toEqual(["a"])
        await settled(r)
        expect(await r.tokens()).toMatchObject({ a: { state: "ready", counts: { uses: 1, excused: 1 } } })
      })

    it("sees the vendor's own error when every token fails", async () => {
      const r = await rotating(type, { a: { kind: "status", status: 401 }, b: { kind: "rateLimited" } })
      const error = await ask(r).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(Error)
      expect(Reflect.get(Object(error), "status") ?? Reflect.get(Object(error), "statusCode")).toBe(429)
      expect(r.used()).toEqual(["a", "b"])
      await settled(r)
    })

    it("sees a fault of its request at once, with the token untouched", async () => {
      const r = await rotating(type, { a: { kind: "status", status: 422 }, b: ok })
      const error = await ask(r).catch((error: unknown) => error)
      expect(Reflect.get(Object(error), "status") ?? Reflect.get(Object(error), "statusCode")).toBe(422)
      expect(r.used()).toEqual(["a"])
      await settled(r)
      expect(await r.tokens()).toMatchObject({ a: { state: "ready", counts: { uses: 1, excused: 1 } } })
    })

    for (const at of ["before-headers", "after-headers", "mid-stream"] as const) {
      it(`aborts ${at}: the upstream request stops, nobody is blamed, no listener stays`, async () => {
        const r = await rotating(type, { a: { kind: "hang", at } })
        const controller = new AbortController()
        let asked: Promise<string> | undefined
        const begun = new Promise<void>((resolve) => {
          asked = ask(r, { signal: controller.signal, onText: () => resolve() })
          asked.catch(() => {})
        })
        await r.provider.received(1)
        if (streamed && at === "mid-stream") await begun
        controller.abort()
        // Some SDKs end an aborted stream quietly.
        const error = await asked?.catch((error: unknown) => error)
        if (!streamed || at !== "mid-stream") expect(error).toBeInstanceOf(Error)
        await settled(r)
        expect(r.provider.requests[0]?.end).toBe("left")
        expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } })
      })
    }

    if (!streamed) return

    it("sees one clean stream when another breaks off by an error event before its content", async () => {
      const r = await rotating(type, {
        a: { kind: "streamError", at: "before-content", error: "rateLimited" },
        b: ok
      })
      expect(await ask(r)).toBe("Hello there")
      expect(r.used()).toEqual(["a", "b"])
      await settled(r)
      expect(await r.tokens()).toMatchObject({ a: { counts: { errors: 1 } }, b: { counts: { successes: 1 } } })
    })

    it("sees the vendor's error event after content, and the token it speaks of is charged", async () => {
      const r = await rotating(type, { a: { kind: "streamError", at: "after-content", error: "rateLimited" }, b: ok })
      const pieces: Array<string> = []
      await expect(ask(r, { onText: (text) => pieces.push(text) })).rejects.toBeDefined()
      expect(pieces.length).toBeGreaterThan(0)
      expect(r.used()).toEqual(["a"])
      await settled(r)
      expect(await r.tokens()).toMatchObject({ a: { counts: { uses: 1, errors: 1 } } })
    })
  })
}
