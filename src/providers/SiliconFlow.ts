/**
 * SiliconFlow: numbers are used twice, so the status and the bucket in the message tell them apart.
 *
 * @since 0.1.0
 */
import { members } from "../core/ErrorBody.js"
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const siliconflow: Provider.Provider = Provider.define({
  type: "siliconflow",
  name: "SiliconFlow",
  baseUrl: "https://api.siliconflow.cn/v1",
  otherBaseUrls: ["https://api.siliconflow.com/v1"],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: { tokens: ["SILICONFLOW_API_KEY"] },
  limitOwner: "account",
  freeCheck: {
    path: "/user/info",
    funds: {
      left: ({ data }) => {
        // Amounts come as text.
        const balance = Number.parseFloat(String(members(data).totalBalance))
        return Number.isNaN(balance) ? undefined : balance > 0
      }
    }
  },
  disguises: ["error", "code"],
  rules: [
    { status: [401], sense: "bad-token" },
    { code: ["30001"], sense: "billing", why: "the account's balance is spent" },
    { status: [402, 403], says: /balance|余额|欠费/i, sense: "billing", why: "the account's balance is spent" },
    { code: ["20012"], sense: "model-unknown" },
    { status: [400], says: /^(?:the )?model does not exist/i, sense: "model-unknown" },
    { code: ["30003"], sense: "model-denied", why: "the model is switched off for this account" },
    {
      status: [403],
      sense: "model-denied",
      why: "the account has to prove who it belongs to before it may use this model"
    },
    {
      status: [429],
      says: /\b(?:RPD|TPD|IPD)\b|per day/i,
      sense: "allowance",
      why: "the account's allowance of the day for this model is used up"
    },
    { status: [429], says: /\b(?:RPM|TPM|IPM)\b|per minute/i, sense: "rate-limit", window: "minute" },
    { status: [429], sense: "rate-limit" },
    { status: [503, 504], sense: "provider" }
  ]
})
