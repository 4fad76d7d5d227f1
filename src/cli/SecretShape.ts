/**
 * What looks like a secret. Command lines are kept in shell histories and shown to every user of the machine, so `ctl`
 * refuses a secret there, and never repeats it.
 *
 * @since 0.1.0
 */

/**
 * Whether an argument holds a token of a known vendor's form, anywhere in it.
 *
 * @since 0.1.0
 * @category predicates
 */
export const holdsToken = (text: string): boolean => knownForms.test(text)

/**
 * Whether a word is more likely a secret than a name: a known form, or long, without spaces and of mixed characters.
 * Names, ids (16 hex digits), URLs, paths and `env:` / `file:` references are not.
 *
 * @since 0.1.0
 * @category predicates
 */
export const looksSecret = (word: string): boolean => {
  if (holdsToken(word)) return true
  if (/^(?:env|file):/.test(word) || /[\s/\\]/.test(word) || word.length < 20) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(word)).length
  return kinds === 3 || (/\d/.test(word) && /[a-z]/i.test(word) && word.length >= 32)
}

/** Twenty characters after the prefix: masked forms in vendors' error texts are shorter or hold `*`. */
const knownForms = /(?:sk-|gsk_|xai-|hf_|api_org_|pplx-|AIza|r8_|fw_|tgp_v1_|ghp_|nvapi-)[\w-]{20,}/
