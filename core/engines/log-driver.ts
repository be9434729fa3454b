import type { Reason } from '../errors/base.ts';
import type { Mark } from '../log/chain.ts';
import type { ToolReport } from '../log/supervise.ts';
import type { Cluster } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';
import type { Cursor } from './driver.ts';

/** What the engine's tool may be asked to do with the continuous log of a cluster. */
export type LogOrder =
  | { readonly do: 'status' }
  /** Begins the chain's task, which holds everything that comes behind `from`. */
  | { readonly do: 'start'; readonly chain: string; readonly from: Mark }
  | { readonly do: 'resume' }
  | { readonly do: 'stop' }
  /** Takes away what lies before `until`, in the vault of the order's region. Needs no cluster. */
  | { readonly do: 'truncate'; readonly chain: string; readonly until: Mark };

export interface LogSpec {
  readonly cluster: Cluster;
  /** Where it is done. Only truncating is done elsewhere than in the cluster's own region. */
  readonly region: string;
  readonly order: LogOrder;
  /** Who asks: the same text finds the tool's run that it began, another one begins another. */
  readonly run: string;
}

/** Where an order stands. */
export type LogStep =
  | {
      readonly outcome: 'running';
      readonly pollAfterSeconds: number;
      readonly doing: string;
      readonly cursor: Cursor;
    }
  /**
   * `report`: what a status answered. `left`: what the tool did not manage although it ended well. An order that had been
   * carried out before, by whomever, is done.
   */
  | { readonly outcome: 'done'; readonly report?: ToolReport; readonly left?: string }
  /** The engine has collected what would come next: no resuming and no starting from there will ever succeed. */
  | { readonly outcome: 'gone'; readonly reason: Reason }
  | { readonly outcome: 'failed'; readonly reason: Reason };

/** Whether a log may be truncated now. `removed`: what was in the way, and is not any more. */
export type Clearance =
  | { readonly outcome: 'free'; readonly removed?: string }
  | { readonly outcome: 'busy'; readonly why: string };

/**
 * An engine whose continuous log Holdfast keeps in its own vaults. As in `EngineDriver`, nothing here waits, and every
 * method called again with the same spec finds what it did before. Throws faults that a repetition may mend.
 */
export interface LogDriver {
  begin(spec: LogSpec): Promise<LogStep>;
  poll(spec: LogSpec, cursor: Cursor): Promise<LogStep>;
  /**
   * Up to where a chain is whole in the vault of a region, from what lies there alone: cheap enough for every few
   * minutes. Rounded down to the millisecond. Undefined while nothing has arrived.
   */
  checkpoint(cluster: Cluster, region: string, chain: string): Promise<Mark | undefined>;
  /** Whether the tool can be run in a region: it needs a network there. */
  worksIn(cluster: Cluster, region: string): boolean;
  /** The first place of a millisecond: everything before it lies before that millisecond. */
  markAt(at: Instant): Mark;
  /** Makes way for a truncation, if nobody is at one: a run that was killed leaves its lock behind. */
  clear(cluster: Cluster, region: string, chain: string, now: Instant): Promise<Clearance>;
}
