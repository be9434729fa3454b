import type { Stage } from '../../cli/stage.ts';
import type { LoadHandler } from '../../embedded/cloudformation/provider.ts';
import { fromSources } from '../../embedded/cloudformation/provider.ts';
import type { Execution } from '../../embedded/states/execution.ts';

/** One call of a function by a machine, as it went over the wire. */
export interface TaskCall {
  readonly task: string;
  readonly input: unknown;
  readonly output?: unknown;
  /** Name of the error that it threw instead of an output. */
  readonly error?: string;
}

/** An execution as a file shows it. */
export interface Recording {
  readonly machine: string;
  readonly status: string;
  readonly error?: string;
  /** The states entered, in their order; a loop that went round several times is shown once. */
  readonly states: readonly string[];
  /** Of the children of its Maps, the states that each of them entered, without repetitions. */
  readonly children?: readonly string[];
  readonly calls: readonly TaskCall[];
}

/** Listens at the door of every function. */
export class Recorder {
  readonly #calls: (TaskCall & { readonly folder: string })[] = [];

  readonly load: LoadHandler = async (entry) => {
    const { start } = await fromSources(entry);
    // `lambdas/copy/begin-copy/handler.ts` is the task BeginCopy of the machine holdfast-copy.
    const folder = entry.split('/').at(-3)!;
    const task = entry
      .split('/')
      .at(-2)!
      .split('-')
      .map((word) => word[0]!.toUpperCase() + word.slice(1))
      .join('');
    return {
      start: (environment, platform) => {
        const handle = start(environment, platform);
        return async (event) => {
          // What the handler does with its event must not show in the recording.
          const input = JSON.parse(JSON.stringify(event)) as unknown;
          try {
            const output = await handle(event);
            this.#calls.push({ folder, task, input, output });
            return output;
          } catch (error) {
            this.#calls.push({ folder, task, input, error: (error as Error).name });
            throw error;
          }
        };
      },
    };
  };

  /** Forgets what was heard so far. */
  reset(): void {
    this.#calls.length = 0;
  }

  recordingOf(stage: Stage, execution: Execution): Recording {
    const children = execution.mapRuns.flatMap((run) => stage.cloud.states.list(run).flatMap(entered));
    return {
      machine: execution.machine.name,
      status: execution.status,
      ...(execution.error === undefined ? {} : { error: execution.error }),
      states: withoutRounds(entered(execution)),
      ...(children.length === 0 ? {} : { children: [...new Set(children)] }),
      calls: distinct(
        this.#calls
          .filter(({ folder }) => execution.machine.name === `holdfast-${folder}`)
          .map(({ folder: _folder, ...call }) => call),
      ),
    };
  }
}

const entered = ({ history }: Execution): string[] =>
  history.filter(({ type }) => type.endsWith('StateEntered')).map(({ state }) => state!);

/** How often an engine is asked is its own business: a b c b c b c d is shown as a b c d. */
function withoutRounds(states: readonly string[]): string[] {
  const path: string[] = [];
  for (const state of states) {
    path.push(state);
    for (let length = 1; length * 2 <= path.length; length++) {
      const [last, before] = [path.slice(-length), path.slice(-2 * length, -length)];
      if (last.every((each, n) => each === before[n])) {
        path.length -= length;
        break;
      }
    }
  }
  return path;
}

/** Of the calls of a task that look alike, the first: same members, same outcome. */
function distinct(calls: readonly TaskCall[]): TaskCall[] {
  const seen = new Set<string>();
  return calls.filter(({ task, output, error }) => {
    const { outcome } = (output ?? {}) as { readonly outcome?: string };
    const like = `${task} ${outcome} ${error}`;
    return !seen.has(like) && seen.add(like);
  });
}
