/**
 * What the command line of the simulation asks for. Pure.
 */
import { parseArgs } from "node:util"
import { policies } from "./policies.js"
import { quick, type Scenario, scenarios } from "./scenarios.js"

export interface Asked {
  readonly seed: number
  /** Those of the scenarios that are wanted, never none. */
  readonly scenarios: ReadonlyArray<Scenario>
  /** The names of the wanted policies, never none. */
  readonly policies: ReadonlyArray<string>
  readonly only: string
  readonly policy: string
  readonly quick: boolean
  readonly check: boolean
  readonly write: boolean
}

const names = policies.map(({ name }) => name)
const listed = names.map((name) => `"${name}"`).join(", ")

export const usage = `npm run simulate -- [--seed 1] [--only TEXT] [--policy TEXT] [--quick] [--check] [--write]

Plays pools against modelled vendors and prints what reached the callers; the same seed prints the same table.

  --seed N        a whole number; 1 unless said otherwise
  --only TEXT     the scenarios whose names hold the text: "200 " is all pools of 200
  --policy TEXT   the policies whose names hold the text: ${listed}
  --quick         a few short scenarios
  --check         exit code 1 when a bar is missed
  --write         put the table into docs/performance.md
  --help          this`

/** What is asked for; a text is why it cannot be, and what to do about it; `undefined`: the usage. */
export const parse = (args: ReadonlyArray<string>): Asked | string | undefined => {
  const values = valuesOf(args)
  if (typeof values === "string") return values
  if (values.help) return undefined
  const { check, only, policy, write } = values
  // `Number("")` is 0.
  const seed = values.seed.trim() === "" ? Number.NaN : Number(values.seed)
  if (!Number.isSafeInteger(seed)) return `--seed takes a whole number, such as 1, and not "${values.seed}".`
  const wanted = (values.quick ? quick : scenarios).filter(({ name }) => name.includes(only))
  if (wanted.length === 0) {
    const like = `they are named like "${values.quick ? quick[0]?.name : "20 window headers 150% faults 503"}"`
    return `No ${values.quick ? "quick " : ""}scenario has "${only}" in its name (--only): ${like}.`
  }
  const named = names.filter((name) => name.includes(policy))
  if (named.length === 0) return `No policy has "${policy}" in its name (--policy): they are ${listed}.`
  return { seed, scenarios: wanted, policies: named, only, policy, quick: values.quick, check, write }
}

const valuesOf = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: "string", default: "1" },
        only: { type: "string", default: "" },
        policy: { type: "string", default: "" },
        quick: { type: "boolean", default: false },
        check: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false }
      }
    }).values
  } catch (error) {
    return `${error instanceof Error ? error.message : error}. See: npm run simulate -- --help`
  }
}
