/**
 * What a web page means where an API was asked: a CDN, a proxy or a login screen spoke, so no token is to blame.
 *
 * @since 0.1.0
 */
import { type Answer, isPage } from "./Answer.js"
import type { Saying } from "./Saying.js"

/**
 * What an answer means that never came from the vendor's API, or nothing if it did.
 *
 * @since 0.1.0
 * @category classification
 */
export const find = (answer: Answer): Saying | undefined => {
  const { body, headers, status } = answer
  if (status === 407 || status === 511) {
    return {
      sense: "provider",
      why: "a proxy on the way asks for a login of its own",
      evidence: ["the status is a proxy's"]
    }
  }
  if (absent.some((name) => headers[name] !== undefined) && status !== 413) {
    return {
      sense: "provider",
      why: "the server's host or tunnel answers for it: it is not running",
      evidence: ["a header of the host's own"]
    }
  }
  if (headers["cf-mitigated"] === "challenge" || (isPage(answer) && /challenge-platform|cf-chl/.test(body.message))) {
    return {
      sense: "provider",
      why: "Cloudflare wants to see a person before it lets this address pass",
      evidence: ["a Cloudflare challenge"]
    }
  }
  if (headers["x-vercel-mitigated"] !== undefined) {
    return {
      sense: "provider",
      why: "Vercel's firewall stopped this address, whatever the token",
      evidence: ["header x-vercel-mitigated"]
    }
  }
  if (body.root.cloudflare_error === true) {
    return {
      sense: "provider",
      why: "Cloudflare limits or blocks this address, or cannot reach the provider, whatever the token",
      evidence: ["an error of Cloudflare's own, in JSON"]
    }
  }
  if (!isPage(answer)) {
    // Cloudflare says its own numbers in plain text to clients that do not ask for HTML.
    const cloudflare = body.form === "text" && /^\s*error code: (\d{3,4})\s*$/.exec(body.message)?.[1]
    return typeof cloudflare === "string"
      ? { sense: "provider", evidence: [`Cloudflare's error ${cloudflare}`] }
      : undefined
  }
  const blocked = /\b(?:error|cf-error-code">)\s*(1\d{3})\b/i.exec(body.message)?.[1]
  if (blocked !== undefined) {
    return {
      sense: "provider",
      why: "Cloudflare limits or blocks this address, whatever the token",
      evidence: [`a web page, Cloudflare's error ${blocked}`]
    }
  }
  const page = ["a web page instead of an answer of the API"]
  return requestFaults.has(status)
    ? {
        sense: "request",
        why: "the server knows no such address, or refuses the size or form of the request",
        evidence: page
      }
    : { sense: "provider", why: "something in front of the provider answered with a web page", evidence: page }
}

/** With what ngrok, Railway, Render and Vercel mark the answers they give in place of a server. */
const absent = ["ngrok-error-code", "x-railway-fallback", "x-render-routing", "x-vercel-error"]

/** What web servers say of requests before any API sees them. */
const requestFaults: ReadonlySet<number> = new Set([400, 404, 405, 411, 413, 414, 415, 431])
