/**
 * What somebody may have meant.
 *
 * @since 0.1.0
 */

/**
 * The nearest of the known words when it is near enough to be a typing error: a third of its letters, at most three.
 *
 * @since 0.1.0
 * @category getters
 */
export const nearest = (word: string, known: Iterable<string>): string | undefined => {
  let best: string | undefined
  let least = Infinity
  for (const candidate of known) {
    const distance = candidate.startsWith(word) && word.length > 1 ? 1 : edits(word, candidate)
    if (distance < least && distance <= Math.min(3, Math.ceil(Math.max(word.length, candidate.length) / 3))) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
const edits = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          at(rows[i - 1], j) + 1,
          at(row, j - 1) + 1,
          at(rows[i - 1], j - 1) + (same ? 0 : 1),
          swap ? at(rows[i - 2], j - 2) + 1 : Infinity
        )
      )
    }
    rows.push(row)
  }
  return at(rows[a.length], b.length)
}

const at = (row: ReadonlyArray<number> | undefined, index: number): number => row?.[index] ?? Infinity
