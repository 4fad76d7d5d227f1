/** Streams through the rotating fetch: how soon they pass, at whose pace, and what their ends are charged with. */
import type { ServerResponse } from "node:http"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { rotating } from "./sdk/rotating.js"
import { serveRaw } from "./support/serveRaw.js"

/** A server that streams as told, and the rotation over it. */
const streaming = async (
  answer: (response: ServerResponse, serial: number) => void,
  options: Parameters<typeof rotating>[2] = {},
  type = "text/event-stream"
) => {
  const server = await serveRaw((_, response, serial) => {
    response.writeHead(200, { "content-type": type })
    answer(response, serial)
  })
  return rotating("anthropic", { a: { kind: "ok" }, b: { kind: "ok" } }, { ...options, baseUrl: server.url })
}

const question: RequestInit = { method: "POST", body: '{"model":"m","stream":true}' }
const start = 'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":5}}}\n\n'
const ping = 'event: ping\ndata: {"type":"ping"}\n\n'
const delta = (text: string) =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${text}"}}\n\n`
const error = (type: string) => `event: error\ndata: {"type":"error","error":{"type":"${type}","message":"m"}}\n\n`

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

describe("A stream", () => {
  it("passes chunk by chunk as they are sent, from the first content on", async () => {
    let response: ServerResponse | undefined
    const { fetch } = await streaming((to) => {
      response = to
      to.write(start + ping)
      to.write(delta("one"))
    })
    const reader = (await fetch("/v1/messages", question)).body?.getReader()
    let seen = ""
    while (!seen.includes("one")) seen += textOf((await reader?.read())?.value)
    for (const text of ["two", "three"]) {
      // Nothing is sent before the last is read: whatever is held back would hang here.
      response?.write(delta(text))
      expect(textOf((await reader?.read())?.value)).toBe(delta(text))
    }
    response?.end()
    expect((await reader?.read())?.done).toBe(true)
    expect(seen).toBe(start + ping + delta("one"))
  })

  it("of JSON or of anything else passes as it is sent, too", async () => {
    for (const [type, first] of [
      ["application/json", '[{"candidates":[{"content":{"parts":[{"text":"H"}]}}]}\n'],
      ["application/json", '{"data": "a long'],
      ["audio/mpeg", "sound"],
      ["application/x-ndjson", '{"message":{"content":"H"}}\n']
    ] as const) {
      const { fetch } = await streaming((response) => response.write(first), {}, type)
      const reader = (await fetch("/v1/messages", question)).body?.getReader()
      expect(textOf((await reader?.read())?.value)).toBe(first)
      await reader?.cancel()
    }
  })

  it("that fails before its content is given again by another token, whole and clean", async () => {
    const r = await streaming((response, serial) => {
      response.write(start + ping)
      // The error comes later, in pieces.
      const text = serial === 0 ? error("authentication_error") : delta("clean")
      setImmediate(() => {
        response.write(text.slice(0, 20))
        setImmediate(() => response.end(text.slice(20)))
      })
    })
    const response = await r.fetch("/v1/messages", question)
    expect(await response.text()).toBe(start + ping + delta("clean"))
    expect(await r.tokens()).toMatchObject({
      a: { state: "isolated", inFlight: 0, counts: { errors: 1 } },
      b: { state: "ready", inFlight: 0, counts: { successes: 1 } }
    })
    expect((await r.usage()).b).toMatchObject({ m: { input: 5 } })
  })

  it("that ends before its content, as if all were well, is given again; one that says it is all, or nothing, is not", async () => {
    const r = await streaming((response, serial) => response.end(serial === 0 ? start + ping : start + delta("clean")))
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(start + delta("clean"))
    expect(await r.tokens()).toEqual({
      a: { state: "ready", inFlight: 0, counts: { uses: 1, excused: 1 } },
      b: { state: "ready", inFlight: 0, counts: { uses: 1, successes: 1 } }
    })
    for (const whole of ['data: {"choices":[]}\n\ndata: [DONE]\n\n', ": working\n\n", ""]) {
      const r = await streaming((response) => response.end(whole))
      expect(await (await r.fetch("/v1/messages", question)).text()).toBe(whole)
      expect((await r.tokens()).a?.counts).toEqual({ uses: 1, successes: 1 })
    }
  })

  it("that ends before its content each time comes as it is, and no token is hurt", async () => {
    const r = await streaming((response) => response.end(start + ping))
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(start + ping)
    for (const { state, inFlight, counts } of Object.values(await r.tokens())) {
      expect([state, inFlight, counts.errors, counts.successes]).toEqual(["ready", 0, undefined, undefined])
    }
  })

  it("that fails after its content ends as the vendor ended it, and the error is charged", async () => {
    const whole = start + delta("half an answer") + error("authentication_error")
    const r = await streaming((response) => response.end(whole))
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(whole)
    await expect.poll(r.tokens).toMatchObject({ a: { state: "isolated", inFlight: 0 }, b: { counts: {} } })
  })

  it("that fails for the provider's trouble hurts no token; for the model's, no other model", async () => {
    const whole = start + delta("half an answer") + error("overloaded_error")
    const r = await streaming((response, serial) => response.end(serial === 0 ? whole : start + delta("fine")))
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(whole)
    await expect.poll(r.tokens).toMatchObject({ a: { inFlight: 0, counts: { uses: 1, excused: 1 } } })
    for (const { state } of Object.values(await r.tokens())) expect(state).toBe("ready")
    expect(await (await r.fetch("/v1/messages", { ...question, body: '{"model":"n"}' })).text()).toContain("fine")
  })

  it("keeps its lease until it ends", async () => {
    let response: ServerResponse | undefined
    const r = await streaming((to) => {
      response = to
      to.write(delta("one"))
    })
    const body = (await r.fetch("/v1/messages", question)).text()
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 1, counts: { uses: 1 } })
    response?.end()
    await body
    expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, successes: 1 } })
  })

  it("is served when its reader leaves at the last event, though the body has not ended", async () => {
    for (const last of [
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      "data: [DONE]\n\n",
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: {"type":"response.completed","response":{}}\n\n',
      'data: {"candidates":[{"finishReason":"STOP"}]}\r\n\r\n'
    ]) {
      const r = await streaming((response) => {
        response.write(delta("one"))
        setImmediate(() => response.write(last))
      })
      const reader = (await r.fetch("/v1/messages", question)).body?.getReader()
      let seen = ""
      while (!seen.includes(last)) seen += textOf((await reader?.read())?.value)
      await reader?.cancel()
      expect((await r.tokens()).a).toEqual({ state: "ready", inFlight: 0, counts: { uses: 1, successes: 1 } })
    }
  })

  it("that stops coming for longer than the idle timeout ends with a TimeoutError; no token is charged", async () => {
    const options = [{ idleTimeout: 30 }, { config: { idleTimeout: "30 millis" } }] as const
    for (const each of options) {
      const r = await streaming((response) => response.write(delta("one")), each)
      const response = await r.fetch("/v1/messages", question)
      await expect(response.text()).rejects.toMatchObject({ name: "TimeoutError" })
      await expect.poll(r.tokens).toMatchObject({ a: { state: "ready", inFlight: 0, counts: { uses: 1, excused: 1 } } })
    }
  })

  it("that stops coming before its content is given again", async () => {
    const r = await streaming(
      (response, serial) => {
        if (serial === 0) response.write(start)
        else response.end(start + delta("again"))
      },
      { idleTimeout: 30 }
    )
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(start + delta("again"))
    for (const { inFlight, state } of Object.values(await r.tokens())) expect([state, inFlight]).toEqual(["ready", 0])
  })

  it("waits for its reader, and memory stays flat however long it is", async () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const megabyte = Buffer.from(delta("x".repeat(1000)).repeat(950))
    let sent = 0
    const r = await streaming(async (response) => {
      for (let i = 0; i < 96 && !response.destroyed; i++) {
        sent++
        if (!response.write(megabyte)) await new Promise((drained) => response.once("drain", drained))
      }
      response.end()
    })
    const reader = (await r.fetch("/v1/messages", question)).body?.getReader()
    await reader?.read()
    // Until what lies between the two is full: a provider that nobody holds back would send all of it.
    await expect
      .poll(async () => {
        const before = sent
        await new Promise((later) => setTimeout(later, 50))
        return sent - before
      })
      .toBe(0)
    expect(sent).toBeLessThan(24)
    const held = () => {
      collect()
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      return (arrayBuffers + heapUsed) / 1024 ** 2
    }
    const before = held()
    let most = 0
    let read = 0
    for (let i = 0; ; i++) {
      const result = await reader?.read()
      if (result === undefined || result.done) break
      read += result.value.byteLength
      if (i % 200 === 0) most = Math.max(most, held())
    }
    expect(read).toBeGreaterThan(90 * 1024 ** 2)
    expect(most - before).toBeLessThan(16)
  }, 30_000)
})

