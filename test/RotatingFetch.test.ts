/** The contract of `fetch`: what may be asked in which form, and what comes back. */
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { rotating } from "./sdk/rotating.js"
import { serveRaw } from "./support/serveRaw.js"

/** The first token is refused, whoever comes next is served. */
const refusesFirst = () =>
  serveRaw((_, response, serial) => {
    response.writeHead(serial === 0 ? 401 : 200, { "content-type": "application/json" })
    response.end(
      serial === 0 ? '{"type":"error","error":{"type":"authentication_error","message":"m"}}' : '{"ok":true}'
    )
  })

const two = { a: { kind: "ok" }, b: { kind: "ok" } } as const

describe("A request", () => {
  const form = new FormData()
  form.set("model", "whisper-1")
  form.set("file", new File(["sound"], "a.wav", { type: "audio/wav" }))
  const bodies: ReadonlyArray<readonly [string, () => RequestInit["body"], string]> = [
    ["a string", () => '{"model":"m"}', '{"model":"m"}'],
    ["bytes", () => new TextEncoder().encode("bytes"), "bytes"],
    ["a part of a buffer", () => new TextEncoder().encode("some bytes").subarray(5), "bytes"],
    ["an ArrayBuffer", () => new TextEncoder().encode("buffer").buffer, "buffer"],
    ["a Blob", () => new Blob(["bl", "ob"], { type: "text/x" }), "blob"],
    ["URLSearchParams", () => new URLSearchParams({ a: "1 2" }), "a=1+2"],
    ["FormData", () => form, 'name="model"\r\n\r\nwhisper-1']
  ]
  for (const [what, body, wire] of bodies) {
    it(`with ${what} for a body is sent again whole when a token is refused`, async () => {
      const server = await refusesFirst()
      const { fetch } = await rotating("anthropic", two, { baseUrl: server.url })
      const response = await fetch("/v1/messages", { method: "POST", body: body() ?? null })
      expect(await response.json()).toEqual({ ok: true })
      expect(server.requests).toHaveLength(2)
      for (const request of server.requests) expect(request.body.toString()).toContain(wire)
      const types = server.requests.map(({ headers }) => headers["content-type"]?.split(";")[0])
      expect(types[1]).toBe(types[0])
    })
  }

  it("given as a Request object is sent again whole, with what the second argument says before it", async () => {
    const server = await refusesFirst()
    const { fetch } = await rotating("anthropic", two, { baseUrl: server.url })
    const request = new Request(`${server.url}/v1/messages`, {
      method: "PUT",
      body: "from the request",
      headers: { "x-of": "request", "content-type": "text/plain" }
    })
    expect((await fetch(request, { method: "POST" })).status).toBe(200)
    expect(request.bodyUsed).toBe(true)
    for (const { body, headers, method } of server.requests) {
      expect([method, body.toString(), headers["x-of"]]).toEqual(["POST", "from the request", "request"])
    }
    await expect(fetch(request)).rejects.toThrow(TypeError)
  })

  it("is sent as it was when it was given, whatever the caller does to it meanwhile", async () => {
    const server = await refusesFirst()
    const { fetch } = await rotating("anthropic", two, { baseUrl: server.url })
    const bytes = new TextEncoder().encode("as given")
    const headers = new Headers({ "x-of": "as given" })
    const response = fetch("/v1/messages", { method: "POST", body: bytes, headers })
    bytes.fill(0)
    headers.set("x-of", "changed")
    await response
    for (const { body, headers } of server.requests) {
      expect([body.toString(), headers["x-of"]]).toEqual(["as given", "as given"])
    }
  })

  it("takes headers in every form, and a URL object, a path or the vendor's own URL for its place", async () => {
    const server = await serveRaw((_, response) => response.end())
    const { fetch, secretOf } = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    await fetch(new URL(`${server.url}/v1/models?limit=1`), { headers: [["X-One", "1"]] })
    await fetch("/v1/models?limit=1", { headers: new Headers({ "X-One": "1" }) })
    await fetch("https://api.anthropic.com/v1/models?limit=1", { headers: { "X-One": "1", "x-api-key": "stand-in" } })
    for (const { headers, path } of server.requests) {
      expect([path, headers["x-one"], headers["x-api-key"]]).toEqual(["/v1/models?limit=1", "1", secretOf("a")])
    }
    expect(server.requests).toHaveLength(3)
  })

  it("keeps the caller's Idempotency-Key across attempts", async () => {
    const server = await refusesFirst()
    const { fetch } = await rotating("openai", two, { baseUrl: `${server.url}/v1` })
    const headers = { "Idempotency-Key": "once-only" }
    await fetch("/v1/chat/completions", { method: "POST", body: "{}", headers })
    expect(server.requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["once-only", "once-only"])
  })

  it("hands what else it says to the fetch beneath", async () => {
    const inits: Array<unknown> = []
    const dispatcher = { dispatch: () => true }
    const { fetch } = await rotating(
      "anthropic",
      { a: { kind: "ok" } },
      {
        fetch: async (_, init) => {
          inits.push(init)
          return new Response("{}")
        }
      }
    )
    await fetch("/v1/models", { keepalive: true, cache: "no-store", dispatcher } as RequestInit)
    expect(inits[0]).toMatchObject({ keepalive: true, cache: "no-store" })
    expect(Reflect.get(Object(inits[0]), "dispatcher")).toBe(dispatcher)
  })

  it("that fetch itself would refuse is the caller's fault: it rejects as fetch does, once, and nobody is charged", async () => {
    const r = await rotating("anthropic", two)
    await expect(r.fetch("/v1/messages", { method: "GET", body: "a GET has none" })).rejects.toThrow(/GET\/HEAD/)
    await expect(r.fetch("/v1/messages", { headers: { "bad name": "" } })).rejects.toThrow(TypeError)
    await expect(r.fetch("/v1/messages", { method: "TRACE" })).rejects.toThrow(TypeError)
    await expect(r.fetch("v1/messages")).rejects.toThrow(Error)
    expect(r.provider.requests).toEqual([])
    for (const { counts, inFlight, state } of Object.values(await r.tokens())) {
      expect([state, inFlight, counts.excused ?? 0, counts.errors ?? 0]).toEqual(["ready", 0, 0, 0])
    }
  })
})

