import { LogChainBroken, LogTaskTaken, type Reason, reasonOf } from '../errors/registry.ts';
import { type Instant, iso } from '../time/instant.ts';
import { type ChainChange, chainId, GROWING, type LogChain, type Mark } from './chain.ts';
import type { Hazards } from './hazards.ts';
import { HAZARDS } from './hazards.ts';
import { type LogWarning, warningsOf } from './warnings.ts';

/** The one log task that the engine has, as its tool reports it. */
export interface ToolTask {
  /** `paused`: by a person, or by the engine without an error. `error`: paused because of one. */
  readonly status: 'running' | 'paused' | 'error';
  readonly name: string;
  readonly storage: string;
  /** The chain that it writes; undefined when its name or its storage is not one that Holdfast gives. */
  readonly chain: string | undefined;
  /** Absent while it has none yet. */
  readonly checkpoint?: Mark | undefined;
  /** What the engine says about an error. */
  readonly message?: string | undefined;
  /** True when that is that what comes next has been collected: no resuming helps. */
  readonly gone?: boolean | undefined;
}

export type ToolReport =
  | { readonly status: 'task'; readonly task: ToolTask }
  | { readonly status: 'no-task' }
  /** The tool could not be asked. */
  | { readonly status: 'unknown'; readonly reason: Reason };

export interface SupervisedLog {
  readonly cluster: string;
  /** Whether the plan asks for a log. */
  readonly wanted: boolean;
  /** The record of the newest chain in the cluster's region. */
  readonly chain: LogChain | undefined;
  readonly report: ToolReport;
  /** When the newest full that is sealed or under way was opened: the window of a chain begins with one. */
  readonly newestFull: Instant | undefined;
  readonly now: Instant;
}

/**
 * What is to be done at the engine. Each is safe to do again: the record of a chain is opened before its task is
 * started, and a task that is there is found by the next look.
 */
export type LogAct =
  | { readonly act: 'nothing' }
  /** Open the record unless it is there, stop what runs where `stopFirst`, and start the task on the chain's prefix. */
  | { readonly act: 'start'; readonly chain: string; readonly stopFirst: boolean }
  /** The same after a break: `broken` has ended, and instants until the next full are lost for the log. */
  | {
      readonly act: 'restart';
      readonly chain: string;
      readonly stopFirst: boolean;
      readonly reason: Reason;
    }
  /** The catalog lost the record: open it anew, from where the log itself says that it begins. The task goes on. */
  | { readonly act: 'adopt'; readonly chain: string }
  | { readonly act: 'resume'; readonly chain: string }
  | { readonly act: 'stop'; readonly chain: string }
  /** A person has to look: nothing is done at the engine. */
  | { readonly act: 'refuse'; readonly reason: Reason };

export interface Supervision {
  readonly do: LogAct;
  /** What the report makes of the record of `chain`, to be written before anything is done. */
  readonly change: ChainChange | undefined;
  /** A full has to be taken now: none lies in the chain or is under way, so that the log restores nothing. */
  readonly needsFull: boolean;
  readonly warnings: readonly LogWarning[];
}

/**
 * What to do about a cluster's log. Pure.
 *
 *     the tool says            and our record is        then
 *     no task                  none, or has ended       start a new chain
 *     no task                  at its beginning         start that one: the last look got no further
 *     no task                  further                  it was stopped behind our back: broken, restart
 *     a task of others         anything                 refuse: a cluster has one task (ErrStreamLogTaskExist)
 *     running, ours            growing                  nothing; the checkpoint is written down
 *     a task of ours           none                     adopt it: the catalog lost the record
 *     a task of ours           ended, or another        stop it and start the chain that is growing, or a new one
 *     paused or in error       paused under 24 h        resume
 *     paused or in error       paused longer, or gone   broken, restart: resuming cannot succeed
 *     anything of ours         no log is wanted         stop
 */
export function superviseLog(log: SupervisedLog, hazards: Hazards = HAZARDS): Supervision {
  const { act, change } = log.wanted ? keep(log, hazards) : end(log);
  return {
    do: act,
    change,
    needsFull: log.wanted && wantsFull(log, act),
    warnings: log.wanted ? warningsOf(log, hazards) : [],
  };
}

interface Verdict {
  readonly act: LogAct;
  readonly change?: ChainChange | undefined;
}

const NOTHING: LogAct = { act: 'nothing' };
const growing = (chain: LogChain | undefined): chain is LogChain =>
  chain !== undefined && GROWING.has(chain.state);
