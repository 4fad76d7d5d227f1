/**
 * From a refusal to an error.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { scrub } from "../Authorize.js"
import { TokenRotation } from "../TokenRotation.js"
import { ApiError } from "./errors.js"
import { runSync } from "./runtime.js"

/**
 * What a provider answered instead of a message. Vendors may quote the token they refuse; it is taken out.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiError = async (providerId: string, response: Response): Promise<ApiError> => {
  const provider = runSync(Effect.flatMap(TokenRotation, (rotation) => rotation.provider(providerId)))
  const body = parse(scrub(provider, await response.text()))
  const said = saying(body)
  const requestId = response.headers.get("request-id") ?? response.headers.get("x-request-id")
  return new ApiError(`${provider.name} answered ${response.status}${said === "" ? "" : `: ${said}`}`, {
    status: response.status,
    body,
    requestId: requestId === null ? null : scrub(provider, requestId)
  })
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const saying = (body: unknown): string => {
  if (typeof body !== "object" || body === null || !("error" in body)) return ""
  const { error } = body
  if (typeof error !== "object" || error === null) return typeof error === "string" ? error : ""
  const type = "type" in error && typeof error.type === "string" ? error.type : ""
  const message = "message" in error && typeof error.message === "string" ? error.message : ""
  return [type, message].filter((part) => part !== "").join(": ")
}
