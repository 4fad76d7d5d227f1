/** The imports of a module: `import`, `export … from`, `import()` and `import("…")` types. */
import ts from "typescript"

export interface Import {
  readonly specifier: string
  /** The names taken out of the module, where they are listed. */
  readonly names: ReadonlyArray<string>
}

export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

const namesOf = (node: ts.ImportDeclaration): ReadonlyArray<string> => {
  const bindings = node.importClause?.namedBindings
  return bindings && ts.isNamedImports(bindings)
    ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
    : []
}

export const importsOf = (file: ts.SourceFile): ReadonlyArray<Import> => {
  const found: Array<Import> = []
  const add = (node: ts.Node | undefined, names: ReadonlyArray<string> = []) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ specifier: node.text, names })
  }
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, namesOf(node))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
  })
  return found
}
