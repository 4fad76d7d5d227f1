/**
 * `ctl explain`
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Act from "../Act.js"
import type { About } from "../CommandTree.js"
import * as Shared from "../SharedOptions.js"

/**
 * @since 0.1.0
 * @category help
 */
export const about: About = {
  summary: "says what a vendor's answer means: whose fault, what rests for how long, and why",
  details: [
    "Give one answer by flags, or many on standard input: one JSON object a line { id, provider, status, headers, body, model, now }, answered in order by one a line { id, blame, retryOtherToken, cooldownMs, scope, evidence, why }. A line that cannot be read is answered with { id, line, error }, and the exit code is 1 at the end."
  ],
  examples: [
    ["ctl explain --provider anthropic --status 429 --header 'retry-after: 5'", "one answer, in words"],
    ["ctl explain --provider openai --status 429 --body @answer.json --json", "its body from a file, as JSON"],
    ["ctl explain --stdin < cases.jsonl", "many answers"]
  ]
}

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "explain",
  {
    provider: text(
      "provider",
      "type",
      "Whose answer it is: a provider of the config, with its rules, or a provider's type."
    ).pipe(Options.withAlias("p"), Options.optional),
    status: Shared.number("status", { min: 100, max: 599, whole: true, description: "The HTTP status." }),
    headers: text("header", "'name: value'", "A header of the answer. May be given several times.").pipe(
      Options.repeated
    ),
    body: text("body", "text|@file", "The body, or @ and the file it is in.").pipe(Options.optional),
    model: text("model", "name", "The model that was asked for.").pipe(Options.optional),
    now: text("now", "time", "When the answer came: ISO 8601 or epoch milliseconds. Default: now.").pipe(
      Options.optional
    ),
    stdin: Options.boolean("stdin").pipe(Options.withDescription("Read many answers from standard input.")),
    json: Shared.json,
    config: Shared.config
  },
  (options) =>
    Act.withConfig(
      options.config,
      () => import("../actions/Explain.js"),
      (action) => action.run(options)
    )
).pipe(Command.withDescription(about.summary))

function text(name: string, placeholder: string, description: string) {
  return Options.text(name).pipe(Options.withPseudoName(placeholder), Options.withDescription(description))
}
