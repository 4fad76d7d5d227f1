/**
 * Zhipu (GLM, Z.ai): numbers tell, the status does not. No header says anything of limits.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const zhipu: Provider.Provider = Provider.define({
  type: "zhipu",
  name: "Zhipu (GLM, Z.ai)",
  otherTypes: ["zai", "z.ai", "glm", "bigmodel"],
  baseUrl: "https://open.bigmodel.cn/api/paas/v4",
  otherBaseUrls: [
    "https://api.z.ai/api/paas/v4",
    "https://open.bigmodel.cn/api/coding/paas/v4",
    "https://api.z.ai/api/coding/paas/v4",
    "https://open.bigmodel.cn/api/anthropic",
    "https://api.z.ai/api/anthropic"
  ],
  authorization: [{ header: "authorization", scheme: "Bearer" }],
  env: {
    tokens: ["ZHIPU_API_KEY", "ZHIPUAI_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY", "GLM_API_KEY", "BIGMODEL_API_KEY"]
  },
  tokenShape: /^[0-9a-f]{32}\.[A-Za-z0-9]{16}$/,
  limitOwner: "account",
  freeCheck: { path: "/models" },
  // Its messages name Beijing's time.
  offsetMinutes: 480,
  disguises: ["error", "code"],
  rules: [
    { code: ["1003"], sense: "stale-token", why: "the signed token has expired and is to be made anew" },
    { code: ["1000", "1001", "1002", "1004", "1005"], sense: "bad-token" },
    {
      code: ["1110", "1111", "1112", "1114", "1121"],
      sense: "bad-token",
      why: "the account is not active, locked or abnormal"
    },
    { code: ["1113", "1115", "1116", "1117", "1118", "1119"], sense: "billing", why: "the account is in arrears" },
    { code: ["1120"], sense: "stale-token", why: "the account cannot be reached for now" },
    { code: ["1309", "1314"], sense: "billing", why: "the plan has expired" },
    {
      code: ["1308", "1310", "1316", "1317", "1318", "1319", "1320", "1321"],
      sense: "billing",
      why: "the plan's window is used up"
    },
    { code: ["1315"], sense: "stale-token", why: "the token belongs to a plan with a base URL of its own" },
    { code: ["1313"], sense: "billing", why: "the account is restricted for how it is used" },
    { code: ["1311", "1220"], sense: "model-denied", why: "the plan does not include this model" },
    { code: ["1211"], sense: "model-unknown" },
    { code: ["1221", "1222"], sense: "model-unknown" },
    { code: ["1304"], sense: "allowance", why: "the account's calls of the day are used up" },
    { code: ["1305", "1312"], sense: "model-busy" },
    { code: ["1302", "1303"], sense: "rate-limit", why: "the limit of the account for this model was hit" },
    { code: ["1210", "1212", "1213", "1214", "1215", "1231", "1261", "1301"], sense: "request" },
    { code: ["1200", "1230", "1234", "500"], sense: "provider" }
  ]
})
