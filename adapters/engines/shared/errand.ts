import type { Cursor } from '../../../core/engines/driver.ts';
import {
  ClusterUnreachable,
  EngineBusy,
  HoldfastError,
  QuotaReached,
} from '../../../core/errors/registry.ts';
import type { Containers } from '../../../core/ports/containers.ts';
import { type Ended, endingOf, explains, type Tool, type Work } from './endings.ts';
import { sha256 } from './sha256.ts';

/** One command of a vendor's tool that is to end well once, in a container. */
export interface Errand {
  readonly region: string;
  readonly family: string;
  readonly network: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
  /** The recovery point or the restore that it is done for. */
  readonly whose: string;
  /** Tells it apart from the other errands of the same point or restore. */
  readonly step: string;
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly tool: Tool;
  readonly work: Work;
  /** Whether what was printed is all that is needed of it. The log may arrive after the container has ended. */
  readonly said: (lines: readonly string[]) => boolean;
  /** Whether the work is done, whatever became of the container: asked when that is not known, or looks bad. */
  readonly isDone?: () => Promise<boolean>;
  /** Whether these words of a run that failed for good may mean that an earlier one had succeeded. */
  readonly wasDone?: (lines: readonly string[]) => boolean;
  /** Whom the tool was to reach: who answers there, and what to see to when nobody does. */
  readonly address: { readonly answers: string; readonly seeTo: string };
}

/** Where an errand stands; part of a cursor. */
export interface Standing {
  /** The run's ARN; empty when it is to be started. */
  readonly task: string;
  readonly attempt: number;
  /** Looks at this run so far. */
  readonly looks: number;
  /** How often in a row ECS did not show it. */
  readonly unseen: number;
  /** How often it had ended and its log was not there. */
  readonly silent: number;
  /** Attempts in a row that did not reach the cluster. Not carried by captures and logs, which may wait for it. */
  readonly unreached?: number;
}

export const NOT_STARTED: Standing = { task: '', attempt: 1, looks: 0, unseen: 0, silent: 0, unreached: 0 };

export type Followed =
  | {
      readonly at: 'running';
      /** There was no room to start it. */
      readonly waiting?: true;
      readonly doing: string;
      readonly pollAfterSeconds: number;
      readonly standing: Standing;
    }
  /** It ended well. `lines`: the last that it printed; none when ECS had forgotten it, and the work was done. */
  | { readonly at: 'done'; readonly lines: readonly string[] }
  | { readonly at: 'emptied' | 'anew'; readonly why: string };

/** A leader of PD changes within seconds and S3 recovers within minutes; what lasts longer is told to a person. */
export const ATTEMPTS_MAX = 5;
const PAUSE_SECONDS = 60;
/** Whoever waits for a restore learns of a wrong address within minutes; a leader has long changed by then. */
const UNREACHED_MAX = 2;

/** A container takes half a minute to start and a backup hours; each look costs three calls and state transitions. */
const FIRST_LOOK_SECONDS = 20;
const LAST_LOOK_SECONDS = 120;

/** RunTask is known before DescribeTasks knows of it; after so many looks in a row it is taken to be forgotten. */
const UNSEEN_MAX = 3;

/** Looks that a log gets to arrive. */
const SILENT_MAX = 8;
const SILENT_SECONDS = 15;

/** A tool ends with its error or its summary; a stack trace may follow. */
const LINES = 200;

const lookAfter = (looks: number): number =>
  Math.min(LAST_LOOK_SECONDS, Math.round(FIRST_LOOK_SECONDS * 1.5 ** looks));

/** Starts the errand's run, or looks at it. Whoever asks comes again with the standing, until it is done. Throws what ends it
 * for good. */
export async function follow(containers: Containers, errand: Errand, standing: Standing): Promise<Followed> {
  const { region, work } = errand;
  if (standing.task === '') {
    const task = await start(containers, errand, standing.attempt);
    if (task instanceof HoldfastError)
      return { ...running(task.message, PAUSE_SECONDS), waiting: true, standing };
    return { ...running(`${work.what}: starting`, lookAfter(0)), standing: { ...standing, task } };
  }
  const state = await containers.look(region, standing.task);
  if (state.state === 'running')
    return {
      ...running(`${work.what}: ${state.doing}`, lookAfter(standing.looks)),
      standing: { ...standing, looks: standing.looks + 1, unseen: 0 },
    };
  if (state.state === 'unknown') return unseen(containers, errand, standing);
  return ended(containers, errand, standing, state);
}

const running = (doing: string, pollAfterSeconds: number) =>
  ({ at: 'running', doing, pollAfterSeconds }) as const;

/**
 * The token follows from whose errand it is: a start whose answer was lost finds its own run. No room, or a quota that
 * is used up, is no failure of an attempt: whoever set the deadline says how long it is waited for.
 */
