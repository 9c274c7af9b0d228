// The page under test: a status line that uses the real next-auth/react, with its functions available to the tests.
import * as client from "next-auth/react"
import { createRoot } from "react-dom/client"

const { provider = {}, use = {} } = window.settings ?? {}
window.client = client
window.statuses = []
window.unauthenticated = 0

const options = { required: use.required }
if (use.onUnauthenticated) options.onUnauthenticated = () => { window.unauthenticated += 1 }

function Status() {
  const { data, status, update } = client.useSession(options)
  window.update = update
  if (window.statuses.at(-1) !== status) window.statuses.push(status)
  return (
    <main>
      <p id="status">{status}</p>
      <pre id="session">{JSON.stringify(data ?? null)}</pre>
    </main>
  )
}

const root = createRoot(document.getElementById("root"))
root.render(
  <client.SessionProvider {...provider}>
    <Status />
  </client.SessionProvider>,
)
