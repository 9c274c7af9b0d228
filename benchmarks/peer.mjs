// The peer: the core of the npm package next-auth, served by plain node:http. It handles GET requests and a credentials
// sign-in as Next.js does. Environment variables: PORT, NEXTAUTH_URL, NEXTAUTH_SECRET, NODE_PACKAGES.
import { createServer } from "node:http"
import { createRequire } from "node:module"

const require = createRequire(process.env.NODE_PACKAGES + "/")
const inside = createRequire(require.resolve("next-auth"))
const { AuthHandler } = inside("./core")
const Credentials = require("next-auth/providers/credentials").default
const { parse, serialize } = inside("cookie")

const base = new URL(process.env.NEXTAUTH_URL).pathname
const options = {
  secret: process.env.NEXTAUTH_SECRET,
  session: { strategy: "jwt" },
  providers: [
    Credentials({
      credentials: { username: {}, password: {} },
      authorize: () => ({ id: "1", name: "Alice Liddell", email: "alice@example.com", image: null }),
    }),
  ],
}

async function bodyOf(request) {
  if (request.method !== "POST") return undefined
  let text = ""
  for await (const chunk of request) text += chunk
  return Object.fromEntries(new URLSearchParams(text))
}

createServer(async (request, response) => {
  const url = new URL(request.url, process.env.NEXTAUTH_URL)
  const [action, providerId] = url.pathname.slice(base.length + 1).split("/")
  const body = await bodyOf(request)
  const result = await AuthHandler({
    options,
    req: {
      action,
      providerId,
      body,
      method: request.method,
      headers: request.headers,
      query: Object.fromEntries(url.searchParams),
      cookies: parse(request.headers.cookie ?? ""),
    },
  })
  const cookies = (result.cookies ?? []).map(({ name, value, options }) => serialize(name, value, options))
  response.setHeader("Set-Cookie", cookies)
  for (const { key, value } of result.headers ?? []) response.setHeader(key, value)
  response.statusCode = result.status ?? 200
  if (result.redirect) response.setHeader("Content-Type", "application/json")
  response.end(JSON.stringify(result.redirect ? { url: result.redirect } : result.body))
}).listen(Number(process.env.PORT), "127.0.0.1")
