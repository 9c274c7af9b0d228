// Reads {files: [[package, file]], options, claims} from stdin, and prints the data of each provider as JSON.
// The keys of options and claims are provider ids.
import { readFileSync } from "node:fs"

// Some profile functions of v4 fetch a photo or an e-mail address.
globalThis.fetch = async () => ({ ok: false, json: async () => ({}) })

const endpoint = (given) => {
  if (!given) return null
  const { url, params, request, conform } = typeof given === "string" ? { url: given } : given
  const own = Boolean(request || conform)
  if (!url) return { url: null, params: params ?? {}, own }
  const parsed = new URL(url.trim())
  return {
    url: parsed.origin + parsed.pathname,
    params: { ...Object.fromEntries(parsed.searchParams), ...params },
    own,
  }
}

const userOf = async (data, claims) => {
  try {
    const user = await data.profile(claims, {})
    return ["id", "name", "email", "image"].map((key) => (user[key] == null ? null : String(user[key])))
  } catch (error) {
    return [error.name]
  }
}

const asked = JSON.parse(readFileSync(0, "utf8"))
const client = { clientId: "CLIENT_ID", clientSecret: "CLIENT_SECRET" }

const describe = async ([name, file]) => {
  let make = (await import(`${name}/providers/${file}`)).default
  make = make.default ?? make
  // The id is known only after a provider is created, so each provider is created twice.
  const { id } = make({ ...client, issuer: "https://issuer.example", version: "2.0" })
  const data = make({ ...client, ...asked.options[id] })
  const claims = structuredClone(asked.claims[id])
  return {
    package: name,
    id,
    name: data.name,
    type: data.type,
    issuer: data.issuer ?? data.options?.issuer ?? null,
    well_known: data.wellKnown ?? null,
    authorization: endpoint(data.authorization ?? data.authorizationUrl),
    token: endpoint(data.token ?? data.accessTokenUrl),
    userinfo: endpoint(data.userinfo ?? data.profileUrl),
    checks: data.checks ?? null,
    client_auth: data.client?.token_endpoint_auth_method ?? null,
    style: data.style ?? null,
    user: data.profile && claims ? await userOf(data, claims) : null,
  }
}

console.log(JSON.stringify(await Promise.all(asked.files.map(describe))))
