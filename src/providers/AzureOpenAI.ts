/**
 * Azure OpenAI: every token belongs to a resource, so another token is served elsewhere.
 *
 * @since 0.1.0
 */
import * as Provider from "../Provider.js"

/**
 * @since 0.1.0
 * @category providers
 */
export const azureOpenAI: Provider.Provider = Provider.define({
  type: "azure-openai",
  name: "Azure OpenAI",
  otherTypes: ["azure"],
  baseUrl: "",
  authorization: [{ prefix: "eyJ", header: "authorization", scheme: "Bearer" }, { header: "api-key" }],
  env: { tokens: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"], baseUrl: "AZURE_OPENAI_ENDPOINT" },
  tokenShape: /^(?:[0-9a-f]{32}|\w{84})$/,
  limitOwner: "deployment",
  freeCheck: { path: "/openai/models?api-version=2024-10-21" },
  rules: [
    { status: [400, 403], code: /^(?:content_filter|contentfilter|responsibleaipolicyviolation)$/, sense: "request" },
    { code: ["authenticationtypedisabled"], sense: "bad-token", why: "this resource does not take keys" },
    {
      code: ["permissiondenied", "authorizationfailed"],
      sense: "stale-token",
      why: "the identity lacks a role at this resource"
    },
    {
      code: ["expiredauthenticationtoken"],
      sense: "stale-token",
      why: "the access token has expired and is to be refreshed"
    },
    {
      status: [401],
      says: /expired/i,
      sense: "stale-token",
      why: "the access token has expired and is to be refreshed"
    },
    { status: [401], sense: "bad-token", why: "the key is wrong, or belongs to another resource" },
    {
      status: [403],
      says: /virtual network|firewall|private endpoint|public access/i,
      sense: "stale-token",
      why: "the network rules of this resource do not allow this address"
    },
    { code: ["deploymentnotfound"], sense: "model-denied", why: "the resource has no such deployment" },
    { code: ["unknown_model"], sense: "model-denied", why: "the resource has no such model" },
    { status: [404], says: /deployment/i, sense: "model-denied", why: "the resource has no such deployment" },
    { status: [404], sense: "request", why: "the path or the api-version is wrong" },
    {
      status: [429],
      code: ["nocapacity"],
      sense: "provider-elsewhere",
      why: "the region has no capacity; a deployment elsewhere may have"
    },
    {
      status: [429],
      says: /high demand|peak load|at capacity|overloaded|too busy|temporarily unable to process/i,
      sense: "provider-elsewhere",
      why: "the region has no capacity; a deployment elsewhere may have"
    },
    { code: ["insufficient_quota"], sense: "billing" },
    { status: [429], sense: "rate-limit", why: "the limit of this deployment was hit" },
    { status: [503], sense: "provider-elsewhere", why: "this resource is in trouble; another may not be" }
  ]
})