describe("A response", () => {
  it("is a real Response that knows its URL, and so are its clones", async () => {
    const server = await serveRaw((_, response) => {
      response.writeHead(200, "Fine", { "content-type": "application/json", "x-of": "server" })
      response.end('{"text":"Grüße"}')
    })
    const { fetch } = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    const response = await fetch("/v1/messages", { method: "POST", body: "{}" })
    expect(response).toBeInstanceOf(Response)
    expect([response.ok, response.status, response.statusText]).toEqual([true, 200, "Fine"])
    const clone = response.clone()
    for (const each of [response, clone]) {
      expect([each.url, each.redirected, each.type]).toEqual([`${server.url}/v1/messages`, false, "basic"])
      expect(each.headers.get("x-of")).toBe("server")
      expect(await each.json()).toEqual({ text: "Grüße" })
    }
    expect(response.bodyUsed).toBe(true)
    await expect(response.text()).rejects.toThrow(TypeError)
  })

  it("without a body comes without one, and its lease is over", async () => {
    const server = await serveRaw((request, response) => {
      response.writeHead(request.path === "/204" ? 204 : 200, { "content-type": "application/json" })
      response.end()
    })
    const r = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    expect((await r.fetch("/204", { method: "DELETE" })).body).toBeNull()
    expect((await r.fetch("/head", { method: "HEAD" })).status).toBe(200)
    expect(await (await r.fetch("/empty")).text()).toBe("")
    expect(await r.tokens()).toEqual({ a: { state: "ready", inFlight: 0, counts: { uses: 3, successes: 3 } } })
  })

  it("that nobody reads gives its token back all the same", async () => {
    const server = await serveRaw((request, response) => {
      const type = request.path === "/plain" ? "text/plain" : "application/json"
      response.writeHead(200, { "content-type": type })
      // Without a length, in pieces.
      response.write(" ".repeat(1000))
      response.end("{}")
    })
    const r = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    for (const path of ["/plain", "/json"]) expect((await r.fetch(path)).status).toBe(200)
    await expect.poll(r.tokens).toEqual({ a: { state: "ready", inFlight: 0, counts: { uses: 2, successes: 2 } } })
  })

  it("is readable by the byte and decoded when it was compressed, with its usage seen", async () => {
    const text = 'data: {"type":"message_delta","usage":{"output_tokens":9}}\n\n'
    const server = await serveRaw((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" })
      response.end(gzipSync(text))
    })
    const r = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    const response = await r.fetch("/v1/messages", { method: "POST", body: '{"model":"m"}' })
    const reader = response.body?.getReader({ mode: "byob" })
    let read = ""
    for (;;) {
      const result = await reader?.read(new Uint8Array(7))
      if (result === undefined || result.done) break
      read += new TextDecoder().decode(result.value)
    }
    expect(read).toBe(text)
    await expect.poll(r.usage).toMatchObject({ a: { m: { output: 9 } } })
  })

  it("to a fault of the request comes back at once, byte for byte", async () => {
    const body = '{"type":"error",  "error":{"type":"invalid_request_error","message":"Grüße"}}\n'
    const server = await serveRaw((_, response) => {
      response.writeHead(400, { "content-type": "application/json", "request-id": "req_1" })
      response.end(body)
    })
    const r = await rotating("anthropic", two, { baseUrl: server.url })
    const response = await r.fetch("/v1/messages", { method: "POST", body: "{}" })
    expect([response.status, response.headers.get("request-id"), await response.text()]).toEqual([400, "req_1", body])
    expect(server.requests).toHaveLength(1)
  })
})

