import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

type Message<Covered> =
  | { readonly ready: true }
  | { readonly covered: Covered }
  | { readonly broken: string };

/** A run leaves a whole cloud behind: with room for a few, most of it is never moved. */
const YOUNG_MIB = 64;

/**
 * Works off tasks in processes of its own, as many as there are processors. `next` is asked whenever one is idle, and
 * `covered` hears of each task that is done; a process that dies ends it all.
 *
 * @param worker the module that such a process runs
 */
export function workOff<Task extends object, Covered>(
  worker: URL,
  next: () => Task | undefined | Promise<Task | undefined>,
  covered: (what: Covered) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const crew = new Set<ChildProcess>();
    const leave = (child: ChildProcess) => {
      crew.delete(child);
      if (child.connected) child.disconnect();
      if (crew.size === 0) resolve();
    };
    const fail = (why: string) => {
      for (const child of crew) if (child.connected) child.disconnect();
      crew.clear();
      reject(new Error(why));
    };
    const give = async (child: ChildProcess) => {
      const task = await next();
      if (!crew.has(child)) return;
      if (task) child.send(task);
      else leave(child);
    };
    for (let n = 0; n < availableParallelism(); n++) {
      const child = fork(fileURLToPath(worker), {
        execArgv: ['--disable-warning=ExperimentalWarning', `--max-semi-space-size=${YOUNG_MIB}`],
      });
      crew.add(child);
      child.on('message', (message: Message<Covered>) => {
        if ('broken' in message) return fail(`a run broke off: ${message.broken}`);
        if ('covered' in message) covered(message.covered);
        void give(child);
      });
      child.on('exit', (code) => {
        if (crew.has(child)) fail(`a worker ended with code ${code}; what it said stands above`);
      });
    }
  });
}
