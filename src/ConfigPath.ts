/**
 * Where the config lives: `$LLMCTL_CONFIG_DIR/config.json`, else `$XDG_CONFIG_HOME/llmctl/config.json`, else
 * `~/.config/llmctl/config.json`; on Windows `%APPDATA%\llmctl\config.json` instead of the last two.
 *
 * @since 0.1.0
 */
import * as Os from "node:os"
import * as Path from "node:path"
import type { Variables } from "./Environment.js"

/**
 * The home directory, as the environment has it.
 *
 * @since 0.1.0
 * @category getters
 */
export const home = (variables: Variables, windows: boolean): string =>
  variables[windows ? "USERPROFILE" : "HOME"] || accountHome()

/**
 * An account may have no home, as in a container under a made-up user id. Then the root stands for it, where such a user
 * can write nothing and nobody can plant a config: tokens come from the environment, and what is learnt stays in memory.
 */
const accountHome = (): string => {
  for (const ask of [Os.homedir, () => Os.userInfo().homedir]) {
    try {
      const answer = ask()
      if (Path.isAbsolute(answer)) return answer
    } catch {
      // There is no such account.
    }
  }
  return Path.resolve("/")
}

/**
 * The path of the config file that the environment asks for.
 *
 * @since 0.1.0
 * @category getters
 */
export const configPath = (variables: Variables, windows: boolean): string =>
  Path.join(configDirectory(variables, windows), "config.json")

const configDirectory = (variables: Variables, windows: boolean): string => {
  const own = variables.LLMCTL_CONFIG_DIR
  if (own)
    return own === "~" || own.startsWith("~/") ? Path.join(home(variables, windows), own.slice(1)) : Path.resolve(own)
  if (windows)
    return Path.join(variables.APPDATA || Path.join(home(variables, windows), "AppData", "Roaming"), "llmctl")
  const xdg = variables.XDG_CONFIG_HOME
  // The XDG specification: a relative path is to be ignored.
  return Path.join(xdg && Path.isAbsolute(xdg) ? xdg : Path.join(home(variables, windows), ".config"), "llmctl")
}
