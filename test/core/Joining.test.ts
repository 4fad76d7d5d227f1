import { describe, expect, it } from "vitest"
import * as Admission from "../../src/core/Admission.js"
import * as Flow from "../../src/core/Flow.js"
import * as Joining from "../../src/core/Joining.js"
import type { Pool } from "../../src/core/Pool.js"
import * as Throughput from "../../src/core/Throughput.js"
import type { Priority, Wish } from "../../src/core/WaitQueue.js"
import { failure, limited, make, poolOf, revoked } from "../support/pool.js"

const second = 1_000
const wish: Wish = { model: null, exclude: [], request: null, size: null }

/** Ten a second were lent for so many seconds up to `now`. */
const busy = (pool: Pool, seconds: number, now: number): Pool => {
  let throughput = Throughput.begin(now - seconds * second)
  for (let at = now - seconds * second; at < now; at += 100) throughput = Throughput.count(throughput, at)
  return { ...pool, throughput }
}

const now = 100 * second
const strained = Admission.lose(Admission.initial, now)

const refuse = (
  queue: { readonly pool: Pool; readonly admission?: Admission.Admission; readonly waiting: number },
  caller: { readonly patience?: number; readonly priority?: Priority; readonly maxWaiting?: number; at?: number } = {}
) => {
  const { maxWaiting = 1_000, patience = 30 * second, priority = "normal" } = caller
  const at = caller.at ?? now
  const { admission = Admission.initial } = queue
  return Joining.refuse({ ...queue, admission }, wish, { now: at, deadline: at + patience, priority, maxWaiting })
}

