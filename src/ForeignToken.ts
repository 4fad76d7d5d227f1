/**
 * Tells a token that was given to the wrong provider by how it begins.
 *
 * @since 0.1.0
 */
import type { Provider } from "./Provider.js"

/**
 * The other vendor whose tokens begin so; nothing where the vendor's own do, or where they may begin like anything: at
 * servers of the user's own.
 *
 * @since 0.1.0
 * @category getters
 */
export const vendorOf = (
  vendor: Pick<Provider, "type" | "baseUrl" | "tokenPrefixes">,
  prefix: string,
  vendors: ReadonlyArray<Provider>
): Provider | undefined => {
  const claims = ({ tokenPrefixes = [] }: Pick<Provider, "tokenPrefixes">) =>
    tokenPrefixes.some((each) => prefix.startsWith(each))
  if (vendor.baseUrl === "" || claims(vendor)) return undefined
  return vendors.find((other) => other.type !== vendor.type && claims(other))
}
