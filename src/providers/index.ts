/**
 * All vendors.
 *
 * @since 0.1.0
 */
import type { Provider } from "../Provider.js"
import { anthropic } from "./Anthropic.js"
import { firstCut } from "./firstCut.js"
import { google } from "./Google.js"
import { openai } from "./OpenAI.js"

/**
 * Any OpenAI-compatible server; its base URL is the user's.
 *
 * @since 0.1.0
 * @category providers
 */
export const generic: Provider = {
  ...openai,
  type: "generic",
  name: "OpenAI-compatible",
  baseUrl: "",
  env: { tokens: [] },
  classify: firstCut
}

/**
 * @since 0.1.0
 * @category providers
 */
export const all: ReadonlyArray<Provider> = [anthropic, openai, google, generic]

/**
 * The vendor of a config's `type`.
 *
 * @since 0.1.0
 * @category lookups
 */
export const byType = (type: string): Provider | undefined =>
  ({ gemini: google, custom: generic, "openai-compatible": generic })[type] ?? all.find((each) => each.type === type)
