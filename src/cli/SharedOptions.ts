/**
 * Flags that mean the same in every command, and flags whose values are checked with an error that names them.
 *
 * @since 0.1.0
 */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"

/**
 * @since 0.1.0
 * @category options
 */
export const config: Options.Options<Option.Option<string>> = Options.text("config").pipe(
  Options.withPseudoName("path"),
  Options.withDescription("The config file. Default: config.json in $LLMCTL_CONFIG_DIR, or in ~/.config/llmctl."),
  Options.optional
)

/**
 * @since 0.1.0
 * @category options
 */
export const provider: Options.Options<Option.Option<string>> = Options.text("provider").pipe(
  Options.withAlias("p"),
  Options.withPseudoName("id"),
  Options.withDescription("Only this provider. Default: wherever the token is; for new tokens the active provider."),
  Options.optional
)

/**
 * @since 0.1.0
 * @category options
 */
export const json: Options.Options<boolean> = Options.boolean("json").pipe(
  Options.withDescription("Print JSON of a documented shape (docs/cli.md).")
)

/**
 * A number between two bounds.
 *
 * @since 0.1.0
 * @category options
 */
export const number = (
  name: string,
  options: { readonly min: number; readonly max: number; readonly whole: boolean; readonly description: string }
): Options.Options<Option.Option<number>> =>
  Options.text(name).pipe(
    Options.withPseudoName("number"),
    Options.withDescription(options.description),
    Options.mapEffect((text) => {
      const value = text.trim() === "" ? Number.NaN : Number(text)
      return value >= options.min && value <= options.max && (!options.whole || Number.isInteger(value))
        ? Effect.succeed(value)
        : invalid(`--${name} must be a ${options.whole ? "whole " : ""}number from ${options.min} to ${options.max}`)
    }),
    Options.optional
  )

/**
 * One of a few words.
 *
 * @since 0.1.0
 * @category options
 */
export const oneOf = <const Word extends string>(
  name: string,
  words: ReadonlyArray<Word>,
  description: string
): Options.Options<Option.Option<Word>> =>
  Options.text(name).pipe(
    Options.withPseudoName(words.join("|")),
    Options.withDescription(description),
    Options.mapEffect((text) => {
      const word = words.find((candidate) => candidate === text)
      return word === undefined ? invalid(`--${name} must be one of ${words.join(", ")}`) : Effect.succeed(word)
    }),
    Options.optional
  )

const invalid = (text: string): Effect.Effect<never, ValidationError.ValidationError> =>
  Effect.fail(ValidationError.invalidValue(HelpDoc.p(text)))
