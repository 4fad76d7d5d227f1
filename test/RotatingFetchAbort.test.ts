/** Whenever the caller leaves: it gets its own reason, the provider stops, nobody is blamed, nothing is left behind. */
import { getEventListeners } from "node:events"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Schedule } from "effect"
import { describe, expect, it } from "vitest"
import { type Rotating, rotating } from "./sdk/rotating.js"
import type { Script } from "./support/ScriptedProvider.js"
import { serveRaw } from "./support/serveRaw.js"

const question = (stream = true): RequestInit => ({
  method: "POST",
  body: JSON.stringify({ model: "claude-opus-5", max_tokens: 9, stream, messages: [{ role: "user", content: "Hi" }] })
})

/** A call, and how to leave it: `leave` aborts with a reason of its own and checks what must hold after. */
const call = (r: Rotating, init: RequestInit = question()) => {
  const controller = new AbortController()
  const { signal } = controller
  const reason = new Error("the caller's own reason")
  const response = r.fetch("/v1/messages", { ...init, signal })
  response.catch(() => {})
  return {
    response,
    leave: async (over: Promise<unknown> = response) => {
      controller.abort(reason)
      await expect(over).rejects.toBe(reason)
      await r.provider.quiet()
      expect(getEventListeners(signal, "abort")).toEqual([])
      for (const { inFlight } of Object.values(await r.tokens())) expect(inFlight).toBe(0)
    }
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const over = (script: Script, config = {}) => rotating("anthropic", { a: script }, { config })

describe("An abort", () => {
  it("before the call sends nothing and takes no token", async () => {
    const r = await over({ kind: "ok" })
    const reason = { not: "even an Error" }
    await expect(r.fetch("/v1/messages", { ...question(), signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const request = new Request(`${r.baseUrl}/v1/messages`, { ...question(), signal: AbortSignal.abort() })
    await expect(r.fetch(request)).rejects.toMatchObject({ name: "AbortError" })
    expect(r.provider.requests).toEqual([])
    expect((await r.tokens()).a?.counts).toEqual({})
  })

  it("in the moment of the call sends nothing and takes no token, and lets go of a one-shot body", async () => {
    const r = await over({ kind: "hang", at: "before-headers" })
    await call(r).leave()
    let cancelled: unknown
    const body = new ReadableStream({
      cancel: (reason) => {
        cancelled = reason
      }
    })
    const init: RequestInit & { readonly duplex: "half" } = { ...question(), body, duplex: "half" }
    await call(r, init).leave()
    expect(cancelled).toMatchObject({ message: "the caller's own reason" })
    expect(r.provider.requests).toEqual([])
    expect((await r.tokens()).a?.counts).toEqual({})
  })

  it("by a signal that knows neither its reason nor how to throw is one all the same", async () => {
    // As those of polyfills and of jsdom are.
    class OldSignal extends EventTarget {
      aborted = false
      abort() {
        this.aborted = true
        this.dispatchEvent(new Event("abort"))
      }
    }
    const r = await over([
      { kind: "hang", at: "before-headers" },
      { kind: "hang", at: "mid-stream" }
    ])
    const old = Array.from({ length: 3 }, () => new OldSignal())
    const [before, during, after] = old.map((each) => ({ ...question(), signal: each as unknown as AbortSignal }))
    const aborted = expect.objectContaining({ name: "AbortError" })
    old[0]?.abort()
    await expect(r.bare("/v1/messages", before)).rejects.toEqual(aborted)
    const response = r.bare("/v1/messages", during)
    await r.provider.received(1)
    old[1]?.abort()
    await expect(response).rejects.toEqual(aborted)
    const text = (await r.bare("/v1/messages", after)).text()
    old[2]?.abort()
    await expect(text).rejects.toEqual(aborted)
    await r.provider.quiet()
    expect(old.flatMap((each) => getEventListeners(each, "abort"))).toEqual([])
    await expect.poll(r.tokens).toEqual({ a: { state: "ready", inFlight: 0, counts: { uses: 2, abandoned: 2 } } })
  })

  it("of many calls at once by one signal warns of no leak", async () => {
    const warnings: Array<string> = []
    const onWarning = ({ message }: Error) => warnings.push(message)
    process.on("warning", onWarning)
    const r = await over({ kind: "hang", at: "before-headers" })
    const controller = new AbortController()
    const calls = Array.from({ length: 12 }, () =>
      r.bare("/v1/messages", { ...question(), signal: controller.signal }).catch((error: Error) => error.name)
    )
    await r.provider.received(12)
    controller.abort()
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["AbortError"]))
    await nextTurn()
    process.off("warning", onWarning)
    expect(warnings).toEqual([])
    expect(getEventListeners(controller.signal, "abort")).toEqual([])
  })

  it("that is no signal at all is refused before anything is sent", async () => {
    const r = await over({ kind: "ok" })
    const signal = {} as AbortSignal
    await expect(r.bare("/v1/messages", { ...question(), signal })).rejects.toThrow(TypeError)
    expect((await r.tokens()).a?.counts).toEqual({})
  })

  it("while the body of a Request is still coming ends the waiting for it", async () => {
    const r = await over({ kind: "ok" })
    let cancelled: unknown
    const body = new ReadableStream({
      cancel: (reason) => {
        cancelled = reason
      }
    })
    const controller = new AbortController()
    const init: RequestInit & { readonly duplex: "half" } = { ...question(), body, duplex: "half" }
    const response = r.fetch(new Request(`${r.baseUrl}/v1/messages`, { ...init, signal: controller.signal }))
    await nextTurn()
    controller.abort(new Error("enough"))
    await expect(response).rejects.toMatchObject({ message: "enough" })
    expect(cancelled).toBeInstanceOf(Error)
    expect(r.provider.requests).toEqual([])
  })

  it("while it waits for a token gives its place up", async () => {
    const r = await over({ kind: "rateLimited", retryAfterSeconds: 20 })
    const { leave, response } = call(r)
    await r.provider.received(1)
    await Promise.race([response, new Promise((resolve) => setTimeout(resolve, 20))])
    await leave()
    expect(r.provider.requests).toHaveLength(1)
    expect((await r.tokens()).a?.counts).toMatchObject({ uses: 1, errors: 1 })
  })

  it("while it waits to try a troubled provider again tries no more", async () => {
    const r = await over({ kind: "overloaded" }, { retry: Schedule.spaced("1 hour") })
    const { leave } = call(r)
    await expect.poll(async () => (await r.tokens()).a?.counts).toEqual({ uses: 1, excused: 1 })
    await leave()
    expect(r.provider.requests).toHaveLength(1)
    expect((await r.tokens()).a?.counts).toEqual({ uses: 1, excused: 1 })
  })

  for (const at of ["before-headers", "after-headers"] as const) {
    it(`${at} stops the request`, async () => {
      const r = await over({ kind: "hang", at })
      const { leave } = call(r)
      await r.provider.received(1)
      await leave()
      expect(r.provider.requests[0]?.end).toBe("left")
      expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } })
    })
  }

  it("after the body was handed on ends it with the reason, for whoever reads and whoever reads later", async () => {
    for (const began of [true, false]) {
      const r = await over({ kind: "hang", at: "mid-stream" })
      const { leave, response } = call(r)
      const { body } = await response
      const reader = body?.getReader()
      if (began) await reader?.read()
      const reading = async () => {
        for (;;) if ((await reader?.read())?.done) return
      }
      await leave(began ? reading() : nextTurn().then(reading))
      expect(r.provider.requests[0]?.end).toBe("left")
      expect((await r.tokens()).a?.counts).toEqual({ uses: 1, abandoned: 1 })
    }
  })

  it("after the end changes nothing", async () => {
    const r = await over({ kind: "ok" })
    const controller = new AbortController()
    const response = await r.fetch("/v1/messages", { ...question(), signal: controller.signal })
    const text = await response.text()
    controller.abort()
    expect(text).toContain("message_stop")
    expect((await r.tokens()).a?.counts).toEqual({ uses: 1, successes: 1 })
  })

  it("of a timeout is told as one", async () => {
    const r = await over({ kind: "hang" })
    const signal = AbortSignal.timeout(30)
    await expect(r.fetch("/v1/messages", { ...question(), signal })).rejects.toMatchObject({ name: "TimeoutError" })
    expect((await r.tokens()).a?.counts).toEqual({ uses: 1, abandoned: 1 })
  })
})

