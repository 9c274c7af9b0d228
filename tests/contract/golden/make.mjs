// Creates vectors.json with the npm package next-auth. Run npm install in ../node, then: node make.mjs
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const require = createRequire(new URL("../node/package.json", import.meta.url))
const entry = require.resolve("next-auth")
const { encode, decode } = require("next-auth/jwt")
const { AuthHandler } = require(join(dirname(entry), "core"))
const { serialize } = createRequire(entry)("cookie")

const CENTURY = 100 * 365 * 86400
const ORIGINS = ["http://localhost:3000", "https://example.com"]
const SECRETS = ["a secret for tests that is long enough", "short", "비밀번호 🔐 ключ", 'quotes " and | and %']
const SECRET = SECRETS[0]
const silent = { error() {}, warn() {}, debug() {} }
const bytes = (count) => "0123456789".repeat(count / 10)

async function ask(origin, secret, req, options = {}) {
  process.env.NEXTAUTH_URL = origin
  const base = { secret, providers: [], logger: silent, session: { maxAge: CENTURY } }
  const request = { method: "GET", headers: {}, query: {}, cookies: {}, ...req }
  return AuthHandler({ req: request, options: { ...base, ...options } })
}

const written = ({ cookies }) => cookies.map(({ name, value, options }) => serialize(name, value, options))

async function withCsrf(origin, secret, req, options) {
  const { body, cookies } = await ask(origin, secret, { action: "csrf" })
  const jar = Object.fromEntries(cookies.map(({ name, value }) => [name, value]))
  const post = { ...req, method: "POST", body: { ...req.body, csrfToken: body.csrfToken }, cookies: jar }
  return ask(origin, secret, post, options)
}

async function sessionTokens() {
  const claims = {
    empty: {},
    plain: { name: "Alice", email: "alice@example.com", picture: "https://example.com/alice.png", sub: "1" },
    "no picture": { name: null, email: "alice@example.com", picture: null, sub: "1" },
    "Korean and emoji": { name: "홍길동 👩‍👩‍👧‍👦", sub: "사용자" },
    "right to left": { name: "محمد \u202eevil", email: "שלום@example.com" },
    "control characters": { name: 'a\u0000b\n"\\/\u2028\u007f' },
    nested: { roles: ["admin", { of: { a: [1, 2.5, -0, 1e21, true, false, null, ""] } }], "": { ключ: [] } },
    large: { text: bytes(10_000) },
  }
  const made = []
  for (const secret of SECRETS) {
    for (const [name, token] of Object.entries(claims)) {
      if (name === "large" && secret !== SECRET) continue
      const encoded = await encode({ token: { ...token }, secret, maxAge: CENTURY })
      made.push({ name, secret, salt: "", claims: await decode({ token: encoded, secret }), token: encoded })
    }
  }
  return made
}

async function checkCookies() {
  const provider = {
    id: "corp", name: "Corp", type: "oauth", checks: ["pkce", "state", "nonce"], clientId: "id", clientSecret: "secret",
    issuer: "https://login.example.com", authorization: "https://login.example.com/authorize",
    token: "https://login.example.com/token", userinfo: "https://login.example.com/me",
  }
  const made = []
  for (const origin of ORIGINS) {
    const now = Math.floor(Date.now() / 1000)
    const asked = { action: "signin", providerId: "corp" }
    const { cookies } = await withCsrf(origin, SECRET, asked, { providers: [provider] })
    for (const { name: salt, value: token } of cookies.filter(({ name }) => /pkce|state|nonce/.test(name))) {
      made.push({ secret: SECRET, salt, now, claims: await decode({ token, secret: SECRET, salt }), token })
    }
  }
  return made
}

async function csrfCookies() {
  const made = []
  for (const secret of SECRETS) {
    for (const origin of ORIGINS) {
      const { body, cookies } = await ask(origin, secret, { action: "csrf" })
      const [cookie] = cookies.filter(({ name }) => name.endsWith("csrf-token"))
      const set_cookie = written({ cookies: [cookie] })[0]
      made.push({ secret, secure: origin.startsWith("https"), token: body.csrfToken, cookie: cookie.value, set_cookie })
    }
  }
  return made
}

async function callbackUrlCookies() {
  const paths = [
    "/", "/path?a=b&c=d#e", "/a b", "/a;b,c", "/'()*!~", '/"quoted"', "/100%", "/%2F%252F", "/홍길동?이름=값",
    "/👩‍👩‍👧", "/a=b=c", "/<script>", "/[x]{y}|z^`", "/@:$+",
  ]
  const made = []
  for (const origin of ORIGINS) {
    for (const path of paths) {
      const { cookies } = await ask(origin, SECRET, { action: "csrf", query: { callbackUrl: path } })
      const [cookie] = cookies.filter(({ name }) => name.endsWith("callback-url"))
      const set_cookie = written({ cookies: [cookie] })[0]
      made.push({ secure: origin.startsWith("https"), value: cookie.value, set_cookie })
    }
  }
  return made
}

// The cookies of a session of one size, if the browser already has the cookies of a session of another size.
async function sessionCookies() {
  const sizes = { small: 10, "5 kB": 5_000, "10 kB": 10_000 }
  const made = []
  for (const origin of ORIGINS) {
    const name = `${origin.startsWith("https") ? "__Secure-" : ""}next-auth.session-token`
    for (const [before, after] of [["small", "small"], ["small", "10 kB"],
      ["10 kB", "small"], ["10 kB", "5 kB"], ["5 kB", "10 kB"]]) {
      const read = (size) => ({ jwt: () => ({ text: bytes(size) }) })
      const first = { [name]: await encode({ token: { sub: "1" }, secret: SECRET }) }
      const held = await ask(origin, SECRET, { action: "session", cookies: first }, { callbacks: read(sizes[before]) })
      const ours = ({ cookies }) => cookies.filter((cookie) => cookie.name.startsWith(name))
      const kept = ours(held).filter(({ value }) => value)
      const cookies = Object.fromEntries(kept.map(({ name, value }) => [name, value]))
      const answer = await ask(origin, SECRET, { action: "session", cookies }, { callbacks: read(sizes[after]) })
      const set_cookie = written({ cookies: ours(answer) })
      const { expires } = answer.body
      made.push({ before, after, secure: origin.startsWith("https"), held: Object.keys(cookies), expires, set_cookie })
    }
  }
  return made
}

async function mailTokens() {
  const made = []
  for (const secret of SECRETS) {
    const found = { secret }
    const adapter = {
      getUser() {}, getUserByEmail: async () => null, getUserByAccount() {}, createUser() {}, updateUser() {},
      useVerificationToken() {}, createVerificationToken: async ({ token }) => { found.hash = token },
    }
    const sendVerificationRequest = async ({ token }) => { found.token = token }
    const provider = { id: "email", type: "email", sendVerificationRequest }
    const asked = { action: "signin", providerId: "email", body: { email: "alice@example.com" } }
    await withCsrf(ORIGINS[0], secret, asked, { adapter, providers: [provider], session: { strategy: "jwt" } })
    made.push(found)
  }
  return made
}

const vectors = {
  made_by: `next-auth@${JSON.parse(readFileSync(join(dirname(entry), "package.json"))).version}`,
  session_tokens: await sessionTokens(),
  check_cookies: await checkCookies(),
  csrf_cookies: await csrfCookies(),
  callback_url_cookies: await callbackUrlCookies(),
  session_cookies: await sessionCookies(),
  mail_tokens: await mailTokens(),
}
writeFileSync(new URL("vectors.json", import.meta.url), JSON.stringify(vectors, null, 1) + "\n")
