/** Runs a command in a terminal of its own, which Node alone cannot make. */
import { execFileSync, spawn } from "node:child_process"

/** Whether this machine can. */
export const hasTerminals = (() => {
  try {
    execFileSync("python3", ["-c", "import pty, termios"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
})()

/** Types each text once the one before it in `feed` has been seen on the screen. */
const script = `
import fcntl, json, os, pty, select, struct, sys, termios
argv, feed, columns = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
screen = b""
while True:
    if feed and feed[0][0].encode() in screen:
        os.write(terminal, feed.pop(0)[1].encode())
    if not select.select([terminal], [], [], 20)[0]:
        os.kill(pid, 9)
    try:
        read = os.read(terminal, 4096)
    except OSError:
        break
    if not read:
        break
    screen += read
_, status = os.waitpid(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), screen.decode()]))
`

/** The exit code, and all that was shown. */
export const inTerminal = (
  argv: ReadonlyArray<string>,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>
    /** What is waited for on the screen, and what is typed then. */
    readonly feed?: ReadonlyArray<readonly [seen: string, typed: string]>
    readonly columns?: number
  }
): Promise<readonly [exitCode: number, screen: string]> =>
  new Promise((resolve, reject) => {
    const told = JSON.stringify([argv, options.feed ?? [], options.columns ?? 80])
    const child = spawn("python3", ["-c", script, told], { env: options.env, stdio: ["ignore", "pipe", "inherit"] })
    let out = ""
    child.stdout.on("data", (data) => {
      out += data
    })
    child.on("error", reject)
    child.on("close", () => resolve(JSON.parse(out)))
  })
