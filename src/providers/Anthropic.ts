/**
 * Anthropic.
 *
 * @since 0.1.0
 */
import type { Provider } from "../Provider.js"
import { firstCut } from "./firstCut.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const anthropic: Provider = {
  type: "anthropic",
  name: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  authorization: [
    { prefix: "sk-ant-oat", header: "authorization", scheme: "Bearer", adds: { "anthropic-beta": "oauth-2025-04-20" } },
    { header: "x-api-key" }
  ],
  headers: { "anthropic-version": "2023-06-01" },
  env: { tokens: ["ANTHROPIC_API_KEY"], bearerTokens: ["ANTHROPIC_AUTH_TOKEN"], baseUrl: "ANTHROPIC_BASE_URL" },
  classify: firstCut
}
