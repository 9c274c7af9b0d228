// Reads [[method, ...arguments], ...] from stdin, calls @auth/pg-adapter, and prints the results. Environment: DATABASE_URL.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import PostgresAdapter from "@auth/pg-adapter"

const { Pool } = createRequire(import.meta.url)("pg")
const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const adapter = PostgresAdapter(pool)
const answers = []
for (const [method, ...given] of JSON.parse(readFileSync(0, "utf8"))) answers.push((await adapter[method](...given)) ?? null)
await pool.end()
console.log(JSON.stringify(answers))
