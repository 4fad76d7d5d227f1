/**
 * Who waits for a token, in which order.
 *
 * Callers who ask for the same thing (model, tokens they have no use for, and about the same size if they declare one)
 * stand in one line; only the heads of lines are looked at when a token comes free, so ten thousand waiting callers cost
 * no more than the lines they stand in. Sizes within a fifth of one another are about the same: such callers wait for one
 * another, others do not.
 * Within and between lines the order is first come, first served, with priorities as a head start in time: a caller of
 * high priority stands as if it had come earlier, so nobody is overtaken for ever.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Line from "./Line.js"
import * as Size from "./Size.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Priority = "high" | "normal" | "low"

/**
 * What a caller asks for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wish {
  readonly model: string | null
  readonly exclude: ReadonlyArray<string>
  /** See `Lease.request`; callers of different requests stand in one line. */
  readonly request: string | null
  /** What the caller expects the request to use; `null`: what is usual. */
  readonly size: Size.Size | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Waiter<A> {
  readonly ticket: Ticket
  readonly wish: Wish
  readonly at: number
  readonly value: A
}

/**
 * A place in the queue.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ticket {
  readonly line: string
  readonly order: number
  readonly number: number
  /** Until when its holder waits. */
  readonly deadline: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface WaitQueue<A> {
  readonly size: number
  readonly issued: number
  readonly lines: Readonly<Record<string, Line.Line<Waiter<A>>>>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const empty: WaitQueue<never> = { size: 0, issued: 0, lines: {} }

/**
 * Head start of a priority, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const headStart: Readonly<Record<Priority, number>> = { high: 10_000, normal: 0, low: -10_000 }

/**
 * The line a wish stands in.
 *
 * @since 0.1.0
 * @category getters
 */
export const lineOf = ({ exclude, model, size }: Wish): string =>
  JSON.stringify([model, exclude.slice().sort(), ...(size === null ? [] : Size.classOf(size))])

/**
 * Whether nobody can serve this wish whom `other` could not be served by.
 *
 * @since 0.1.0
 * @category predicates
 */
export const asksMore = (self: Wish, other: Wish): boolean =>
  self.model === other.model &&
  self.size !== null &&
  other.size !== null &&
  Size.covers(self.size, other.size) &&
  other.exclude.every((tokenId) => self.exclude.includes(tokenId))

/**
 * Whether somebody with the same wish is waiting already.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isWaitedFor = <A>(self: WaitQueue<A>, wish: Wish): boolean =>
  self.size > 0 && Object.hasOwn(self.lines, lineOf(wish))

/**
 * Stands at the end of the line, as far as the priority lets; `since`: when the caller first came, which is earlier for
 * one whose attempt has failed.
 *
 * @since 0.1.0
 * @category transitions
 */
export const join = <A>(
  self: WaitQueue<A>,
  wish: Wish,
  value: A,
  options: { readonly since: number; readonly deadline: number; readonly priority: Priority }
): readonly [Ticket, WaitQueue<A>] => {
  const { deadline, priority, since } = options
  const line = lineOf(wish)
  const number = self.issued + 1
  const ticket: Ticket = { line, order: since - headStart[priority], number, deadline }
  const joined = Line.join(at(self, line), { ticket, wish, at: since, value })
  return [ticket, { size: self.size + 1, issued: number, lines: { ...self.lines, [line]: joined } }]
}

/**
 * Leaves, served or not. `false`: was not there any more.
 *
 * @since 0.1.0
 * @category transitions
 */
export const leave = <A>(self: WaitQueue<A>, ticket: Ticket): readonly [boolean, WaitQueue<A>] => {
  const line = at(self, ticket.line)
  if (line === undefined || !Line.has(line, ticket)) return [false, self]
  const rest = Line.leave(line, ticket)
  const { [ticket.line]: _, ...others } = self.lines
  return [true, { ...self, size: self.size - 1, lines: rest === null ? others : { ...others, [ticket.line]: rest } }]
}

/**
 * Notes which member gives hope to a line.
 *
 * @since 0.1.0
 * @category transitions
 */
export const hopeFor = <A>(self: WaitQueue<A>, name: string, slot: number): WaitQueue<A> => {
  const line = at(self, name)
  return line === undefined || line.hope === slot
    ? self
    : { ...self, lines: { ...self.lines, [name]: { ...line, hope: slot } } }
}

/**
 * The head of every line, the one who has waited longest first.
 *
 * @since 0.1.0
 * @category getters
 */
export const heads = <A>(self: WaitQueue<A>): ReadonlyArray<Waiter<A>> =>
  Object.values(self.lines)
    .flatMap((line) => Option.toArray(Line.head(line)))
    .sort((a, b) => a.ticket.order - b.ticket.order || a.ticket.number - b.ticket.number)

/**
 * What all who wait brought with them.
 *
 * @since 0.1.0
 * @category getters
 */
export const everybody = <A>(self: WaitQueue<A>): ReadonlyArray<A> =>
  Object.values(self.lines).flatMap((line) => Array.from(Line.inOrder(line), ({ value }) => value))

const at = <A>(self: WaitQueue<A>, line: string): Line.Line<Waiter<A>> | undefined =>
  Object.hasOwn(self.lines, line) ? self.lines[line] : undefined
