/** A program that runs beside `ctl`: prints a line with the alias of each token it is given, until it is killed. */
import { NoTokenError, TokenRotationManager } from "../../src/index.js"

const aliasOf = (secret: string): string => secret.split("-").at(-1) ?? ""

const next = (): string => {
  try {
    return aliasOf(TokenRotationManager.getNextToken())
  } catch (error) {
    if (error instanceof NoTokenError) return "none"
    throw error
  }
}

setInterval(() => console.log(next()), 20)
