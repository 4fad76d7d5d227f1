/**
 * OpenAI.
 *
 * @since 0.1.0
 */
import type { Provider } from "../Provider.js"
import { firstCut } from "./firstCut.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const openai: Provider = {
  type: "openai",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["OPENAI_API_KEY"], baseUrl: "OPENAI_BASE_URL" },
  classify: firstCut
}
