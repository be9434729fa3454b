import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, minutes } from '../../../core/time/instant.ts';
import type { Blueprints } from './blueprints.ts';
import type { Trial } from './trial.ts';
import type { Verdict } from './verdict.ts';
import type { FromWorker, ToWorker } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Of the clock on the wall: some sixty times what a day of faults and the recovery take. What takes longer hangs. */
const deadlineOf = ({ days }: Trial): Duration => minutes(2 + days);
const STARTING = minutes(5);
const SAID_MAX = 2_000;

interface RunnerOptions {
  /** Shared by all runners. Without it each worker synthesizes the sources as it sees them. */
  readonly blueprints?: Blueprints;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the clock on the wall. @default 2 minutes and one for each day of faults */
  readonly deadline?: Duration;
}

/** Lives through runs in a process of its own, so that one that hangs or breaks its process is a violation as well. */
export class Runner {
  readonly #options: RunnerOptions;
  /** What a worker leaves there goes with it, however it ends. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-runner-'));
  #child: ChildProcess | undefined;
  /** What the process said aside, the end of it. */
  #said = '';

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Resolves with a verdict whatever happens to the run; rejects only when no worker can be started. */
  async run(trial: Trial): Promise<Verdict> {
    const child = this.#child ?? (await this.#start());
    let mix: readonly string[] = [];
    const deadline = this.#options.deadline ?? deadlineOf(trial);
    const answer = await this.#answer(child, { trial }, deadline, (message) => {
      if ('mix' in message) mix = message.mix;
      return 'verdict' in message ? message.verdict : undefined;
    });
    if (typeof answer !== 'string') return answer;
    await this.#end(child);
    const empty = { story: [], injected: [], virtual: 0 as Duration, lines: 0, digest: 'none' };
    return { trial, mix, violations: [`run: ${answer}`], ...empty };
  }

  async close(): Promise<void> {
    if (this.#child) await this.#end(this.#child);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A process that hangs hears nothing else. */
  async #end(child: ChildProcess): Promise<void> {
    this.#child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #start(): Promise<ChildProcess> {
    const { blueprints, environment } = this.#options;
    this.#said = '';
    const child = fork(WORKER, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, TMPDIR: this.#folder, ...environment },
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-SAID_MAX);
    });
    const prepare = blueprints?.lent ?? null;
    const ready = await this.#answer(
      child,
      { prepare },
      STARTING,
      (message) => 'ready' in message || undefined,
    );
    if (ready !== true) throw new Error(`a worker of the simulation did not start: it ${ready}`);
    this.#child = child;
    return child;
  }

  /** The first message that `wanted` makes something of, or a sentence about why there is none. */
  #answer<T>(
    child: ChildProcess,
    question: ToWorker,
    deadline: Duration,
    wanted: (message: FromWorker) => T | undefined,
  ): Promise<T | string> {
    return new Promise((resolve) => {
      const finish = (answer: T | string): void => {
        clearTimeout(timer);
        child.off('message', hear).off('exit', ended);
        resolve(answer);
      };
      const hear = (message: FromWorker): void => {
        const found = wanted(message);
        if (found !== undefined) finish(found);
      };
      const ended = (code: number | null, signal: string | null): void => {
        this.#child = undefined;
        finish(`broke its process, which ended with ${signal ?? `code ${code}`}: ${this.#said.trim()}`);
      };
      const timer = setTimeout(() => finish(`did not end within ${deadline / 1_000} s`), deadline);
      child.on('message', hear).on('exit', ended);
      child.send(question);
    });
  }
}
