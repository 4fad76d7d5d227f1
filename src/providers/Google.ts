/**
 * Google Gemini.
 *
 * @since 0.1.0
 */
import type { Provider } from "../Provider.js"
import { firstCut } from "./firstCut.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const google: Provider = {
  type: "google",
  name: "Google Gemini",
  baseUrl: "https://generativelanguage.googleapis.com",
  authorization: [{ header: "x-goog-api-key" }],
  env: { tokens: ["GEMINI_API_KEY", "GOOGLE_API_KEY"] },
  classify: firstCut
}
