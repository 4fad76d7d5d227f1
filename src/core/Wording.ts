/**
 * What sentences say, whichever code or status stands beside them; rules of both ask it.
 *
 * @since 0.1.0
 */

/**
 * What says that a window of a plan is used up, of five hours or a month, and not that somebody was too fast.
 *
 * @since 0.1.0
 * @category constants
 */
export const usageLimit =
  /^(?!.*\bper[ -](?:second|minute)\b).*(?:\b(?:reached|exceeded|hit|exhausted|used up)\b.{0,40}\b(?:usage|free) (?:limit|quota|cap)|\busage (?:limit|quota|cap)s?\b.{0,30}\b(?:reached|exceeded|hit|exhausted)|达到.{0,20}使用上限)/is

/**
 * What says that a limit is 0. `Limit 0` stands before what was used, `Limit: 0/1min` before its period.
 *
 * @since 0.1.0
 * @category constants
 */
export const limitOfNothing = /\brate[ -]?limit (?:of|set to) 0\b|\blimit:? 0(?:\.0+)?(?:,|\s?\/|\s+per\b)/i

/**
 * What says that a plan does not include a model.
 *
 * @since 0.1.0
 * @category constants
 */
export const planLacksModel = /\bmodels?\b.{0,40}\brequires? (?:an? )?(?:\w+ )?(?:subscription|plan|tier|upgrade)\b/i

/**
 * What says that everybody's requests are too many.
 *
 * @since 0.1.0
 * @category constants
 */
export const busy =
  /\b(?:engine|server|service|system|platform|infrastructure)s? (?:is|are|may be) (?:currently |really |temporarily )?(?:overloaded|busy|at (?:maximum |full )?capacity)|\bload is saturated\b|上游负载|服务繁忙|系统繁忙/i
