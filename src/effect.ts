/**
 * The door for Effect programs: every module under its own name.
 *
 * @since 0.1.0
 */
export * as Authorize from "./Authorize.js"
export * as ConfigSource from "./ConfigSource.js"
export * as ConfigStore from "./ConfigStore.js"
export * as ConfiguredProvider from "./ConfiguredProvider.js"
export * as Outcome from "./core/Outcome.js"
export * as PoolEvent from "./core/PoolEvent.js"
export * as PoolView from "./core/PoolView.js"
export * as Lease from "./Lease.js"
export * as Provider from "./Provider.js"
export * as ProviderUrl from "./ProviderUrl.js"
export * as Providers from "./providers/index.js"
export * as Rotate from "./Rotate.js"
export * as RotatingHttpClient from "./RotatingHttpClient.js"
export * as RotationConfig from "./RotationConfig.js"
export * as RotationError from "./RotationError.js"
export * as StateStore from "./StateStore.js"
export * as Statistics from "./Statistics.js"
export * as Configured from "./stores/Configured.js"
export * as FileKeyValueStore from "./stores/FileKeyValueStore.js"
export * as FileStateStore from "./stores/FileStateStore.js"
export * as KeyValueStateStore from "./stores/KeyValueStateStore.js"
export * as Token from "./Token.js"
export * as TokenRotation from "./TokenRotation.js"
export * as View from "./View.js"
