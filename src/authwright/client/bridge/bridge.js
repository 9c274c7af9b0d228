// The tab's half of the bridge: it fetches, navigates and notifies other tabs for a session store on the server.
// It makes no decisions. The server does not trust its reports, except for receipts, which the server itself made.
// Two rules protect the tab if the server's half is tricked: it fetches only below the base path of its own origin, and
// it navigates only to http and https URLs.

const KEY = "nextauth.message"
// Whether the user is signed in, as the last page of this browser that knew it noted.
const SIGNED_IN = "authwright.signed-in"
const TIMEOUT = 15000

export function createBridge(emit, { basePath = "/api/auth" } = {}) {
  const listening = new AbortController()
  const listen = (target, event, handler) => target.addEventListener(event, handler, { signal: listening.signal })
  let seen = 0

  async function fetchJson(command) {
    const url = new URL(command.url, location.href)
    if (url.origin !== location.origin || !url.pathname.startsWith(basePath + "/")) return { status: 0 }
    const { method, headers, body } = command
    const options = { method, headers, body: body ?? undefined, credentials: "same-origin" }
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT) })
      return { status: response.status, ...parse(await response.text()) }
    } catch {
      return { status: 0 }
    }
  }

  // A web page usually means that the base path belongs to the app, not to the API.
  function parse(text) {
    try {
      return { json: JSON.parse(text) }
    } catch {
      return { json: null, html: text.trimStart().startsWith("<") }
    }
  }

  function navigate(target) {
    const url = new URL(target, location.href)
    if (url.protocol !== "http:" && url.protocol !== "https:") return
    location.href = url.href
    // If only the hash changes, the browser does not reload by itself (v4's signIn does the same).
    if (url.href.includes("#")) location.reload()
  }

  function post({ message, signedIn, ifNew }) {
    try {
      if (typeof signedIn === "boolean") {
        if (ifNew && (localStorage.getItem(SIGNED_IN) ?? "false") === String(signedIn)) return
        localStorage.setItem(SIGNED_IN, String(signedIn))
      }
      if (message) localStorage.setItem(KEY, JSON.stringify(message))
    } catch {
      // Storage is full or forbidden: other tabs fetch the session at their next focus.
    }
  }

  async function run(command) {
    const done = { type: "done", seq: command.seq }
    if (command.op === "fetch") {
      emit({ ...done, ...(await fetchJson(command)) })
      return
    }
    emit(done)
    try {
      if (command.op === "navigate") navigate(command.url)
      if (command.op === "post") post(command)
    } catch {
      // The URL is invalid.
    }
  }

  listen(window, "storage", (event) => {
    if (event.key !== KEY) return
    try {
      const message = JSON.parse(event.newValue ?? "{}")
      if (message?.event === "session" && message?.data) emit({ type: "storage" })
    } catch {
      // Another script wrote the value.
    }
  })
  listen(document, "visibilitychange", () => {
    if (document.visibilityState === "visible") emit({ type: "visible" })
  })
  listen(window, "pageshow", (event) => {
    if (event.persisted) emit({ type: "visible" })
  })
  listen(window, "online", () => emit({ type: "online", value: true }))
  listen(window, "offline", () => emit({ type: "online", value: false }))
  const report = () => emit({ type: "ready", href: location.href, online: navigator.onLine })
  // Report the page's address, the default callback URL. A client-side router changes it without loading a page.
  if (window.navigation) listen(window.navigation, "currententrychange", report)
  report()

  return {
    // The same commands may arrive again, in a longer or shorter list. Run each once.
    receive(commands) {
      for (const command of commands ?? []) {
        if (command.seq <= seen) continue
        seen = command.seq
        run(command).catch(() => emit({ type: "done", seq: command.seq, status: 0 }))
      }
    },
    close: () => listening.abort(),
  }
}
