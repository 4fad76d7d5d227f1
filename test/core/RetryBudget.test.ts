import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as RetryBudget from "../../src/core/RetryBudget.js"

const terms: RetryBudget.Terms = { ratio: 0.5, perSecond: 1, cap: 3 }

const drain = (budget: RetryBudget.RetryBudget, now: number) => {
  let granted = 0
  let next = budget
  for (let i = 0; i < 10; i++) {
    const [ok, after] = RetryBudget.withdraw(next, terms, now)
    next = after
    if (ok) granted++
  }
  return { granted, next }
}

describe("RetryBudget", () => {
  it("starts full and grants as many retries as it holds", () => {
    expect(drain(RetryBudget.full(terms, 0), 0).granted).toBe(3)
  })

  it("lets two requests pay for one retry at a ratio of a half", () => {
    const { next } = drain(RetryBudget.full(terms, 0), 0)
    const once = RetryBudget.deposit(next, terms, 0)
    expect(RetryBudget.withdraw(once, terms, 0)[0]).toBe(false)
    expect(RetryBudget.withdraw(RetryBudget.deposit(once, terms, 0), terms, 0)[0]).toBe(true)
  })

  it("refills with time, to the cap and no further", () => {
    const { next } = drain(RetryBudget.full(terms, 0), 0)
    expect(RetryBudget.withdraw(next, terms, 999)[0]).toBe(false)
    expect(RetryBudget.withdraw(next, terms, 1_000)[0]).toBe(true)
    expect(drain(next, 1_000_000).granted).toBe(3)
  })

  it("stays between nothing and the cap, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -5_000, max: 5_000 }))), (steps) => {
        let budget = RetryBudget.full(terms, 0)
        let now = 0
        for (const [pays, passed] of steps) {
          now += passed
          budget = pays ? RetryBudget.deposit(budget, terms, now) : RetryBudget.withdraw(budget, terms, now)[1]
          expect(budget.balance).toBeGreaterThanOrEqual(0)
          expect(budget.balance).toBeLessThanOrEqual(terms.cap)
        }
      })
    )
  })

  it("finds the same, whether requests paid one by one or are paid for together when something is taken out", () => {
    const passed = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1 })
    fc.assert(
      fc.property(passed, (each) => {
        const { next } = drain(RetryBudget.full(terms, 0), 0)
        const now = each.reduce((sum, millis) => sum + millis, 0)
        let at = 0
        const oneByOne = each.reduce((budget, millis) => {
          at += millis
          return RetryBudget.deposit(budget, terms, at)
        }, next)
        const together = RetryBudget.deposit(next, terms, now, each.length)
        expect(together.balance).toBeCloseTo(oneByOne.balance, 9)
        expect(together.at).toBe(oneByOne.at)
      })
    )
  })

  it("pays for no time twice when the clock is set back", () => {
    const { next } = drain(RetryBudget.full(terms, 10_000), 10_000)
    const back = RetryBudget.deposit(next, { ...terms, ratio: 0 }, 0)
    expect(RetryBudget.withdraw(back, terms, 10_000)[0]).toBe(false)
  })
})
