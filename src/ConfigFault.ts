/**
 * What a schema has against a config, in our own words: effect's messages quote the value they met, which may be a secret.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as SchemaAST from "effect/SchemaAST"

/**
 * Where something is wrong, and what.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  readonly place: ReadonlyArray<PropertyKey>
  readonly reason: string
}

/**
 * The first fault of a schema's issue.
 *
 * @since 0.1.0
 * @category conversions
 */
export const firstFault = (issue: ParseResult.ParseIssue): Fault => find(issue, [])

/**
 * A place as people write it: `providers[0].tokens[1].value`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderPlace = (place: ReadonlyArray<PropertyKey>): string =>
  place.length === 0
    ? "the document"
    : place
        .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
        .join("")

const find = (issue: ParseResult.ParseIssue, place: ReadonlyArray<PropertyKey>): Fault => {
  switch (issue._tag) {
    case "Pointer":
      return find(issue.issue, place.concat(issue.path))
    case "Missing":
      return { place, reason: `${renderPlace(place)} is missing` }
    case "Composite": {
      const faults = listed(issue.issues).map((one) => find(one, place))
      // Of a union (`null` or a thing) the thing is meant, and what is wrong with it lies deeper.
      const meant = SchemaAST.isUnion(issue.ast) ? faults.find((fault) => fault.place.length > place.length) : faults[0]
      return meant ?? wrong(issue.ast, place)
    }
    case "Transformation":
    case "Refinement":
      return find(issue.issue, place)
    case "Type":
      return wrong(issue.ast, place)
    case "Unexpected":
    case "Forbidden":
      return { place, reason: `${renderPlace(place)} must not be there` }
  }
}

const listed = (issues: ParseResult.SingleOrNonEmpty<ParseResult.ParseIssue>): ReadonlyArray<ParseResult.ParseIssue> =>
  "_tag" in issues ? [issues] : issues

const wrong = (ast: SchemaAST.AST, place: ReadonlyArray<PropertyKey>): Fault => ({
  place,
  reason: `${renderPlace(place)} must be ${expected(ast) ?? "something else"}`
})

/** The description its schema gives it; of a union that of its first described member. */
const expected = (ast: SchemaAST.AST): string | undefined => {
  const own = Option.getOrUndefined(SchemaAST.getDescriptionAnnotation(ast))
  if (own !== undefined || !SchemaAST.isUnion(ast)) return own
  return ast.types.map(expected).find((description) => description !== undefined)
}
