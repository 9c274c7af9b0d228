// Runs next-auth with the same users, page and outbox as the authwright server, to prove the suite against it.
// Arguments: the package.json of the npm packages, the bundle of the page, the page, and the issuer of the identity
// provider. Prints its port.
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"

const [packages, bundlePath, page, issuer] = process.argv.slice(2)
const require = createRequire(packages)
const NextAuth = require("next-auth").default
const Credentials = require("next-auth/providers/credentials").default
const bundle = readFileSync(bundlePath)

const known = { alice: "Alice", bob: "Bob" }
const outbox = []
const users = []
const links = []
const accounts = []

const adapter = {
  createUser: async (user) => users[users.push({ ...user, id: randomUUID() }) - 1],
  getUser: async (id) => users.find((user) => user.id === id) ?? null,
  getUserByEmail: async (email) => users.find((user) => user.email === email) ?? null,
  getUserByAccount: async ({ provider, providerAccountId }) => {
    const found = accounts.find((one) => one.provider === provider && one.providerAccountId === providerAccountId)
    return found ? adapter.getUser(found.userId) : null
  },
  linkAccount: async (account) => accounts[accounts.push(account) - 1],
  updateUser: async (changes) => Object.assign(users.find((user) => user.id === changes.id), changes),
  createVerificationToken: async (link) => links[links.push(link) - 1],
  useVerificationToken: async ({ identifier, token }) => {
    const at = links.findIndex((link) => link.identifier === identifier && link.token === token)
    return at < 0 ? null : links.splice(at, 1)[0]
  },
}

const corp = (id, params) => ({
  id, name: id[0].toUpperCase() + id.slice(1), type: "oauth", idToken: true, checks: ["pkce", "state", "nonce"],
  wellKnown: `${issuer}/.well-known/openid-configuration`, clientId: "fake-client", clientSecret: "fake-secret",
  authorization: { params: { scope: "openid email profile", ...params } },
  profile: ({ sub, name, email }) => ({ id: sub, name, email }),
})

const options = {
  secret: "a secret for tests, longer than 32 characters",
  adapter,
  session: { strategy: "jwt" },
  providers: [
    Credentials({
      name: "Password",
      credentials: { username: { label: "Username" }, password: { label: "Password", type: "password" } },
      async authorize({ username, password }) {
        if (username === "locked") throw new Error("The account is locked")
        if (!known[username] || password !== "correct horse") return null
        return { id: username, name: known[username], email: `${username}@example.com` }
      },
    }),
    {
      id: "email", name: "Email", type: "email", maxAge: 86400,
      sendVerificationRequest: async ({ identifier, url }) => { outbox.push({ to: identifier, url }) },
    },
    corp("corp"),
    corp("posting", { response_mode: "form_post" }),
  ],
  callbacks: {
    jwt({ token, trigger, session }) {
      if (trigger === "update" && session?.name) token.name = session.name
      return token
    },
    session({ session, token }) {
      session.user.name = token.name
      return session
    },
  },
  logger: { error() {}, warn() {} },
}

async function fieldsOf(request) {
  let text = ""
  for await (const chunk of request) text += chunk
  if (!text) return undefined
  if (request.headers["content-type"]?.startsWith("application/json")) return JSON.parse(text)
  return Object.fromEntries(new URLSearchParams(text))
}

function cookiesOf(request) {
  const pairs = (request.headers.cookie ?? "").split("; ").filter(Boolean).map((pair) => pair.split(/=(.*)/s))
  return Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)]))
}

// The parts that Next.js gives to an API route, and that next-auth uses.
async function answerApi(base, url, request, response) {
  const body = await fieldsOf(request)
  const nextauth = url.pathname.slice(base.length + 1).split("/")
  const query = { ...Object.fromEntries(url.searchParams), nextauth }
  response.status = (code) => Object.assign(response, { statusCode: code })
  response.json = (value) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(value))
  response.send = (value) => (typeof value === "object" ? response.json(value) : response.end(value))
  // next-auth reads this before its first await, so requests to the two base paths do not interfere.
  process.env.NEXTAUTH_URL = `${url.origin}${base}`
  const { method, headers } = request
  await NextAuth({ method, headers, query, body, cookies: cookiesOf(request) }, response, { ...options })
}

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${server.address().port}`)
  const base = ["/api/auth", "/custom/auth"].find((path) => url.pathname.startsWith(`${path}/`))
  if (base) return answerApi(base, url, request, response)
  if (url.pathname === "/outbox") return response.end(JSON.stringify(outbox))
  if (url.pathname === "/bundle.js") return response.setHeader("Content-Type", "text/javascript").end(bundle)
  return response.setHeader("Content-Type", "text/html").end(page)
})
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
