/** `npm run docs`: writes the documents that are made from the code. */
import { writeFileSync } from "node:fs"
import { render } from "./ProvidersDoc.js"

writeFileSync(new URL("../docs/providers.md", import.meta.url), render())