/** Nothing was ever seen of it. */
const atItsBeginning = ({ from, checkpoint }: LogChain): boolean => from === checkpoint;

function end({ cluster, chain, report }: SupervisedLog): Verdict {
  if (report.status === 'unknown') return { act: NOTHING };
  const ours = report.status === 'task' ? report.task.chain : undefined;
  const reason = { name: 'LogNotWanted', message: `the plan of ${cluster} asks for no log any more` };
  const change = growing(chain) ? ({ state: 'stopped', reason } as const) : undefined;
  return { act: ours === undefined ? NOTHING : { act: 'stop', chain: ours }, change };
}

function keep(log: SupervisedLog, hazards: Hazards): Verdict {
  const { report, chain } = log;
  if (report.status === 'unknown') return { act: NOTHING };
  if (report.status === 'no-task') return withoutTask(log);
  const { task } = report;
  if (task.chain === undefined) return foreign(log, task);
  if (!growing(chain) || task.chain !== chain.chain) return another(log, task.chain);
  const { checkpoint } = task;
  if (task.status === 'running') return { act: NOTHING, change: { state: 'running', checkpoint } };
  const why = gone(log, chain, task, hazards);
  if (why) return broken(log, why, true, checkpoint);
  const reason = {
    name: task.status === 'error' ? 'EngineBusy' : 'LogPaused',
    message: task.message ?? 'the tool gives no reason',
  };
  return { act: { act: 'resume', chain: chain.chain }, change: { state: 'paused', reason, checkpoint } };
}

function withoutTask(log: SupervisedLog): Verdict {
  const { chain, now } = log;
  if (!growing(chain)) return { act: { act: 'start', chain: chainId(now), stopFirst: false } };
  if (atItsBeginning(chain)) return { act: { act: 'start', chain: chain.chain, stopFirst: false } };
  return broken(log, 'its task is not there any more: somebody stopped it', false);
}

/** Ours by name and place, and not the one that our newest record is about: what is left of a chain before it. */
function another({ chain, now }: SupervisedLog, of: string): Verdict {
  if (!chain) return { act: { act: 'adopt', chain: of } };
  return { act: { act: 'start', chain: growing(chain) ? chain.chain : chainId(now), stopFirst: true } };
}

function foreign({ cluster, chain }: SupervisedLog, { name, storage }: ToolTask): Verdict {
  const reason = reasonOf(
    new LogTaskTaken(
      `${cluster} has the log task ${name}, which writes to ${storage} and is not Holdfast's, and a cluster has one log task at most; stop that one, or set logBackup of the plan to false`,
      { cluster },
    ),
  );
  const lost = growing(chain) && !atItsBeginning(chain);
  return { act: { act: 'refuse', reason }, change: lost ? { state: 'broken', reason } : undefined };
}

function gone({ now }: SupervisedLog, chain: LogChain, task: ToolTask, hazards: Hazards): string | undefined {
  if (task.gone) return `what comes next is gone: ${task.message ?? 'the tool gives no reason'}`;
  if (chain.state !== 'paused' || now - chain.stateSince <= hazards.safepointHeld) return undefined;
  return `it has been paused since ${iso(chain.stateSince)}, and the engine holds what comes next for 24 h`;
}

function broken(log: SupervisedLog, why: string, stopFirst: boolean, checkpoint?: Mark): Verdict {
  const { cluster, chain, now } = log;
  const upTo = Math.max(chain?.checkpoint ?? 0, checkpoint?.at ?? 0) as Instant;
  const reason = reasonOf(
    new LogChainBroken(
      `the log ${chain?.chain} of ${cluster} ends at ${iso(upTo)}: ${why}; a new log begins, and instants restore from it once a full backup that is taken after its start is proven`,
      { cluster },
    ),
  );
  return {
    act: { act: 'restart', chain: chainId(now), stopFirst, reason },
    change: { state: 'broken', reason, checkpoint },
  };
}

/** Whether the chain that goes on after this act has no full. */
function wantsFull({ chain, newestFull }: SupervisedLog, act: LogAct): boolean {
  // Whether an adopted chain has one, the next look can tell.
  if (act.act === 'refuse' || act.act === 'adopt') return false;
  const goesOn = act.act === 'nothing' ? chain?.chain : act.chain;
  if (goesOn === undefined || goesOn !== chain?.chain) return act.act !== 'nothing';
  return growing(chain) && (newestFull === undefined || newestFull < chain.from);
}