describe("A redirect", () => {
  const redirecting = (to: (path: string) => string, status = 307) =>
    serveRaw((request, response) => {
      if (request.path.startsWith("/v1/moved")) response.writeHead(status, { location: to(request.path) }).end("moved")
      else response.writeHead(200, { "content-type": "application/json" }).end('{"here":true}')
    })
  const post = { method: "POST", body: '{"model":"m"}' }

  it("within the origin is followed, with token and body, as its status says", async () => {
    for (const [status, method, body] of [
      [307, "POST", post.body],
      [308, "POST", post.body],
      [303, "GET", ""],
      [302, "GET", ""]
    ] as const) {
      const server = await redirecting(() => "/v1/messages", status)
      const { fetch, secretOf } = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
      const response = await fetch("/v1/moved", post)
      expect([response.redirected, response.url]).toEqual([true, `${server.url}/v1/messages`])
      const last = server.requests.at(-1)
      expect([last?.method, last?.body.toString(), last?.headers["x-api-key"]]).toEqual([method, body, secretOf("a")])
    }
  })

  it("to another origin takes neither token nor prompt there, and comes back as it is", async () => {
    const other = await serveRaw((_, response) => response.end())
    const server = await redirecting(() => `${other.url}/v1/messages`)
    const r = await rotating("anthropic", two, { baseUrl: server.url })
    const response = await r.fetch("/v1/moved", post)
    expect([response.status, response.headers.get("location")]).toEqual([307, `${other.url}/v1/messages`])
    expect(other.requests).toEqual([])
    expect(server.requests).toHaveLength(1)
    expect(await r.tokens()).toMatchObject({ a: { state: "ready", inFlight: 0 }, b: { counts: {} } })
  })

  it("is handed back when the caller follows by hand, and rejected when it wants none", async () => {
    const server = await redirecting(() => "/v1/messages")
    const r = await rotating("anthropic", two, { baseUrl: server.url })
    expect((await r.fetch("/v1/moved", { ...post, redirect: "manual" })).status).toBe(307)
    await expect(r.fetch("/v1/moved", { ...post, redirect: "error" })).rejects.toThrow(TypeError)
    expect(server.requests).toHaveLength(2)
    for (const { state } of Object.values(await r.tokens())) expect(state).toBe("ready")
  })

  it("in circles ends", async () => {
    const server = await redirecting((path) => path)
    const r = await rotating("anthropic", { a: { kind: "ok" } }, { baseUrl: server.url })
    await expect(r.fetch("/v1/moved", post)).rejects.toThrow(TypeError)
    expect(server.requests).toHaveLength(21)
    expect((await r.tokens()).a).toMatchObject({ inFlight: 0, counts: { abandoned: 1 } })
  })
})
