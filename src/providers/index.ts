/**
 * All vendors.
 *
 * @since 0.1.0
 */
import type { Provider } from "../Provider.js"
import { anthropic } from "./Anthropic.js"
import { azureOpenAI } from "./AzureOpenAI.js"
import { cohere } from "./Cohere.js"
import { dashscope } from "./DashScope.js"
import { deepseek } from "./DeepSeek.js"
import { fireworks } from "./Fireworks.js"
import { anthropicCompatible, generic, newApi, oneApi, vllm } from "./Gateways.js"
import { google } from "./Google.js"
import { groq } from "./Groq.js"
import { huggingface } from "./HuggingFace.js"
import { minimax } from "./MiniMax.js"
import { mistral } from "./Mistral.js"
import { moonshot } from "./Moonshot.js"
import { openai } from "./OpenAI.js"
import { openrouter } from "./OpenRouter.js"
import { perplexity } from "./Perplexity.js"
import { siliconflow } from "./SiliconFlow.js"
import { together } from "./Together.js"
import { xai } from "./XAI.js"
import { zhipu } from "./Zhipu.js"

export {
  anthropic,
  anthropicCompatible,
  azureOpenAI,
  cohere,
  dashscope,
  deepseek,
  fireworks,
  generic,
  google,
  groq,
  huggingface,
  minimax,
  mistral,
  moonshot,
  newApi,
  oneApi,
  openai,
  openrouter,
  perplexity,
  siliconflow,
  together,
  vllm,
  xai,
  zhipu
}

/**
 * @since 0.1.0
 * @category providers
 */
export const all: ReadonlyArray<Provider> = [
  anthropic,
  openai,
  google,
  azureOpenAI,
  openrouter,
  deepseek,
  mistral,
  groq,
  xai,
  together,
  fireworks,
  cohere,
  moonshot,
  zhipu,
  dashscope,
  siliconflow,
  minimax,
  huggingface,
  perplexity,
  generic,
  vllm,
  oneApi,
  newApi,
  anthropicCompatible
]

/**
 * The vendor of a config's `type`, however its letters and its hyphens are written.
 *
 * @since 0.1.0
 * @category lookups
 */
export const byType = (type: string): Provider | undefined => {
  const name = type.trim().toLowerCase().replaceAll(/[_\s]/g, "-")
  return all.find((each) => each.type === name) ?? all.find((each) => each.otherTypes?.includes(name) === true)
}
