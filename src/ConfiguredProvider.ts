/**
 * A provider as the user configured it: the vendor's value, where to reach it, and the tokens.
 *
 * @since 0.1.0
 */
import type { GroupLimits } from "./core/Operation.js"
import type { Strategy } from "./core/Strategy.js"
import type { Provider } from "./Provider.js"
import type { Token } from "./Token.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ConfiguredProvider {
  readonly id: string
  readonly name: string
  /** The vendor, with the user's own rules tried first. */
  readonly vendor: Provider
  /** Where requests go: a relay's URL or the vendor's own; no trailing slash. */
  readonly baseUrl: string
  readonly strategy: Strategy
  /** What the user states of the limits of groups, by name. */
  readonly groupLimits?: GroupLimits | undefined
  readonly tokens: ReadonlyMap<string, Token>
  /** Tokens that are configured but cannot be used, and why: a reference that leads nowhere. */
  readonly problems: ReadonlyArray<{ readonly alias: string; readonly reason: string }>
}

/**
 * The token of that alias or id.
 *
 * @since 0.1.0
 * @category getters
 */
export const findToken = (self: ConfiguredProvider, aliasOrId: string): Token | undefined => {
  for (const token of self.tokens.values()) if (token.alias === aliasOrId) return token
  return self.tokens.get(aliasOrId)
}
