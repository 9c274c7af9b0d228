// The tab's half of the bridge: fetches, navigates and tells other tabs for a session store on the server.
// It decides nothing. What it reports is not believed there, but for a receipt that the server itself has sealed.
// It keeps two rules of its own, against a server half that was led astray: it fetches below the base path of its own
// origin alone, and goes to nothing but http and https.

const KEY = "nextauth.message"
const TIMEOUT = 15000

export function createBridge(emit, { basePath = "/api/auth" } = {}) {
  const listening = new AbortController()
  const listen = (target, event, handler) => target.addEventListener(event, handler, { signal: listening.signal })
  let seen = 0

  async function fetchJson(command) {
    const url = new URL(command.url, location.href)
    if (url.origin !== location.origin || !url.pathname.startsWith(basePath + "/")) return { status: 0 }
    const { method, headers, body } = command
    const signal = AbortSignal.timeout(TIMEOUT)
    try {
      const answer = await fetch(url, { method, headers, body: body ?? undefined, credentials: "same-origin", signal })
      return { status: answer.status, json: await answer.json().catch(() => null) }
    } catch {
      return { status: 0 }
    }
  }

  function navigate(target) {
    const url = new URL(target, location.href)
    if (url.protocol !== "http:" && url.protocol !== "https:") return
    location.href = url.href
    // A change of the hash alone loads nothing (v4's signIn does the same).
    if (url.href.includes("#")) location.reload()
  }

  function post(message) {
    try {
      localStorage.setItem(KEY, JSON.stringify(message))
    } catch {
      // Storage that is full or forbidden: other tabs hear at their next focus.
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
      if (command.op === "post") post(command.message)
    } catch {
      // A URL that is none.
    }
  }

  listen(window, "storage", (event) => {
    if (event.key !== KEY) return
    try {
      const message = JSON.parse(event.newValue ?? "{}")
      if (message?.event === "session" && message?.data) emit({ type: "storage" })
    } catch {
      // Another script's text.
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
  // Where a flow ends by default: an app that routes in the page moves it without a load.
  if (window.navigation) listen(window.navigation, "currententrychange", report)
  report()

  return {
    // The same list may come again, with more or fewer commands: each is run once.
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
