import { ConcurrentUpdate, InvariantViolation, type Reason } from '../errors/registry.ts';
import { scheduledAtOf, stamp } from '../ids/names.ts';
import { type Instant, iso } from '../time/instant.ts';

/**
 * Where the log of a chain stands in one region. `paused`: the engine holds what comes next and goes on when told.
 * `broken`: something that came next is gone for good, so the log ends at the checkpoint. `stopped`: ended on purpose.
 */
export type ChainState = 'running' | 'paused' | 'broken' | 'stopped';

/**
 * The written diagram. A chain that has ended never runs again: whatever is written after a hole belongs to a new chain,
 * which restores only from a full of its own on.
 */
export const CHAIN_LIFE: Readonly<Record<ChainState, readonly ChainState[]>> = {
  running: ['paused', 'broken', 'stopped'],
  paused: ['running', 'broken', 'stopped'],
  broken: [],
  stopped: [],
};

/** States whose log may still grow. */
export const GROWING: ReadonlySet<ChainState> = new Set(['running', 'paused']);

/** An instant of a log, with the engine's own word for exactly that place: opaque here, never computed with. */
export interface Mark {
  readonly at: Instant;
  /** For TiDB the TSO as decimal text: it has 64 bits and a number would round it. */
  readonly mark: string;
}

/**
 * One unbroken run of an engine's continuous log, as it lies in one region. The region that the record is about is the
 * only one that writes it. Whoever reads the engine's marks rounds `from` up and `checkpoint` down to the millisecond,
 * so that an instant between the two is certainly covered.
 */
export interface LogChain {
  readonly cluster: string;
  readonly region: string;
  /** The UTC second of its start, `20261101t000000z`. The same in every region, and the name of its folder. */
  readonly chain: string;
  readonly state: ChainState;
  readonly startedAt: Instant;
  /** Since when it is in this state. */
  readonly stateSince: Instant;
  /** Where it begins, and once it is truncated, where it begins now. */
  readonly from: Instant;
  readonly fromMark: string;
  /** The latest instant that it covers in this region; `from` while it covers nothing. */
  readonly checkpoint: Instant;
  readonly checkpointMark: string;
  /** When this checkpoint was seen first. */
  readonly checkpointAt: Instant;
  /** Of a grouped cluster: the epoch that it began under. Absent, it is the first. */
  readonly epoch?: number;
  /** Why it is paused, broken or stopped. */
  readonly reason?: Reason;
}

/** Which record is meant. */
export type ChainName = Pick<LogChain, 'cluster' | 'region' | 'chain'>;

/** What may become of a chain, all at once or one by one. */
export interface ChainChange {
  readonly state?: ChainState | undefined;
  /** Goes with the state. Dropped when the chain runs. */
  readonly reason?: Reason | undefined;
  readonly checkpoint?: Mark | undefined;
  /** The log was truncated up to here. */
  readonly from?: Mark | undefined;
  /**
   * Something of what the chain covers is gone for good, and this is the last instant before it. The one change that
   * takes back what was claimed: a chain that has not ended is broken by it.
   */
  readonly lost?: Mark | undefined;
}

export const chainId = (startedAt: Instant): string => stamp(startedAt);

/** The second that a chain's id carries; undefined when the text is none. */
export const chainStartOf = (chain: string): Instant | undefined =>
  /^\d{8}t\d{6}z$/.test(chain) ? scheduledAtOf(`log-${chain}`) : undefined;

/** Where a chain's log lies in a vault, in the engine's own layout. */
export const logPrefix = (cluster: string, chain: string): string => `${cluster}/log/${chain}/`;

/** A chain that begins at `from` and covers nothing yet. */
export const newChain = (name: ChainName, from: Mark, now: Instant): LogChain => ({
  cluster: name.cluster,
  region: name.region,
  chain: name.chain,
  state: 'running',
  startedAt: now,
  stateSince: now,
  from: from.at,
  fromMark: from.mark,
  checkpoint: from.at,
  checkpointMark: from.mark,
  checkpointAt: now,
});

/**
 * What a change makes of a chain. Pure, and the one rule of every catalog: the checkpoint and the beginning only move
 * forward, so a report that comes late or twice changes nothing (the same object comes back); a loss alone takes the
 * checkpoint back. States follow `CHAIN_LIFE`. The checkpoint of a chain that has ended may still move: another region
 * receives what was written before the end.
 *
 * @returns the refusal when the chain cannot come into that state any more
 * @throws InvariantViolation when it would begin after what it covers
 */
export function advanced(chain: LogChain, change: ChainChange, now: Instant): LogChain | ConcurrentUpdate {
  const { state = change.lost && GROWING.has(chain.state) ? 'broken' : chain.state } = change;
  if (state !== chain.state && !CHAIN_LIFE[chain.state].includes(state)) return outOfTurn(chain, state);
  const next = {
    ...inState(chain, state, change.reason, now),
    ...(change.checkpoint && change.checkpoint.at > chain.checkpoint && covers(change.checkpoint, now)),
    ...(change.from && change.from.at > chain.from && begins(change.from)),
    ...(change.lost && change.lost.at < chain.checkpoint && endsBefore(chain, change.lost, now)),
  };
  if (next.from > next.checkpoint)
    throw new InvariantViolation(
      `the log chain ${chain.chain} of ${chain.cluster} in ${chain.region} covers up to ${iso(next.checkpoint)} and would begin at ${iso(next.from)}; truncate to what it covers at most`,
    );
  return same(chain, next) ? chain : next;
}

const covers = ({ at, mark }: Mark, now: Instant) => ({
  checkpoint: at,
  checkpointMark: mark,
  checkpointAt: now,
});
/** A chain that is lost from its beginning on covers nothing. */
const endsBefore = ({ from, fromMark }: LogChain, lost: Mark, now: Instant) =>
  covers(lost.at < from ? { at: from, mark: fromMark } : lost, now);
const begins = ({ at, mark }: Mark) => ({ from: at, fromMark: mark });

function inState(chain: LogChain, state: ChainState, reason: Reason | undefined, now: Instant): LogChain {
  const { reason: before, ...rest } = chain;
  const why = state === 'running' ? undefined : (reason ?? (state === chain.state ? before : undefined));
  // The first reason of an end stands: what comes later is mostly its consequence.
  const kept = state === chain.state && !GROWING.has(state) ? (before ?? why) : why;
  const stateSince = state === chain.state ? chain.stateSince : now;
  return { ...rest, state, stateSince, ...(kept && { reason: kept }) };
}

const same = (a: LogChain, b: LogChain): boolean =>
  a.state === b.state &&
  a.from === b.from &&
  a.checkpoint === b.checkpoint &&
  a.reason?.name === b.reason?.name &&
  a.reason?.message === b.reason?.message;

const outOfTurn = ({ cluster, region, chain, state }: LogChain, to: ChainState): ConcurrentUpdate =>
  new ConcurrentUpdate(
    `the log chain ${chain} of ${cluster} in ${region} is ${state} and cannot become ${to}; a chain that has ended never runs again, begin a new one`,
    { cluster, region, chain },
  );
