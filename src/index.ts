/**
 * The door for promise code: the three names, a rotating `fetch`, their errors and types.
 *
 * @since 0.1.0
 */
export { AutoTokenApiClient } from "./promise/AutoTokenApiClient.js"
export { type ConfigManager, configManager } from "./promise/configManager.js"
export {
  AllTokensFailedError,
  ApiError,
  ConfigError,
  LlmctlError,
  NoTokenError,
  RequestTooLargeError,
  UnknownProviderError,
  UnknownTokenError
} from "./promise/errors.js"
export { rotatingFetch } from "./promise/rotatingFetch.js"
export { TokenRotationManager } from "./promise/TokenRotationManager.js"
export type * from "./promise/types.js"
