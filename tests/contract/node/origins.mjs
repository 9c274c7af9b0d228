// Reads a JSON list of [url, base] on stdin; prints the origin that a browser (WHATWG URL) sees in each, null for none.
import { readFileSync } from "node:fs"

const originOf = ([url, base]) => {
  try {
    return new URL(url, base ?? undefined).origin
  } catch {
    return null
  }
}
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(originOf)))
