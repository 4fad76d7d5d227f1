import type { Vendor } from "../../src/Environment.js"

/** Two vendors as far as the config needs them. */
export const vendors: ReadonlyArray<Vendor> = [
  {
    type: "anthropic",
    name: "Anthropic",
    env: { tokens: ["ANTHROPIC_API_KEY"], bearerTokens: ["ANTHROPIC_AUTH_TOKEN"], baseUrl: "ANTHROPIC_BASE_URL" }
  },
  { type: "openai", name: "OpenAI", env: { tokens: ["OPENAI_API_KEY"], baseUrl: "OPENAI_BASE_URL" } }
]
