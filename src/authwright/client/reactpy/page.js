// Renders the bridge in ReactPy: an invisible element whose attributes carry the server's commands to the tab.

// The providers of this page. Storage events notify other tabs, but do not fire in the tab that stores the value.
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

// ReactPy calls this twice for an element. It unmounts the first binding, and renders it once more after that.
export function bind() {
  let attributes = null
  let bridge = null
  let unmounted = false
  return {
    create: (_type, received) => received,
    render(received) {
      if (unmounted) return
      const opened = attributes?.id
      attributes = received
      if (opened !== received.id) {
        // After a lost connection the element stays, but the server has a new bridge, which counts from 1 again.
        bridge?.close()
        // Send text: ReactPy would leave out some members of an object.
        bridge = open((message) => attributes.onMessage(received.id, JSON.stringify(message)), received.basePath)
      }
      bridge.receive(received.commands)
    },
    unmount() {
      unmounted = true
      bridge?.close()
    },
  }
}

export function Bridge() {}
