/**
 * The commands as data: names, flags, arguments and words of help, read off the `@effect/cli` commands themselves, so
 * that help, suggestions and parsing cannot disagree.
 *
 * @since 0.1.0
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Span from "@effect/cli/HelpDoc/Span"
import type * as Usage from "@effect/cli/Usage"
import * as Option from "effect/Option"

/**
 * What help says of a command beyond its flags. The first sentence of `summary` stands in the list of commands.
 *
 * @since 0.1.0
 * @category models
 */
export interface About {
  readonly summary: string
  readonly details?: ReadonlyArray<string>
  /** A command line, and what it does. */
  readonly examples: ReadonlyArray<readonly [line: string, meaning: string]>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Flag {
  /** With dashes, the long one first: `--header`. */
  readonly names: ReadonlyArray<string>
  /** What stands for its value in help; `undefined` for a switch. */
  readonly value: string | undefined
  readonly repeated: boolean
  readonly description: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Argument {
  /** `alias` */
  readonly name: string
  readonly optional: boolean
  readonly repeated: boolean
  readonly description: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Node {
  readonly name: string
  readonly about: About
  readonly flags: ReadonlyArray<Flag>
  readonly arguments: ReadonlyArray<Argument>
  readonly children: ReadonlyArray<Node>
  /** A group that only holds commands shows its help when run. */
  readonly runs: boolean
}

/**
 * Reads a command. `command` is the group itself when there are children, before they were attached.
 *
 * @since 0.1.0
 * @category constructors
 */
export const node = <Name extends string, R, E, A>(
  command: Command.Command<Name, R, E, A>,
  options: { readonly about: About; readonly children?: ReadonlyArray<Node>; readonly runs?: boolean }
): Node => {
  const named = usages(Command.getUsage(command), { optional: false, repeated: false })
  const words = descriptions(Command.getHelp(command, quiet))
  return {
    name: named[0]?.names[0] ?? "",
    about: options.about,
    flags: named
      .filter(({ names }) => names[0]?.startsWith("-"))
      .map(({ names, repeated, value }) => ({
        names: [...names].sort((a, b) => b.length - a.length),
        value: value,
        repeated,
        description: names.map((name) => words.find(([title]) => title.includes(name))?.[1]).find(Boolean) ?? ""
      })),
    arguments: named
      .filter(({ names }) => names[0]?.startsWith("<"))
      .map(({ names, optional, repeated }) => ({
        name: (names[0] ?? "").slice(1, -1),
        optional: optional || repeated,
        repeated,
        description: words.find(([title]) => title.includes(names[0] ?? ""))?.[1] ?? ""
      })),
    children: options.children ?? [],
    runs: options.runs ?? true
  }
}

const quiet = CliConfig.make({ showBuiltIns: false })

interface Named {
  readonly names: ReadonlyArray<string>
  readonly value: string | undefined
  readonly optional: boolean
  readonly repeated: boolean
}

const usages = (usage: Usage.Usage, around: Pick<Named, "optional" | "repeated">): ReadonlyArray<Named> => {
  switch (usage._tag) {
    case "Empty":
    case "Mixed":
      return []
    case "Named":
      return [{ ...around, names: usage.names, value: Option.getOrUndefined(usage.acceptedValues) }]
    case "Optional":
      return usages(usage.usage, { ...around, optional: true })
    case "Repeated":
      return usages(usage.usage, { ...around, repeated: true })
    case "Alternation":
    case "Concat":
      return [...usages(usage.left, around), ...usages(usage.right, around)]
  }
}

/** Title and description of every flag and argument. */
const descriptions = (doc: HelpDoc.HelpDoc): ReadonlyArray<readonly [string, string]> => {
  if (HelpDoc.isSequence(doc)) return [...descriptions(doc.left), ...descriptions(doc.right)]
  if (!HelpDoc.isDescriptionList(doc)) return []
  return doc.definitions.map(([title, text]) => [spanText(title), described(text)])
}

/** `@effect/cli` puts a sentence about the type before ours and one about being optional after it. */
const described = (doc: HelpDoc.HelpDoc): string => paragraphs(doc)[1] ?? ""

/**
 * The words of a text of `@effect/cli`.
 *
 * @since 0.1.0
 * @category getters
 */
export const textOf = (doc: HelpDoc.HelpDoc): string => paragraphs(doc).join(" ")

const paragraphs = (doc: HelpDoc.HelpDoc): ReadonlyArray<string> =>
  HelpDoc.isSequence(doc)
    ? [...paragraphs(doc.left), ...paragraphs(doc.right)]
    : HelpDoc.isParagraph(doc)
      ? [spanText(doc.value)]
      : []

const spanText = (span: Span.Span): string => {
  switch (span._tag) {
    case "Text":
    case "URI":
      return span.value
    case "Sequence":
      return spanText(span.left) + spanText(span.right)
    case "Highlight":
    case "Strong":
    case "Weak":
      return spanText(span.value)
  }
}
