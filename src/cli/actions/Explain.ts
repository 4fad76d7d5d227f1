/**
 * `ctl explain`
 *
 * @since 0.1.0
 */
import { readFileSync } from "node:fs"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TokenRotation } from "../../TokenRotation.js"
import * as ConfigChange from "../ConfigChange.js"
import { CommandFailed, UsageError } from "../Failure.js"
import * as Report from "../Report.js"
import * as Json from "../render/Json.js"
import { verdict } from "../render/Verdict.js"
import * as Session from "../Session.js"
import * as Verdict from "../Verdict.js"
import { explainLines } from "./ExplainLines.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly provider: Option.Option<string>
  readonly status: Option.Option<number>
  readonly headers: ReadonlyArray<string>
  readonly body: Option.Option<string>
  readonly model: Option.Option<string>
  readonly now: Option.Option<string>
  readonly stdin: boolean
  readonly json: boolean
}

/**
 * Judges one answer, or those on standard input.
 *
 * @since 0.1.0
 * @category actions
 */
export const run = (options: Options) =>
  Effect.gen(function* () {
    if (options.stdin) yield* many(options)
    else yield* one(options)
  })

const many = (options: Options) =>
  Effect.gen(function* () {
    const { body, model, now, provider, status } = options
    const flags: ReadonlyArray<Option.Option<unknown>> = [body, model, now, provider, status]
    if (flags.some(Option.isSome) || options.headers.length > 0) {
      return yield* new UsageError({
        reason: "--stdin takes its answers from standard input alone",
        remedy: "Leave the other flags away"
      })
    }
    yield* explainLines
  })

const one = (options: Options) =>
  Effect.gen(function* () {
    const provider = yield* required(options.provider, "--provider")
    const status = yield* required(options.status, "--status")
    const vendor = (yield* configured(provider)) ?? (yield* ConfigChange.vendorOf(provider))
    const headers = yield* Effect.forEach(options.headers, header)
    const now = Option.isNone(options.now) ? yield* Clock.currentTimeMillis : Verdict.instant(options.now.value)
    if (Number.isNaN(now)) {
      return yield* new UsageError({
        reason: "--now must be ISO 8601 or epoch milliseconds",
        remedy: "Write --now 2026-08-31T12:00:00Z, or leave it away"
      })
    }
    const facts = {
      status,
      headers: Object.fromEntries(headers),
      body: Option.isNone(options.body) ? undefined : yield* bodyOf(options.body.value),
      now,
      model: Option.getOrUndefined(options.model)
    }
    const result = Verdict.judge({ id: null, provider, facts }, vendor)
    yield* Report.data((_, style) => (options.json ? Json.print(result) : verdict(result, style)))
  })

/** The provider of that id in the config, with the user's own rules. A config that cannot be read is told, and left out. */
const configured = (id: string) =>
  Session.reading(Effect.flatMap(TokenRotation, ({ providers }) => providers)).pipe(
    Effect.map((providers) => providers.find((provider) => provider.id === id)?.vendor),
    Effect.catchTag("ConfigError", (error) =>
      Effect.as(Report.warn(`the config was left out of this. ${error.message}`), undefined)
    )
  )

const required = <A>(option: Option.Option<A>, name: string): Effect.Effect<A, UsageError> =>
  Option.isSome(option)
    ? Effect.succeed(option.value)
    : Effect.fail(
        new UsageError({
          reason: `ctl explain needs ${name}`,
          remedy: "Or give answers with --stdin. See: ctl explain --help"
        })
      )

const header = (text: string): Effect.Effect<readonly [string, string], UsageError> => {
  const colon = text.indexOf(":")
  return colon > 0
    ? Effect.succeed([text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()])
    : Effect.fail(new UsageError({ reason: "--header has no colon", remedy: "Write --header 'retry-after: 5'" }))
}

const bodyOf = (text: string): Effect.Effect<string, CommandFailed> =>
  text.startsWith("@")
    ? Effect.try({
        try: () => readFileSync(text.slice(1), "utf8"),
        catch: () =>
          new CommandFailed({
            reason: `The file ${text.slice(1)} cannot be read`,
            remedy: "Name one that can, or give the body itself with --body"
          })
      })
    : Effect.succeed(text)