describe("An answer of status 200 that is an error in disguise", () => {
  const limited = '{"base_resp":{"status_code":1004,"status_msg":"login fail"}}'

  it("is taken for what it is only where its vendor is known for it", async () => {
    for (const disguises of [["base_resp"], []] as const) {
      const answer = (response: ServerResponse, serial: number) => response.end(serial === 0 ? limited : '{"ok":true}')
      const r = await streaming(answer, { vendor: { disguises } }, "application/json")
      const text = await (await r.fetch("/v1/messages", question)).text()
      expect(text).toBe(disguises.length > 0 ? '{"ok":true}' : limited)
      expect(Object.values(await r.tokens()).map(({ inFlight }) => inFlight)).toEqual([0, 0])
    }
  })

  it("is taken for what it is, whoever sent it, when it is an error and nothing else", async () => {
    const refusal = '{"error":{"message":"Incorrect API key provided","type":"authentication_error","code":401}}'
    const r = await streaming(
      (response, serial) => {
        response.write(serial === 0 ? refusal.slice(0, 5) : '{"ok":')
        setImmediate(() => response.end(serial === 0 ? refusal.slice(5) : "true}"))
      },
      {},
      "application/json"
    )
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe('{"ok":true}')
    expect((await r.tokens()).a?.counts).toMatchObject({ errors: 1 })
  })

  it("is looked for in its beginning only, and words in its text decide nothing", async () => {
    const long = `{"text":"${"at full capacity, insufficient_quota, error ".repeat(10_000)}","error":{"code":401}}`
    const r = await streaming(
      (response) => response.end(long),
      { vendor: { disguises: ["error"] } },
      "application/json"
    )
    expect(await (await r.fetch("/v1/messages", question)).text()).toBe(long)
    expect((await r.tokens()).b?.counts).toEqual({})
  })
})
