// Runs oauth2-mock-server, which signs in johndoe without a login page. Prints {"port": ...} when it is ready.
// By default it accepts every client and sends no claims about the user; the handlers below add a client secret and
// two claims. Environment: PORT (0: any), CLIENT_SECRET (unset: the client is public).
import { createRequire } from "node:module"

const require = createRequire(new URL("../node/package.json", import.meta.url))
const { OAuth2Server } = await import(require.resolve("oauth2-mock-server"))

const server = new OAuth2Server()
await server.issuer.keys.generate("RS256")

const secretOf = ({ headers, body }) => {
  const [, basic] = (headers.authorization ?? "").split(" ")
  return basic ? decodeURIComponent(atob(basic).split(":")[1].replaceAll("+", " ")) : body.client_secret
}

server.service.on("beforeResponse", (response, request) => {
  if (secretOf(request) === process.env.CLIENT_SECRET) return
  Object.assign(response, { statusCode: 401, body: { error: "invalid_client" } })
})

server.service.on("beforeUserinfo", (response, { headers }) => {
  if (!headers.authorization?.startsWith("Bearer ")) {
    Object.assign(response, { statusCode: 401, body: { error: "invalid_token" } })
    return
  }
  Object.assign(response.body, { name: "John Doe", email: "john@example.com" })
})

await server.start(Number(process.env.PORT ?? 0), "127.0.0.1")
console.log(JSON.stringify({ port: server.address().port }))
// The fixture closes stdin at its end, even if it fails.
process.stdin.resume().on("end", () => process.exit(0))
