/**
 * Help: what a command does, how it is written, and lines that can be copied.
 *
 * @since 0.1.0
 */
import type { Argument, Flag, Node } from "../CommandTree.js"
import { pad, width } from "./DisplayText.js"
import type { Style } from "./Style.js"

/**
 * The help of the last command of the path.
 *
 * @since 0.1.0
 * @category rendering
 */
export const help = (path: ReadonlyArray<Node>, style: Style): string => {
  const here = path.at(-1)
  if (here === undefined) return ""
  const title = path.map(({ name }) => name).join(" ")
  const sections = [
    `${style("strong", title)}: ${here.about.summary}\n`,
    section(
      "Usage",
      usageLines(title, here).map((line) => `  ${line}\n`)
    ),
    ...(here.about.details ?? []).map((text) => wrap(text)),
    section("Commands", list(here.children.map((child) => [child.name, child.about.summary]))),
    section("Arguments", list(here.arguments.map((argument) => [argument.name, argument.description]))),
    section(
      "Flags",
      list([...here.flags.map((flag) => [flagTitle(flag), flag.description] as const), ...everywhere(path)])
    ),
    section(
      "Examples",
      here.about.examples.map(([line, meaning]) => `  ${style("strong", line)}\n      ${style("weak", meaning)}\n`)
    )
  ]
  return sections.filter((text) => text !== "").join("\n")

  function section(name: string, lines: ReadonlyArray<string>): string {
    return lines.length === 0 ? "" : `${style("strong", name)}\n${lines.join("")}`
  }
}

const usageLines = (title: string, here: Node): ReadonlyArray<string> => [
  ...(here.runs
    ? [[title, ...here.arguments.map(argumentTitle), ...(here.flags.length > 0 ? ["[flags]"] : [])].join(" ")]
    : []),
  ...(here.children.length > 0 ? [`${title} <command> [flags]`] : [])
]

const argumentTitle = ({ name, optional, repeated }: Argument): string =>
  optional ? `[${name}${repeated ? "…" : ""}]` : `<${name}>${repeated ? "…" : ""}`

const flagTitle = ({ names, value }: Flag): string =>
  `${[...names].reverse().join(", ")}${value === undefined ? "" : ` <${value}>`}`

const everywhere = (path: ReadonlyArray<Node>): ReadonlyArray<readonly [string, string]> => [
  ["-h, --help", "Show this help."],
  ...(path.length > 1
    ? []
    : ([
        ["--version", "Show the version."],
        ["--completions <shell>", "Print completions for sh, bash, fish or zsh."],
        ["--log-level <level>", "How much is told on standard error: debug, info, warning (default), error."]
      ] as const))
]

const list = (entries: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> => {
  const columns = Math.max(0, ...entries.map(([name]) => width(name)))
  return entries.map(([name, text]) => {
    const [first = "", ...more] = wrap(text, 96 - columns)
      .trimEnd()
      .split("\n")
    return [`  ${pad(name, columns, "left")}  ${first}`, ...more.map((line) => `  ${" ".repeat(columns)}  ${line}`)]
      .map((line) => `${line.trimEnd()}\n`)
      .join("")
  })
}

const wrap = (text: string, columns = 100): string => {
  const lines = [""]
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? ""
    if (last !== "" && width(last) + 1 + width(word) > columns) lines.push(word)
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`
  }
  return lines.map((line) => `${line}\n`).join("")
}
