/** Runs one task at a time. */
export interface RefreshLock {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** One task at a time in this browser where tabs share their tokens and it has Web Locks, else in this process. */
export function refreshLock(name: string, acrossTabs: boolean, patienceMs: number): RefreshLock {
  const locks = acrossTabs ? globalThis.navigator?.locks : undefined;
  const here = new ProcessLock();
  return locks ? { run: (task) => here.run(() => runLocked(locks, name, patienceMs, task)) } : here;
}

class ProcessLock implements RefreshLock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

async function runLocked<T>(
  locks: LockManager,
  name: string,
  patienceMs: number,
  task: () => Promise<T>,
): Promise<T> {
  let held = false;
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(patienceMs) }, () => {
      held = true;
      return task();
    });
  } catch (error) {
    if (held) throw error;
    // A frozen tab may hold the lock for hours. Two refreshes at once are safe: the server gives both the same tokens.
    return task();
  }
}
