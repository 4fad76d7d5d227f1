import AnthropicSdk from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, TestClock } from "effect"
import OpenAI from "openai"
import { afterEach } from "vitest"
import * as Scripted from "./ScriptedProvider.js"

const opened: Array<Scripted.Service> = []

const start = async (options: Scripted.Options = {}) => {
  const provider = await Scripted.startScriptedProvider(options)
  opened.push(provider)
  return provider
}

afterEach(async () => {
  for (const provider of opened.splice(0)) await provider.close()
})

const anthropic = (provider: Scripted.Service, apiKey = "good") =>
  new AnthropicSdk({ apiKey, authToken: null, baseURL: provider.url, maxRetries: 0 })

const openai = (provider: Scripted.Service, apiKey = "good") =>
  new OpenAI({ apiKey, baseURL: `${provider.url}/v1`, maxRetries: 0 })

const messages = [{ role: "user" as const, content: "Hello!" }]
const ask = { model: "claude-3-sonnet-20240229", max_tokens: 100, messages }
const chat = { model: "gpt-5.2", messages }
const weather = {
  type: "object" as const,
  properties: { city: { type: "string" }, days: { type: "integer" }, unit: { enum: ["celsius", "kelvin"] } }
}
const arguments_ = { city: "scripted", days: 1, unit: "celsius" }

const failure = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error("expected a rejection")
}

const collect = async <A>(items: AsyncIterable<A>): Promise<Array<A>> => {
  const out: Array<A> = []
  for await (const item of items) out.push(item)
  return out
}

