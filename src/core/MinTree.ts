/**
 * A persistent tournament: a number per position, and the position of the smallest one at the root.
 *
 * `least-used` keeps (in flight, last turn) here, and the pool the times at which members return. Changing one number
 * replays the matches on one path of 16-wide nodes.
 *
 * @since 0.1.0
 */
const width = 4
const slots = (1 << width) - 1

interface Node {
  readonly min: number
  readonly at: number
  readonly children: ReadonlyArray<Node> | null
  readonly keys: ReadonlyArray<number> | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface MinTree {
  readonly shift: number
  readonly root: Node
}

/**
 * A tree with room for `capacity` positions, all absent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty = (capacity: number): MinTree => {
  let shift = 0
  while (1 << (shift + width) < capacity) shift += width
  return { shift, root: absent }
}

/**
 * Gives position `index` the key `key`; `Infinity` takes it out.
 *
 * @since 0.1.0
 * @category combinators
 */
export const set = (self: MinTree, index: number, key: number): MinTree =>
  get(self, index) === key ? self : { shift: self.shift, root: write(self.root, self.shift, index, key) }

/**
 * The key of position `index`; `Infinity` when it is absent.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = (self: MinTree, index: number): number => {
  let node: Node | undefined = self.root
  for (let shift = self.shift; shift > 0; shift -= width) node = node?.children?.[(index >>> shift) & slots]
  return node?.keys?.[index & slots] ?? Infinity
}

/**
 * The position with the smallest key, the lowest of equals; -1 when all are absent.
 *
 * @since 0.1.0
 * @category getters
 */
export const first = (self: MinTree): number => (self.root.min === Infinity ? -1 : self.root.at)

/**
 * The smallest key; `Infinity` when all are absent.
 *
 * @since 0.1.0
 * @category getters
 */
export const min = (self: MinTree): number => self.root.min

const absent: Node = { min: Infinity, at: -1, children: null, keys: null }

const write = (node: Node, shift: number, index: number, key: number): Node => {
  const slot = (index >>> shift) & slots
  if (shift === 0) {
    const keys = node.keys === null ? [] : node.keys.slice()
    while (keys.length <= slot) keys.push(Infinity)
    keys[slot] = key
    let at = 0
    for (let i = 1; i < keys.length; i++) if ((keys[i] ?? Infinity) < (keys[at] ?? Infinity)) at = i
    const min = keys[at] ?? Infinity
    return { min, at: index - slot + at, children: null, keys }
  }
  const children = node.children === null ? [] : node.children.slice()
  while (children.length <= slot) children.push(absent)
  children[slot] = write(children[slot] ?? absent, shift - width, index, key)
  let best = absent
  for (const child of children) if (child.min < best.min) best = child
  return { min: best.min, at: best.at, children, keys: null }
}
