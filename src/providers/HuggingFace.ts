/**
 * Hugging Face, its router to many hosts.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const huggingface: Provider.Provider = Provider.define({
  type: "huggingface",
  name: "Hugging Face",
  otherTypes: ["hf"],
  baseUrl: "https://router.huggingface.co/v1",
  alsoAt: ["https://huggingface.co"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["HF_TOKEN", "HUGGINGFACE_API_KEY", "HUGGING_FACE_HUB_TOKEN"] },
  tokenShape: /^(?:hf_|api_org_)[A-Za-z]{34}$/,
  tokenPrefixes: ["hf_", "api_org_"],
  limitOwner: "user",
  freeCheck: { path: "https://huggingface.co/api/whoami-v2" },
  rules: [
    { status: [401], sense: "bad-token" },
    { status: [400], says: /\bthe token seems invalid\b/i, sense: "bad-token" },
    {
      status: [402],
      sense: "billing",
      window: "month",
      why: "the credits of the month are used up"
    },
    {
      status: [403],
      says: /sufficient permissions|fine-grained|scope/i,
      sense: "bad-token",
      why: "the token lacks the permission for inference"
    },
    {
      status: [403],
      says: /\bmodel\b.{0,200}\b(?:too large to be loaded automatically|requires a pro subscription)/i,
      sense: "model-denied",
      why: "the plan behind the token does not include this model"
    },
    {
      status: [403, 404],
      says: /gated|restricted|access to (?:the )?model/i,
      sense: "model-denied",
      why: "the model is gated"
    },
    { code: ["model_not_supported"], sense: "model-denied", why: "no host that the account enabled has the model" },
    { status: [400], says: /^the requested model .{1,200} is not supported by any provider/i, sense: "model-denied" },
    { status: [429, 500, 503], says: /^model (?:too busy|is overloaded)/i, sense: "model-busy" },
    { status: [429], sense: "rate-limit", scope: "token" },
    { status: [503], says: /currently loading|is loading/i, sense: "model-busy", why: "the model is being loaded" }
  ]
})
