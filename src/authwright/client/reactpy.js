// How ReactPy draws the bridge: an element without looks, whose attributes carry what the server asks of the tab.

// The providers of this page: storage events, by which tabs hear of each other, do not fire in the tab that posts.
const providers = new Set()

function open(emit, basePath) {
  const bridge = createBridge(emit, { basePath })
  let posted = 0
  providers.add(emit)
  return {
    receive(commands) {
      bridge.receive(commands)
      for (const { seq, op } of commands) {
        if (seq <= posted) continue
        posted = seq
        if (op !== "post") continue
        for (const other of providers) if (other !== emit) other({ type: "storage" })
      }
    },
    close() {
      providers.delete(emit)
      bridge.close()
    },
  }
}

// ReactPy calls it twice for an element: the first binding is unmounted, and drawn once more after that.
export function bind() {
  let attributes = null
  let bridge = null
  let unmounted = false
  return {
    create: (_type, given) => given,
    render(given) {
      if (unmounted) return
      const opened = attributes?.id
      attributes = given
      if (opened !== given.id) {
        // After a lost connection the element stays, and the server has a new bridge, which counts from 1 again.
        bridge?.close()
        // As text: ReactPy would leave out some members of an object.
        bridge = open((message) => attributes.onMessage(given.id, JSON.stringify(message)), given.basePath)
      }
      bridge.receive(given.commands)
    },
    unmount() {
      unmounted = true
      bridge?.close()
    },
  }
}

export function Bridge() {}
