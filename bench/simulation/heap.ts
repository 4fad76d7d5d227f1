/** A binary heap of things to do, the earliest first, in the order they were put in when due at the same time. */

export interface Due {
  readonly time: number
  readonly task: () => void
}

export interface Heap {
  /** Puts a task in and returns how to take it out again. */
  readonly push: (time: number, task: () => void) => () => void
  readonly pop: () => Due | null
}

interface Entry {
  readonly time: number
  readonly sequence: number
  /** `null` once it was called off: it stays in place until its time, which is cheaper than to dig it out. */
  task: (() => void) | null
}

export const makeHeap = (): Heap => {
  const entries: Array<Entry> = []
  let pushed = 0

  const isBefore = (a: Entry, b: Entry) => a.time < b.time || (a.time === b.time && a.sequence < b.sequence)

  const rise = (from: number, entry: Entry) => {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = entries[parent]
      if (above === undefined || isBefore(above, entry)) break
      entries[index] = above
      index = parent
    }
    entries[index] = entry
  }

  const sink = (entry: Entry) => {
    let index = 0
    while (true) {
      const left = entries[2 * index + 1]
      const right = entries[2 * index + 2]
      if (left === undefined) break
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, 2 * index + 2] : [left, 2 * index + 1]
      if (isBefore(entry, child)) break
      entries[index] = child
      index = at
    }
    entries[index] = entry
  }

  const first = (): Entry | undefined => {
    const top = entries[0]
    const last = entries.pop()
    if (top !== undefined && last !== undefined && last !== top) sink(last)
    return top
  }

  return {
    push: (time, task) => {
      const entry: Entry = { time, sequence: pushed++, task }
      entries.push(entry)
      rise(entries.length - 1, entry)
      return () => {
        entry.task = null
      }
    },
    pop: () => {
      for (let entry = first(); entry !== undefined; entry = first()) {
        if (entry.task !== null) return { time: entry.time, task: entry.task }
      }
      return null
    }
  }
}
