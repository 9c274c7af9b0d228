// Runs next-auth in a plain HTTP server, as Next.js would. Prints {"port": ...} when it is ready.
// Environment: PORT (0: any), NEXTAUTH_URL (its path is the path of the API), NEXTAUTH_SECRET, and optionally
// DATABASE_URL, to store users and sessions with @auth/pg-adapter.
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)
const NextAuth = require("next-auth").default
const Credentials = require("next-auth/providers/credentials").default
const { parse } = createRequire(require.resolve("next-auth"))("cookie")

const base = new URL(process.env.NEXTAUTH_URL).pathname
const outbox = []
const users = []
const links = []

const memory = {
  createUser: async (user) => users[users.push({ name: null, image: null, ...user, id: randomUUID() }) - 1],
  getUser: async (id) => users.find((user) => user.id === id) ?? null,
  getUserByEmail: async (email) => users.find((user) => user.email === email) ?? null,
  getUserByAccount: async () => null,
  updateUser: async (changes) => Object.assign(users.find((user) => user.id === changes.id), changes),
  createVerificationToken: async (link) => links[links.push(link) - 1],
  useVerificationToken: async ({ identifier, token }) => {
    const at = links.findIndex((link) => link.identifier === identifier && link.token === token)
    return at < 0 ? null : links.splice(at, 1)[0]
  },
}

async function postgres(connectionString) {
  const { default: PostgresAdapter } = await import("@auth/pg-adapter")
  return PostgresAdapter(new (require("pg").Pool)({ connectionString }))
}

const database = process.env.DATABASE_URL
const options = {
  adapter: database ? await postgres(database) : memory,
  session: { strategy: database ? "database" : "jwt" },
  providers: [
    Credentials({
      credentials: { username: { label: "Username" }, password: { label: "Password", type: "password" } },
      async authorize({ username, password }) {
        if (username === "locked") throw new Error("This account is locked.")
        if (password !== "secret") return null
        return { id: "1", name: username, email: `${username}@example.com`, image: null }
      },
    }),
    {
      id: "email", name: "Email", type: "email",
      sendVerificationRequest: async ({ identifier, url }) => { outbox.push({ to: identifier, url }) },
    },
  ],
  callbacks: {
    signIn: ({ user }) => (user.name === "mallory" ? false : user.name === "waiting" ? "/wait?for=approval" : true),
    jwt({ token, trigger, session }) {
      if (trigger === "update" && session) Object.assign(token, session)
      return token
    },
  },
  logger: { error() {}, warn() {} },
}

async function bodyOf(request) {
  let text = ""
  for await (const chunk of request) text += chunk
  if (request.headers["content-type"]?.startsWith("application/json")) return JSON.parse(text)
  return text ? Object.fromEntries(new URLSearchParams(text)) : undefined
}

// The parts that Next.js adds to the request and response of an API route, and that next-auth uses.
async function answer(url, request, response) {
  const nextauth = url.pathname.slice(base.length + 1).split("/")
  const query = { ...Object.fromEntries(url.searchParams), nextauth }
  response.status = (code) => Object.assign(response, { statusCode: code })
  response.json = (value) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(value))
  response.send = (value) => (typeof value === "object" ? response.json(value) : response.end(value))
  const { method, headers } = request
  const cookies = parse(headers.cookie ?? "")
  await NextAuth({ method, headers, query, body: await bodyOf(request), cookies }, response, { ...options })
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost")
  if (url.pathname === "/outbox") return response.end(JSON.stringify(outbox))
  if (!url.pathname.startsWith(`${base}/`)) return response.writeHead(404).end()
  // The answer of Next.js if the handler throws.
  answer(url, request, response).catch(() => response.writeHead(500).end("Internal Server Error"))
})
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port }))
})
// The fixture closes stdin at its end, even if it fails.
process.stdin.resume().on("end", () => process.exit(0))
