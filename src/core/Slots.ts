/**
 * A persistent array of fixed length: the members of a pool by position.
 *
 * Replacing one element copies a path of 32-wide nodes, not the array, so a change costs the same in a pool of ten and
 * nearly the same in a pool of a hundred thousand.
 *
 * @since 0.1.0
 */
/** Leaves hold elements, inner nodes hold nodes; `shift` says which, so one array type serves both. */
type Node<A> = ReadonlyArray<A | Node<A>>

/**
 * @since 0.1.0
 * @category models
 */
export interface Slots<A> {
  readonly length: number
  readonly shift: number
  readonly root: Node<A>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const fromArray = <A>(elements: ReadonlyArray<A>): Slots<A> => {
  let nodes: Node<A> = elements
  let shift = 0
  while (nodes.length > 32) {
    const parents: Array<Node<A>> = []
    for (let i = 0; i < nodes.length; i += 32) parents.push(nodes.slice(i, i + 32))
    nodes = parents
    shift += 5
  }
  return { length: elements.length, shift, root: nodes }
}

/**
 * The element at `index`; `undefined` outside the array.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = <A>(self: Slots<A>, index: number): A | undefined => {
  if (index < 0 || index >= self.length) return undefined
  let node = self.root
  // Above the leaves every element is a node, by construction in `fromArray`.
  for (let shift = self.shift; shift > 0; shift -= 5) node = node[(index >>> shift) & 31] as Node<A>
  return node[index & 31] as A
}

/**
 * Replaces the element at `index`; outside the array nothing changes.
 *
 * @since 0.1.0
 * @category combinators
 */
export const set = <A>(self: Slots<A>, index: number, element: A): Slots<A> =>
  index < 0 || index >= self.length
    ? self
    : { length: self.length, shift: self.shift, root: write(self.root, self.shift, index, element) }

/**
 * @since 0.1.0
 * @category conversions
 */
export const toArray = <A>(self: Slots<A>): Array<A> => {
  let nodes: ReadonlyArray<A | Node<A>> = self.root
  // Each round flattens one level of nodes, so after `shift / 5` rounds only elements are left.
  for (let shift = self.shift; shift > 0; shift -= 5) nodes = (nodes as ReadonlyArray<Node<A>>).flat() as Node<A>
  return nodes.slice() as Array<A>
}

const write = <A>(node: Node<A>, shift: number, index: number, element: A): Node<A> => {
  const copy = node.slice()
  const at = (index >>> shift) & 31
  // See `get`: above the leaves every element is a node.
  copy[at] = shift === 0 ? element : write(node[at] as Node<A>, shift - 5, index, element)
  return copy
}
