import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as WaitQueue from "../../src/core/WaitQueue.js"

const priority = fc.constantFrom("high", "normal", "low") as fc.Arbitrary<WaitQueue.Priority>

const wish: fc.Arbitrary<WaitQueue.Wish> = fc.record({
  model: fc.constantFrom(null, "opus", "__proto__"),
  exclude: fc.constantFrom([], ["a"], ["a", "b"], ["b", "a"]),
  request: fc.constantFrom(null, "r1", "r2"),
  size: fc.constant(null)
})

type Op =
  | {
      readonly _tag: "Join"
      readonly wish: WaitQueue.Wish
      readonly priority: WaitQueue.Priority
      readonly since: number
    }
  | { readonly _tag: "Leave"; readonly which: number }
  | { readonly _tag: "Serve"; readonly which: number }

const ops: fc.Arbitrary<ReadonlyArray<Op>> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        _tag: fc.constant("Join" as const),
        wish,
        priority,
        since: fc.constantFrom(0, 0, 1, 5_000, 9_999, 10_000, 20_000)
      })
    },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Leave" as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Serve" as const), which: fc.nat(50) }) }
  ),
  { maxLength: 40, size: "max" }
)

/** One who waits, as a plain list would have it. */
interface Waits {
  readonly ticket: WaitQueue.Ticket
  readonly name: number
  readonly like: string
  readonly since: number
  readonly rank: number
}

const like = ({ exclude, model }: WaitQueue.Wish) => `${model} but ${[...exclude].sort()}`

const inOrder = (waits: ReadonlyArray<Waits>) => [...waits].sort((a, b) => a.rank - b.rank || a.name - b.name)

/** The first of each kind, the one who has waited longest first. */
const firsts = (waits: ReadonlyArray<Waits>) =>
  inOrder(waits).filter((one, i, all) => all.findIndex((other) => other.like === one.like) === i)

describe("WaitQueue", () => {
  it("is one queue for each wish, in order of arrival with a head start, whatever joins, leaves and is served", () => {
    fc.assert(
      fc.property(ops, (ops) => {
        let queue: WaitQueue.WaitQueue<number> = WaitQueue.empty
        let waits: ReadonlyArray<Waits> = []
        const gone: Array<WaitQueue.Ticket> = []
        let name = 0
        const part = (ticket: WaitQueue.Ticket) => {
          const [left, next] = WaitQueue.leave(queue, ticket)
          expect(left).toBe(true)
          queue = next
          waits = waits.filter((one) => one.ticket !== ticket)
          gone.push(ticket)
        }
        for (const op of ops) {
          if (op._tag === "Join") {
            const { priority, since, wish } = op
            name++
            const [ticket, next] = WaitQueue.join(queue, wish, name, { since, deadline: 60_000 - since, priority })
            queue = next
            const rank = since - WaitQueue.headStart[priority]
            waits = [...waits, { ticket, name, like: like(wish), since, rank }]
          }
          const leaving = waits[op._tag === "Leave" ? op.which % Math.max(1, waits.length) : -1]
          if (leaving !== undefined) part(leaving.ticket)
          const heads = WaitQueue.heads(queue)
          const head = heads[op._tag === "Serve" ? op.which % Math.max(1, heads.length) : -1]
          if (head !== undefined) part(head.ticket)

          expect(WaitQueue.heads(queue).map(({ at, value }) => [value, at])).toEqual(
            firsts(waits).map(({ name, since }) => [name, since])
          )
          expect(queue.size).toBe(waits.length)
          expect([...WaitQueue.everybody(queue)].sort((a, b) => a - b)).toEqual(waits.map(({ name }) => name))
          // Who has gone is not there any more, and cannot go twice.
          for (const ticket of gone) expect(WaitQueue.leave(queue, ticket)).toEqual([false, queue])
        }
        // An empty queue holds nothing of those who stood in it.
        for (const { ticket } of waits) queue = WaitQueue.leave(queue, ticket)[1]
        expect(queue).toMatchObject({ size: 0, lines: {} })
      })
    )
  })

  it("knows whether somebody with the same wish waits: the same model and the same tokens, in any order", () => {
    const join = (wish: WaitQueue.Wish) =>
      WaitQueue.join(WaitQueue.empty, wish, 1, { since: 0, deadline: 1, priority: "normal" })[1]
    fc.assert(
      fc.property(wish, wish, (waiting, asked) => {
        expect(WaitQueue.isWaitedFor(join(waiting), asked)).toBe(like(waiting) === like(asked))
        expect(WaitQueue.isWaitedFor(WaitQueue.empty, asked)).toBe(false)
      })
    )
  })

  it("lets nobody be overtaken by those who come ten seconds later, or twenty with the highest priority", () => {
    const any: WaitQueue.Wish = { model: null, exclude: [], request: null, size: null }
    for (const [mine, theirs, most] of [
      ["high", "high", 0],
      ["normal", "normal", 0],
      ["normal", "high", 10_000],
      ["low", "normal", 10_000],
      ["low", "high", 20_000]
    ] as const) {
      const [, first] = WaitQueue.join(WaitQueue.empty, any, "mine", { since: 0, deadline: 1, priority: mine })
      for (const later of [1, most - 1, most, most + 1]) {
        const [, both] = WaitQueue.join(first, any, "theirs", { since: later, deadline: later, priority: theirs })
        expect(WaitQueue.heads(both)[0]?.value).toBe(later < most ? "theirs" : "mine")
      }
    }
  })
})