describe("A body", () => {
  it("that is cancelled stops the request and blames nobody", async () => {
    const r = await over({ kind: "hang", at: "mid-stream" })
    const { body } = await r.fetch("/v1/messages", question())
    await body?.cancel("enough")
    await r.provider.quiet()
    expect(r.provider.requests[0]?.end).toBe("left")
    expect(await r.tokens()).toEqual({ a: { state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } } })
  })

  it("that a Request asked for can be aborted, though the Request is long collected", async () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const r = await over({ kind: "hang", at: "mid-stream" })
    const controller = new AbortController()
    const ask = () => r.bare(new Request(`${r.baseUrl}/v1/messages`, { ...question(), signal: controller.signal }))
    const reader = (await ask()).body?.getReader()
    await reader?.read()
    const next = reader?.read()
    next?.catch(() => {})
    for (let turn = 0; turn < 5; turn++) {
      collect()
      await nextTurn()
    }
    controller.abort(new Error("enough"))
    const drained = async () => {
      for (;;) if ((await reader?.read())?.done !== false) return
    }
    await expect(drained()).rejects.toThrow("enough")
    await r.provider.quiet()
  })

  it("that is dropped unread gives token and connection back once it is collected", async () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const r = await over({ kind: "hang", at: "mid-stream" })
    const drop = async () => {
      const { status } = await r.fetch("/v1/messages", { ...question(), signal: new AbortController().signal })
      expect(status).toBe(200)
    }
    await drop()
    await expect
      .poll(async () => {
        collect()
        await nextTurn()
        return r.tokens()
      })
      .toEqual({ a: { state: "ready", inFlight: 0, counts: { uses: 1, abandoned: 1 } } })
    await r.provider.quiet()
  })

  it("of a refusal that nobody will read frees its connection", async () => {
    let closed = 0
    const server = await serveRaw((_, response, serial) => {
      if (serial > 0) return response.end("{}")
      response.writeHead(401, { "content-type": "application/json" })
      response.on("close", () => closed++)
      // A refusal without end.
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(64 * 1024)));
      }
      response.on("drain", more)
      more()
      return response
    })
    const r = await rotating("anthropic", { a: { kind: "ok" }, b: { kind: "ok" } }, { baseUrl: server.url })
    await (await r.fetch("/v1/messages", question())).text()
    await expect.poll(() => closed).toBe(1)
  })
})