describe("Anthropic's SDK", () => {
  it("reads a plain message", async () => {
    const provider = await start({
      tokens: { good: { kind: "ok", text: "Hi.", usage: { input: 3, output: 2, cacheRead: 5 } } }
    })
    const { data, request_id } = await anthropic(provider).messages.create(ask).withResponse()
    assert.deepStrictEqual(data.content, [{ type: "text", text: "Hi." }] as never)
    assert.strictEqual(data.stop_reason, "end_turn")
    assert.strictEqual(data.usage.cache_read_input_tokens, 5)
    assert.match(data.id, /^msg_01\w{22}$/)
    assert.match(request_id ?? "", /^req_011\w{21}$/)
    const [request] = provider.requests
    assert.strictEqual(request?.token, "good")
    assert.strictEqual(request?.path, "/v1/messages")
    assert.deepStrictEqual(request?.body, ask)
  })

  it("streams the whole event sequence", async () => {
    const provider = await start({ tokens: { good: { kind: "ok", text: ["One, ", "two."] } } })
    const events = await collect(await anthropic(provider).messages.create({ ...ask, stream: true }))
    assert.deepStrictEqual(
      events.map((event) => event.type),
      [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop"
      ]
    )
    const final = await anthropic(provider).messages.stream(ask).finalMessage()
    assert.deepStrictEqual(final.content, [{ type: "text", text: "One, two." }] as never)
    assert.strictEqual(final.usage.output_tokens, 7)
  })

  it("sends the ping that the SDK swallows", async () => {
    const provider = await start({ tokens: { good: { kind: "ok" } } })
    const response = await fetch(`${provider.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "good", "anthropic-version": "2023-06-01" },
      body: JSON.stringify({ ...ask, stream: true })
    })
    assert.strictEqual(response.headers.get("content-type"), "text/event-stream; charset=utf-8")
    assert.include(await response.text(), 'event: ping\ndata: {"type":"ping"}\n\n')
  })

  it("is asked to use the first tool, and gets text once the tool has answered", async () => {
    const provider = await start({ tokens: { good: { kind: "ok" } } })
    const tools = [{ name: "weather", input_schema: weather }]
    const client = anthropic(provider)
    const plain = await client.messages.create({ ...ask, tools })
    const [use] = plain.content
    assert.strictEqual(plain.stop_reason, "tool_use")
    assert(use?.type === "tool_use")
    assert.deepStrictEqual(use.input, arguments_)
    const streamed = await client.messages.stream({ ...ask, tools }).finalMessage()
    assert(streamed.content[0]?.type === "tool_use")
    assert.deepStrictEqual(streamed.content[0].input, arguments_)
    const answered = await client.messages.create({
      ...ask,
      tools,
      messages: [
        ...messages,
        { role: "assistant", content: plain.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: "sunny" }] }
      ]
    })
    assert.strictEqual(answered.stop_reason, "end_turn")
  })

  it("raises its typed error for every refusal", async () => {
    const provider = await start()
    const cases: ReadonlyArray<readonly [Scripted.Script, unknown, number, string]> = [
      [{ kind: "revoked" }, AnthropicSdk.AuthenticationError, 401, "authentication_error"],
      [{ kind: "rateLimited" }, AnthropicSdk.RateLimitError, 429, "rate_limit_error"],
      [{ kind: "outOfCredit" }, AnthropicSdk.BadRequestError, 400, "invalid_request_error"],
      [{ kind: "overloaded" }, AnthropicSdk.APIError, 529, "overloaded_error"],
      [{ kind: "status", status: 402 }, AnthropicSdk.APIError, 402, "billing_error"],
      [{ kind: "status", status: 403 }, AnthropicSdk.PermissionDeniedError, 403, "permission_error"],
      [{ kind: "status", status: 404 }, AnthropicSdk.NotFoundError, 404, "not_found_error"],
      [{ kind: "status", status: 413 }, AnthropicSdk.APIError, 413, "request_too_large"],
      [{ kind: "status", status: 500 }, AnthropicSdk.InternalServerError, 500, "api_error"]
    ]
    for (const [script, type, status, name] of cases) {
      provider.script("token", script)
      const error = await failure(anthropic(provider, "token").messages.create(ask))
      assert.instanceOf(error, type as typeof AnthropicSdk.APIError)
      assert.strictEqual(error.status, status)
      assert.deepInclude(error.error, { type: "error" })
      assert.strictEqual((error.error as { error: { type: string } }).error.type, name)
      assert.match(error.requestID ?? "", /^req_011/)
    }
  })

  it("raises an error event of a stream before and after content", async () => {
    const provider = await start()
    for (const [at, seen] of [
      ["before-content", 2],
      ["after-content", 3]
    ] as const) {
      provider.script("good", { kind: "streamError", at })
      const events: Array<unknown> = []
      const error = await failure(
        (async () => {
          for await (const event of await anthropic(provider).messages.create({ ...ask, stream: true })) {
            events.push(event)
          }
        })()
      )
      assert.instanceOf(error, AnthropicSdk.APIError)
      assert.include(error.message, "Overloaded")
      assert.strictEqual(events.length, seen)
    }
  })

  it("is refused a request that lacks what the vendor demands", async () => {
    const provider = await start({ tokens: { good: { kind: "ok" } }, models: ["claude-sonnet-5"] })
    const error = await failure(anthropic(provider).messages.create(ask))
    assert.instanceOf(error, AnthropicSdk.NotFoundError)
    const { max_tokens: _, ...incomplete } = ask
    const bad = await failure(anthropic(provider).messages.create(incomplete as typeof ask))
    assert.instanceOf(bad, AnthropicSdk.BadRequestError)
    assert.include(bad.message, "max_tokens: Field required")
    const models = await collect(anthropic(provider).models.list())
    assert.deepStrictEqual(
      models.map((model) => model.id),
      ["claude-sonnet-5"]
    )
  })
})

describe("OpenAI's SDK", () => {
  it("reads a plain completion", async () => {
    const provider = await start({ tokens: { good: { kind: "ok", text: "Hi." } } })
    const completion = await openai(provider).chat.completions.create(chat)
    assert.strictEqual(completion.choices[0]?.message.content, "Hi.")
    assert.strictEqual(completion.usage?.total_tokens, 19)
    assert.match(completion.id, /^chatcmpl-\w{29}$/)
    assert.match(completion._request_id ?? "", /^req_/)
  })

  it("streams a role first, then pieces, then usage when asked", async () => {
    const provider = await start({ tokens: { good: { kind: "ok", text: ["One, ", "two."] } } })
    const chunks = await collect(
      await openai(provider).chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })
    )
    assert.deepStrictEqual(
      chunks.map((chunk) => chunk.choices[0]?.delta),
      [
        { role: "assistant", content: "", refusal: null } as never,
        { content: "One, " },
        { content: "two." },
        {},
        undefined
      ]
    )
    assert.deepStrictEqual(
      chunks.map((chunk) => chunk.usage?.completion_tokens),
      [undefined, undefined, undefined, undefined, 7]
    )
    const without = await collect(await openai(provider).chat.completions.create({ ...chat, stream: true }))
    assert.isTrue(without.every((chunk) => !("usage" in chunk)))
  })

  it("is asked to call the first function, streamed or not", async () => {
    const provider = await start({ tokens: { good: { kind: "ok" } } })
    const tools = [{ type: "function" as const, function: { name: "weather", parameters: weather } }]
    const plain = await openai(provider).chat.completions.create({ ...chat, tools })
    const call = plain.choices[0]?.message.tool_calls?.[0]
    assert(call?.type === "function")
    assert.strictEqual(plain.choices[0]?.finish_reason, "tool_calls")
    assert.deepStrictEqual(JSON.parse(call.function.arguments), arguments_)
    const final = await openai(provider)
      .chat.completions.stream({ ...chat, tools })
      .finalChatCompletion()
    const streamed = final.choices[0]?.message.tool_calls?.[0]
    assert.deepStrictEqual(JSON.parse(streamed?.function.arguments ?? ""), arguments_)
  })

  it("reads and streams a response", async () => {
    const provider = await start({ tokens: { good: { kind: "ok", text: ["One, ", "two."] } } })
    const asked = { model: "gpt-5.2", input: "Hello!" }
    assert.strictEqual((await openai(provider).responses.create(asked)).output_text, "One, two.")
    assert.strictEqual((await openai(provider).responses.stream(asked).finalResponse()).output_text, "One, two.")
    const tools = [{ type: "function" as const, name: "weather", parameters: weather, strict: false }]
    const [call] = (
      await openai(provider)
        .responses.stream({ ...asked, tools })
        .finalResponse()
    ).output
    assert(call?.type === "function_call")
    assert.deepStrictEqual(JSON.parse(call.arguments), arguments_)
  })

  it("raises its typed error for every refusal", async () => {
    const provider = await start()
    const cases: ReadonlyArray<readonly [Scripted.Script, unknown, number, string | null]> = [
      [{ kind: "revoked" }, OpenAI.AuthenticationError, 401, "invalid_api_key"],
      [{ kind: "rateLimited" }, OpenAI.RateLimitError, 429, "rate_limit_exceeded"],
      [{ kind: "outOfCredit" }, OpenAI.RateLimitError, 429, "insufficient_quota"],
      [{ kind: "overloaded" }, OpenAI.InternalServerError, 503, "server_is_overloaded"],
      [{ kind: "status", status: 402 }, OpenAI.APIError, 402, "insufficient_balance"],
      [{ kind: "status", status: 403 }, OpenAI.PermissionDeniedError, 403, "unsupported_country_region_territory"],
      [{ kind: "status", status: 413 }, OpenAI.APIError, 413, null],
      [{ kind: "status", status: 422 }, OpenAI.UnprocessableEntityError, 422, null],
      [{ kind: "status", status: 500 }, OpenAI.InternalServerError, 500, null]
    ]
    for (const [script, type, status, code] of cases) {
      provider.script("token", script)
      const error = await failure(openai(provider, "token").chat.completions.create(chat))
      assert.instanceOf(error, type as typeof OpenAI.APIError)
      assert.strictEqual(error.status, status)
      assert.strictEqual(error.code, code)
      assert.match(error.requestID ?? "", /^req_/)
    }
  })

  it("raises an error inside a stream", async () => {
    const provider = await start({ tokens: { good: { kind: "streamError", at: "after-content", error: "server" } } })
    const error = await failure(
      openai(provider)
        .chat.completions.create({ ...chat, stream: true })
        .then(collect)
    )
    assert.instanceOf(error, OpenAI.APIError)
    assert.strictEqual(error.type, "server_error")
  })
})

describe("Under TestClock", () => {
  it.scoped("the windows of a limit follow the Effect clock, and the scope closes the server", () =>
    Effect.gen(function* () {
      const provider = yield* Scripted.make({
        tokens: { a: { kind: "limit", requests: 1, windowMillis: 60_000 } }
      })
      const models = Effect.promise(() =>
        fetch(`${provider.url}/v1/models`, { headers: { authorization: "Bearer a" } })
      )
      assert.strictEqual((yield* models).status, 200)
      const refused = yield* models
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.headers.get("retry-after"), "60")
      assert.strictEqual(refused.headers.get("x-ratelimit-reset-requests"), "1m0s")
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual((yield* models).status, 200)
      assert.strictEqual(provider.requests[2]?.at, yield* Clock.currentTimeMillis)
    })
  )
})
