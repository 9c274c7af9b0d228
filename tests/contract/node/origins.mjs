// Reads a JSON list of [url, base] from stdin, and prints the origin of each by the WHATWG URL standard; null if invalid.
import { readFileSync } from "node:fs"

const originOf = ([url, base]) => {
  try {
    return new URL(url, base ?? undefined).origin
  } catch {
    return null
  }
}
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(originOf)))