describe("who would join a queue", () => {
  it("may, however long it is, while nothing shows that more is asked than can be served", () => {
    expect(refuse({ pool: busy(poolOf(["a"]), 60, now), waiting: 900 })).toBeNull()
  })

  it("is turned away from a strained one for more than six seconds, and told when its turn would be", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    expect(refuse({ pool, admission: strained, waiting: 58 })).toBeNull()
    const refusal = refuse({ pool, admission: strained, waiting: 80 })
    expect(refusal?.because).toBe("overloaded")
    expect(Math.abs((refusal?.retryAt ?? 0) - (now + 8 * second))).toBeLessThan(200)
  })

  it("is measured by its own patience where that is less, and by its priority", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    const queue = { pool, admission: strained, waiting: 40 }
    expect(refuse(queue, { patience: 3 * second })?.because).toBe("overloaded")
    // A batch that grants ten minutes may wait for two.
    expect(refuse({ ...queue, waiting: 900 }, { patience: 600 * second })).toBeNull()
    expect(refuse({ ...queue, waiting: 900 }, { patience: 400 * second })?.because).toBe("overloaded")
    expect(refuse(queue, { priority: "low", patience: 12 * second })?.because).toBe("overloaded")
    expect(refuse({ ...queue, waiting: 140 }, { priority: "high" })).toBeNull()
  })

  it("is not turned away for ever for letting others go first", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    for (const priority of ["low", "normal"] as const) {
      expect(refuse({ pool, admission: strained, waiting: 55 }, { priority })).toBeNull()
      expect(refuse({ pool, admission: strained, waiting: 65 }, { priority })?.because).toBe("overloaded")
    }
  })

  it("is never told to come back at once", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    const queue = { pool, admission: strained, waiting: 2 }
    expect(refuse(queue, { priority: "low", patience: 5 * second })?.retryAt).toBe(now + second)
  })

  it("is not turned away for a pace that nobody knows yet", () => {
    expect(refuse({ pool: busy(poolOf(["a"]), 15, now), admission: strained, waiting: 900 })).toBeNull()
  })

  it("is told of a full queue, with the time that its turn would be where that is known", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    expect(refuse({ pool, waiting: 10 }, { maxWaiting: 10 })).toEqual({ because: "queue-full", retryAt: null })
    const known = refuse({ pool, admission: strained, waiting: 10 }, { maxWaiting: 10 })
    expect(known?.because).toBe("queue-full")
    expect(known?.retryAt).toBeGreaterThan(now)
  })

  it("is told at once when no token returns in time, and waits for one that does", () => {
    const world = make(poolOf(["a", "b"]))
    const held = world.lendOf("a")
    world.use("b", limited(50))
    world.settle(held, limited(20))
    const queue = { pool: world.pool, waiting: 0 }
    expect(refuse(queue, { at: world.now })).toBeNull()
    expect(refuse(queue, { at: world.now, patience: 10 * second })).toEqual(Joining.late)
    for (const id of ["a", "b"]) world.at(60).use(id, revoked)
    expect(refuse({ pool: world.pool, waiting: 0 }, { at: world.now })).toEqual(Joining.late)
  })

  it("waits for the probe of the only token, which may end any moment, if it has any time", () => {
    const world = make(poolOf(["a"]))
    for (let i = 0; i < 3; i++) world.use("a", failure())
    const probe = world.at(60).lendOf("a")
    expect(probe.token.probe).toBe(true)
    const queue = { pool: world.pool, waiting: 0 }
    expect(refuse(queue, { at: 60 * second })).toBeNull()
    // It is given up on after ten seconds only.
    expect(refuse(queue, { at: 60 * second, patience: 5 * second })).toBeNull()
    expect(refuse(queue, { at: 60 * second, patience: 0 })).toEqual(Joining.late)
    world.settle(probe, revoked)
    expect(refuse({ pool: world.pool, waiting: 0 }, { at: 60 * second })).toEqual(Joining.late)
  })

  /** So many are lent for at these seconds of each minute, four minutes long; more is asked for all the time. */
  const each = (seconds: ReadonlyArray<number>, times: number) => {
    let throughput = Throughput.begin(0)
    for (let minute = 0; minute < 4; minute++) {
      for (const at of seconds) {
        if (minute * 60 + at > 200) break
        for (let i = 0; i < times; i++) throughput = Throughput.count(throughput, (minute * 60 + at) * second)
      }
    }
    return { ...poolOf(["a"]), throughput }
  }
  let settled = Admission.initial
  for (let at = 60 * second; at < 200 * second; at += 20 * second) settled = Admission.lose(settled, at)

  it("foretells its turn second by second once the strain has lasted", () => {
    const pool = each([0], 60)
    const admission = settled
    // The next sixty come at 240 s.
    const early = refuse({ pool, admission, waiting: 5 }, { at: 200 * second })
    expect(early?.because).toBe("overloaded")
    expect(Math.abs((early?.retryAt ?? 0) - 240 * second)).toBeLessThanOrEqual(second)
    expect(refuse({ pool, admission, waiting: 5 }, { at: 236 * second })).toBeNull()
    expect(refuse({ pool, admission, waiting: 70 }, { at: 236 * second })?.retryAt).toBeGreaterThan(290 * second)
  })

  it("may wait for two thirds of its time for a window to open, with as many as leave half of it", () => {
    const pool = each([0], 60)
    const at = 222 * second
    expect(refuse({ pool, admission: settled, waiting: 0 }, { at })).toBeNull()
    expect(refuse({ pool, admission: settled, waiting: 29 }, { at })).toBeNull()
    expect(refuse({ pool, admission: settled, waiting: 30 }, { at })?.because).toBe("overloaded")
    expect(refuse({ pool, admission: settled, waiting: 5 }, { at: 218 * second })?.because).toBe("overloaded")
    expect(refuse({ pool, admission: settled, waiting: 5 }, { at, patience: 24 * second })?.because).toBe("overloaded")
    // Later, as everybody.
    expect(refuse({ pool, admission: settled, waiting: 40 }, { at: 236 * second })).toBeNull()
  })

  it("may not wait so long as soon as there is a strain, nor while the provider comes back", () => {
    const pool = each([0], 60)
    const at = 222 * second
    const fresh = Admission.lose(Admission.initial, 200 * second)
    expect(refuse({ pool, admission: fresh, waiting: 20 }, { at })?.because).toBe("overloaded")
    const returning = { ...pool, flow: Flow.begin(1, 200 * second) }
    expect(refuse({ pool: returning, admission: settled, waiting: 20 }, { at })?.because).toBe("overloaded")
  })

  it("may not wait so long where tokens are lent for evenly, however slowly", () => {
    for (const every of [10, 15, 20]) {
      const seconds = Array.from({ length: 60 / every }, (_, i) => i * every)
      const pool = each(seconds, 1)
      // The next one is lent for at 220 s or sooner.
      const at = 201 * second
      for (const waiting of [1, 2]) {
        expect(refuse({ pool, admission: settled, waiting }, { at })?.because).toBe("overloaded")
      }
    }
    // A window that is used up by all who come is seen to open in vain: those who wait are served one by one.
    const spread = each(
      Array.from({ length: 20 }, (_, i) => i),
      1
    )
    expect(refuse({ pool: spread, admission: settled, waiting: 4 }, { at: 228 * second })).toBeNull()
    expect(refuse({ pool: spread, admission: settled, waiting: 6 }, { at: 228 * second })?.because).toBe("overloaded")
  })

  it("is measured by the flow while the provider comes back", () => {
    const pool: Pool = { ...poolOf(["a"]), flow: { ...Flow.begin(10, now - 20 * second) } }
    expect(refuse({ pool, waiting: 300 })).toBeNull()
    expect(refuse({ pool, admission: strained, waiting: 300 })?.retryAt).toBe(now + 24 * second)
  })
})

