/**
 * A line: those who ask for the same thing, in the order in which they are served, and in that of their deadlines.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as RedBlackTree from "effect/RedBlackTree"

/**
 * Who can stand in a line; `deadline`: epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Placed {
  readonly ticket: { readonly order: number; readonly number: number; readonly deadline: number }
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Line<W extends Placed> {
  readonly inOrder: Tree<W>
  readonly byDeadline: Tree<W>
  /** The slot of a member that gave hope to all of them when it was looked at last: the first to be looked at again. */
  readonly hope: number
}

/**
 * The line with one more in it; a new one where there was none.
 *
 * @since 0.1.0
 * @category transitions
 */
export const join = <W extends Placed>(self: Line<W> | undefined, one: W): Line<W> => ({
  inOrder: RedBlackTree.insert(self?.inOrder ?? RedBlackTree.empty(byKey), orderOf(one.ticket), one),
  byDeadline: RedBlackTree.insert(self?.byDeadline ?? RedBlackTree.empty(byKey), deadlineOf(one.ticket), one),
  hope: self?.hope ?? 0
})

/**
 * @since 0.1.0
 * @category predicates
 */
export const has = <W extends Placed>(self: Line<W>, ticket: Placed["ticket"]): boolean =>
  RedBlackTree.has(self.inOrder, orderOf(ticket))

/**
 * The line without one of those in it; `null` when nobody is left.
 *
 * @since 0.1.0
 * @category transitions
 */
export const leave = <W extends Placed>(self: Line<W>, ticket: Placed["ticket"]): Line<W> | null => {
  const inOrder = RedBlackTree.removeFirst(self.inOrder, orderOf(ticket))
  return RedBlackTree.size(inOrder) === 0
    ? null
    : { ...self, inOrder, byDeadline: RedBlackTree.removeFirst(self.byDeadline, deadlineOf(ticket)) }
}

/**
 * Who is served next.
 *
 * @since 0.1.0
 * @category getters
 */
export const head = <W extends Placed>(self: Line<W>): Option.Option<W> =>
  Option.map(RedBlackTree.first(self.inOrder), ([, first]) => first)

/**
 * All in it, whoever is served first before the others.
 *
 * @since 0.1.0
 * @category getters
 */
export const inOrder = <W extends Placed>(self: Line<W>): Iterable<W> => RedBlackTree.values(self.inOrder)

/**
 * All in it, whose deadline comes first before the others.
 *
 * @since 0.1.0
 * @category getters
 */
export const byDeadline = <W extends Placed>(self: Line<W>): Iterable<W> => RedBlackTree.values(self.byDeadline)

type Key = readonly [number, number]
type Tree<W> = RedBlackTree.RedBlackTree<Key, W>

const byKey: Order.Order<Key> = Order.make((a, b) =>
  a[0] === b[0] ? (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1
)

/** Keys compare by value: the tree removes by equality. */
const orderOf = ({ number, order }: Placed["ticket"]): Key => Data.tuple(order, number)

const deadlineOf = ({ deadline, number }: Placed["ticket"]): Key => Data.tuple(deadline, number)
