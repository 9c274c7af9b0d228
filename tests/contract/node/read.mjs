// Reads {"cookie": <header>, "secret": ..., "url": <NEXTAUTH_URL>} from stdin. Prints the results of getToken and
// getServerSession of next-auth, and the Set-Cookie values that getServerSession wrote.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)
const { getToken } = require("next-auth/jwt")
const { getServerSession } = require("next-auth/next")
const { parse } = createRequire(require.resolve("next-auth"))("cookie")

const { cookie, secret, url } = JSON.parse(readFileSync(0, "utf8"))
process.env.NEXTAUTH_URL = url
const request = { headers: { cookie }, cookies: parse(cookie) }
const written = {}
const response = {
  getHeader: (name) => written[name],
  setHeader: (name, value) => { written[name] = value },
}
const token = await getToken({ req: request, secret })
const logger = { error() {}, warn() {} }
const session = await getServerSession(request, response, { secret, providers: [], logger })
console.log(JSON.stringify({ token, session, cookies: written["Set-Cookie"] ?? [] }))