describe("a strained pool", () => {
  /** Somebody has to wait again, so many seconds after it was strained, and nobody came in between. */
  const pausedFor = (idle: number) => {
    const pool = busy(poolOf(["a"]), 60, now)
    const at = now + idle * second
    return { pool, admission: Joining.serve({ pool, admission: strained }, 0, at), at }
  }

  it("is none any more when it stood idle since somebody waited last", () => {
    for (const idle of [4, 20, 100]) {
      const { admission, at, pool } = pausedFor(idle)
      expect(Admission.isStrained(admission, at)).toBe(false)
      expect(refuse({ pool, admission, waiting: 200 }, { at })).toBeNull()
    }
    const { admission, at } = pausedFor(1)
    expect(Admission.isStrained(admission, at)).toBe(true)
  })

  it("remains one when others were served meanwhile who did not wait", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    let throughput = pool.throughput
    for (let at = now; at < now + 20 * second; at += 70) throughput = Throughput.count(throughput, at)
    const admission = Joining.serve({ pool: { ...pool, throughput }, admission: strained }, 0, now + 20 * second)
    expect(Admission.isStrained(admission, now + 20 * second)).toBe(true)
  })

  it("remains one when nobody was served meanwhile, but turned away", () => {
    const pool = busy(poolOf(["a"]), 60, now)
    let admission = strained
    for (let at = now; at < now + 20 * second; at += 500) admission = Admission.turnAway(admission, at)
    const at = now + 20 * second
    expect(Admission.isStrained(Joining.serve({ pool, admission }, 0, at), at)).toBe(true)
  })

  it("remains one where so few are served that a pause is chance", () => {
    const slow = { ...poolOf(["a"]), throughput: Throughput.count(Throughput.begin(now - 60 * second), now - second) }
    const admission = Joining.serve({ pool: slow, admission: strained }, 0, now + 9 * second)
    expect(Admission.isStrained(admission, now + 9 * second)).toBe(true)
  })
})

describe("who waited in vain", () => {
  it("shows strain, but not when it was for a provider that is back since a moment", () => {
    const flowing = (seconds: number): Pool => ({ ...poolOf(["a"]), flow: Flow.begin(10, now - seconds * second) })
    const isStrained = (pool: Pool) =>
      Admission.isStrained(Joining.lose({ pool, admission: Admission.initial }, now), now)
    expect(isStrained(poolOf(["a"]))).toBe(true)
    expect(isStrained(flowing(2))).toBe(false)
    expect(isStrained(flowing(20))).toBe(true)
  })
})
