/** The policies that are compared; the bars are for the first. */
import { fixedBenches, retryOnOneToken, threeStrikes } from "./baselines.js"
import type { Policy } from "./policy.js"
import { rotation } from "./rotation.js"

export const judged: Policy = rotation()

export const policies: ReadonlyArray<Policy> = [judged, retryOnOneToken, threeStrikes, fixedBenches]
