/**
 * A persistent set of small integers: which members of a pool are ready.
 *
 * A tree of 32-wide nodes over 32-bit words with a count in every node, so that membership, the next member after a
 * position and the k-th member cost a handful of steps whether the pool has ten tokens or a hundred thousand.
 *
 * @since 0.1.0
 */
interface Node {
  readonly count: number
  readonly children: ReadonlyArray<Child>
}
type Child = Node | number

/**
 * @since 0.1.0
 * @category models
 */
export interface Bits {
  /** Members are integers from 0 up to this, exclusive. */
  readonly capacity: number
  /** Bits below the children of the root; 5 for a root whose children are words. */
  readonly shift: number
  readonly root: Node
}

/**
 * The empty set with room for `capacity` members.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty = (capacity: number): Bits => {
  let shift = 5
  while (1 << (shift + 5) < capacity) shift += 5
  return { capacity, shift, root: none }
}

/**
 * @since 0.1.0
 * @category getters
 */
export const count = (self: Bits): number => self.root.count

/**
 * @since 0.1.0
 * @category getters
 */
export const has = (self: Bits, index: number): boolean => {
  let node: Child = self.root
  for (let shift = self.shift; typeof node !== "number"; shift -= 5) {
    node = node.children[(index >>> shift) & 31] ?? 0
  }
  return ((node >>> (index & 31)) & 1) === 1
}

/**
 * Adds or removes `index`; the same set comes back when that changes nothing.
 *
 * @since 0.1.0
 * @category combinators
 */
export const set = (self: Bits, index: number, on: boolean): Bits =>
  has(self, index) === on ? self : { ...self, root: write(self.root, self.shift, index, on) }

/**
 * The smallest member at or after `from`, wrapping round to the first; -1 when the set is empty.
 *
 * @since 0.1.0
 * @category getters
 */
export const nextFrom = (self: Bits, from: number): number => {
  if (self.root.count === 0) return -1
  const found = from < self.capacity ? seek(self.root, self.shift, Math.max(0, from)) : -1
  return found >= 0 ? found : seek(self.root, self.shift, 0)
}

/**
 * The member of rank `k`, counted from 0; -1 when there are not that many.
 *
 * @since 0.1.0
 * @category getters
 */
export const select = (self: Bits, k: number): number => {
  if (k < 0 || k >= self.root.count) return -1
  let node: Node = self.root
  let rank = k
  let base = 0
  for (let shift = self.shift; ; shift -= 5) {
    for (let i = 0; i < node.children.length; i++) {
      const child: Child = node.children[i] ?? 0
      const size = sizeOf(child)
      if (rank < size) {
        base += i << shift
        if (typeof child !== "number") {
          node = child
          break
        }
        let word = child
        for (; rank > 0; rank--) word &= word - 1
        return base + lowestBit(word)
      }
      rank -= size
    }
  }
}

/**
 * The members in order.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toArray = (self: Bits): Array<number> => {
  const members: Array<number> = []
  let next = seek(self.root, self.shift, 0)
  while (next >= 0) {
    members.push(next)
    next = next + 1 < self.capacity ? seek(self.root, self.shift, next + 1) : -1
  }
  return members
}

const none: Node = { count: 0, children: [] }

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

const sizeOf = (child: Child): number => {
  if (typeof child !== "number") return child.count
  // Ones are summed in pairs, nibbles and bytes at once.
  let word = child - ((child >>> 1) & 0x55555555)
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const write = (node: Node, shift: number, index: number, on: boolean): Node => {
  const at = (index >>> shift) & 31
  const children = node.children.slice()
  while (children.length <= at) children.push(shift === 5 ? 0 : none)
  const child = children[at] ?? 0
  if (typeof child === "number") {
    const bit = 1 << (index & 31)
    children[at] = on ? child | bit : child & ~bit
  } else {
    children[at] = write(child, shift - 5, index, on)
  }
  return { count: node.count + (on ? 1 : -1), children }
}

const seek = (node: Node, shift: number, from: number): number => {
  const start = (from >>> shift) & 31
  for (let i = start; i < node.children.length; i++) {
    const child: Child = node.children[i] ?? 0
    // Only the first child is entered part-way; every later one is searched from its beginning.
    const rest = i === start ? from & ((1 << shift) - 1) : 0
    if (typeof child === "number") {
      const word = child & (-1 << rest)
      if (word !== 0) return (i << shift) + lowestBit(word)
    } else if (child.count > 0) {
      const found = seek(child, shift - 5, rest)
      if (found >= 0) return (i << shift) + found
    }
  }
  return -1
}
