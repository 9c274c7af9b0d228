// Runs oidc-provider, a certified OpenID provider, with its own login and consent pages. Any login name is a user.
// Prints {"port": ..., "key": ...} when it is ready; key is the private JWK of the client "private_key_jwt".
// Environment: PORT (0: any), REDIRECT_URI, and PUSHED (set: only pushed requests are accepted).
import { generateKeyPairSync } from "node:crypto"
import { createServer } from "node:http"
import { createRequire } from "node:module"

const require = createRequire(new URL("../node/package.json", import.meta.url))
const { default: Provider } = await import(require.resolve("oidc-provider"))

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })

const client = (method, more) => ({
  client_id: method,
  token_endpoint_auth_method: method,
  redirect_uris: [process.env.REDIRECT_URI],
  grant_types: ["authorization_code", "refresh_token"],
  ...more,
})

const secret = { token_endpoint_auth_method: "client_secret_basic", client_secret: "a fourth secret" }

const configuration = {
  clients: [
    // RFC 6749 section 2.3.1: form encoding comes before Base64, and changes this secret.
    client("client_secret_basic", { client_secret: "a secret: 100% + more" }),
    client("client_secret_post", { client_secret: "another secret" }),
    client("none"),
    client("client_secret_jwt", { client_secret: "a third secret, which is long enough for HS256" }),
    client("signed_userinfo", { ...secret, userinfo_signed_response_alg: "RS256" }),
    client("logout", {
      ...secret,
      post_logout_redirect_uris: [new URL("/bye", process.env.REDIRECT_URI).href],
      backchannel_logout_uri: process.env.REDIRECT_URI.replace("/callback/", "/backchannel-logout/"),
      backchannel_logout_session_required: true,
    }),
    client("private_key_jwt", { jwks: { keys: [publicKey.export({ format: "jwk" })] } }),
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["signs the cookies of a provider that runs for one test"] },
  features: {
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: "PUSHED" in process.env },
  },
  // The built-in fetch refuses loopback addresses, but the app receives its logout tokens at one.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  findAccount: (context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `${sub} of Wonderland`, email: `${sub}@example.com`, email_verified: true }),
  }),
  pkce: { required: () => true },
  // Short enough that each use of an access token needs a refresh.
  ttl: { AccessToken: 50 },
}

// The issuer contains the port, so the server must listen before the provider is created.
const server = createServer()
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const { port } = server.address()
  server.on("request", new Provider(`http://127.0.0.1:${port}`, configuration).callback())
  console.log(JSON.stringify({ port, key: privateKey.export({ format: "jwk" }) }))
})
// The fixture closes stdin at its end, even if it fails.
process.stdin.resume().on("end", () => process.exit(0))
