import { ServiceUnavailable } from '../../../../../core/errors/registry.ts';
import type { ContainerOrder, ContainerState, Containers } from '../../../../../core/ports/containers.ts';

/** How one run goes: what each look at it sees (the last one stays), and what its log shows from which read on. */
export interface Play {
  readonly looks?: readonly ContainerState[];
  readonly lines?: readonly string[];
  /** Reads of the log that find nothing yet. */
  readonly lateBy?: number;
  /** The run starts, and the answer of its start is lost. */
  readonly answerLost?: boolean;
}

export const ended = (exitCode: number | undefined, why = '', code = 'EssentialContainerExited') =>
  ({ state: 'ended', code, why, ...(exitCode !== undefined && { exitCode }) }) as const;
export const RUNNING: ContainerState = { state: 'running', doing: 'running' };
export const UNKNOWN: ContainerState = { state: 'unknown' };

interface Run {
  readonly arn: string;
  readonly order: ContainerOrder;
  readonly play: Play;
  looks: number;
  reads: number;
  stopped: boolean;
}

/** Containers that go as they are told, one play per start of a new token; the same token finds its run. */
export class ScriptedContainers implements Containers {
  readonly runs: Run[] = [];
  readonly #plays: Play[];

  constructor(...plays: Play[]) {
    this.#plays = plays;
  }

  async start(order: ContainerOrder): Promise<string> {
    const before = this.runs.find((run) => run.order.token === order.token);
    if (before) return before.arn;
    const play = this.#plays.shift();
    if (!play) throw new Error(`no run of ${order.command.join(' ')} was foreseen`);
    const arn = `arn:task/${this.runs.length + 1}`;
    this.runs.push({ arn, order, play, looks: 0, reads: 0, stopped: false });
    if (play.answerLost) throw new ServiceUnavailable('the answer was lost');
    return arn;
  }

  async look(_region: string, task: string): Promise<ContainerState> {
    const run = this.#run(task);
    const looks = run.play.looks ?? [ended(0)];
    return looks[Math.min(run.looks++, looks.length - 1)]!;
  }

  async output(_region: string, _family: string, task: string, lines: number): Promise<readonly string[]> {
    const run = this.#run(task);
    return run.reads++ < (run.play.lateBy ?? 0) ? [] : (run.play.lines ?? []).slice(-lines);
  }

  async stop(_region: string, task: string): Promise<void> {
    this.#run(task).stopped = true;
  }

  async runningFor(_region: string, startedBy: string): Promise<readonly string[]> {
    return this.runs
      .filter(({ order, stopped }) => order.startedBy === startedBy && !stopped)
      .map(({ arn }) => arn);
  }

  #run(task: string): Run {
    const run = this.runs.find(({ arn }) => arn === task);
    if (!run) throw new Error(`there is no run ${task}`);
    return run;
  }
}
