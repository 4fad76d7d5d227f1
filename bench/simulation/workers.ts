/** Spreads the runs over processes, and hands the results back in the order of the jobs. */
import { type ChildProcess, fork } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"

/** What a worker does: parses what it is sent, sends back what comes of it. Only for the process that `spread` starts. */
export const serve = <Job, Result>(work: (job: Job) => Result): void => {
  // The parent is this very file's `spread`, which sends jobs of the type that `work` takes.
  process.on("message", (job: Job) => process.send?.(work(job)))
}

export const spread = <Job extends object, Result>(
  script: URL,
  jobs: ReadonlyArray<Job>,
  progress: (done: number) => void
): Promise<ReadonlyArray<Result>> =>
  new Promise((resolve, reject) => {
    const results: Array<Result> = []
    let next = 0
    let done = 0
    const feed = (worker: ChildProcess) => {
      const index = next++
      const job = jobs[index]
      if (job === undefined) return worker.disconnect()
      // See `serve`: what comes back is what `work` answered to the one job that is out.
      worker.once("message", (result: unknown) => {
        results[index] = result as Result
        progress(++done)
        if (done === jobs.length) resolve(results)
        feed(worker)
      })
      worker.send(job)
    }
    const count = Math.max(1, Math.min(availableParallelism(), jobs.length))
    for (let i = 0; i < count; i++) {
      const worker = fork(fileURLToPath(script))
      worker.on("error", reject)
      worker.on("exit", (code) => {
        if (code !== 0) reject(new Error(`a worker ended with ${code}`))
      })
      feed(worker)
    }
    if (jobs.length === 0) resolve(results)
  })