async function start(
  containers: Containers,
  errand: Errand,
  attempt: number,
): Promise<string | EngineBusy | QuotaReached> {
  try {
    return await containers.start({
      region: errand.region,
      family: errand.family,
      token: sha256(`${errand.whose}/${errand.step}/${attempt}`),
      startedBy: errand.whose,
      command: errand.argv,
      ...(errand.environment && { environment: errand.environment }),
      subnets: errand.network.subnets,
      securityGroups: errand.network.securityGroups,
    });
  } catch (error) {
    if (error instanceof EngineBusy || error instanceof QuotaReached) return error;
    throw error;
  }
}

async function unseen(containers: Containers, errand: Errand, standing: Standing): Promise<Followed> {
  const { what } = errand.work;
  if (standing.unseen + 1 < UNSEEN_MAX)
    return {
      ...running(`${what}: ecs does not show its task`, lookAfter(standing.looks)),
      standing: { ...standing, unseen: standing.unseen + 1 },
    };
  const lines = await linesOf(containers, errand, standing);
  if (await isDone(errand, errand.isDone ? false : errand.said(lines))) return { at: 'done', lines };
  const why = `ecs shows its task ${standing.task} no more, and it left no result`;
  return errand.tool.killed === 'emptied' ? { at: 'emptied', why } : again(errand, standing, why);
}

const linesOf = (containers: Containers, { region, family }: Errand, { task }: Standing) =>
  containers.output(region, family, task, LINES);

const isDone = async ({ isDone: ask }: Errand, otherwise: boolean): Promise<boolean> =>
  ask ? await ask() : otherwise;

async function ended(
  containers: Containers,
  errand: Errand,
  standing: Standing,
  state: Ended,
): Promise<Followed> {
  const lines = await linesOf(containers, errand, standing);
  const clear = state.exitCode === 0 ? errand.said(lines) : explains(errand.tool, state, lines);
  if (!clear && standing.silent < SILENT_MAX)
    return {
      ...running(`${errand.work.what}: ended, its log has not arrived`, SILENT_SECONDS),
      standing: { ...standing, silent: standing.silent + 1 },
    };
  if (state.exitCode === 0) return { at: 'done', lines };
  // An earlier run of the same errand may have ended it, or this one may have been killed after its last write.
  const ending = endingOf(errand.tool, state, lines, errand.work);
  const mayBeDone = ending.means !== 'over' || errand.wasDone?.(lines) === true;
  if (mayBeDone && (await isDone(errand, false))) return { at: 'done', lines };
  if (ending.means === 'over') throw ending.error;
  if (ending.means === 'again') return again(errand, standing, ending.why);
  if (ending.means === 'unreached') return unreached(errand, standing, ending.why);
  return { at: ending.means, why: ending.why };
}

/** The same command once more, after a pause that grows: what it met may last for minutes. */
function again({ work }: Errand, standing: Standing, why: string) {
  const { attempt } = standing;
  const next = nextAttempt(work, standing, why);
  return {
    ...running(`${work.what}: attempt ${attempt} ended, ${why}`, PAUSE_SECONDS * 2 ** (attempt - 1)),
    standing: next,
  };
}

/** A cluster that does not answer: soon given up by a restore, whose target nobody works with yet. */
function unreached(errand: Errand, standing: Standing, why: string): Followed {
  const { work, address } = errand;
  const times = (standing.unreached ?? 0) + 1;
  if (standing.attempt >= ATTEMPTS_MAX || (work.of === 'restore' && times >= UNREACHED_MAX))
    throw new ClusterUnreachable(
      `${work.what} did not reach the cluster: nothing answered as ${address.answers} (${why}); ${address.seeTo}; then start it again`,
    );
  const next = again(errand, standing, why);
  return { ...next, standing: { ...next.standing, unreached: times } };
}

/** Throws when there have been enough. */
export function nextAttempt(work: Work, { attempt }: Standing, why: string): Standing {
  if (attempt < ATTEMPTS_MAX) return { ...NOT_STARTED, attempt: attempt + 1 };
  throw new work.failed(
    `${work.what} ended ${attempt} times without success, at last because of this: ${why}; start it again when that is mended`,
  );
}

/** A standing as a cursor carries it. */
export function standingIn(cursor: Cursor): Standing {
  const number = (name: string): number => {
    const value = cursor[name];
    return typeof value === 'number' ? value : 0;
  };
  return {
    task: typeof cursor['task'] === 'string' ? cursor['task'] : '',
    attempt: Math.max(1, number('attempt')),
    looks: number('looks'),
    unseen: number('unseen'),
    silent: number('silent'),
    unreached: number('unreached'),
  };
}
