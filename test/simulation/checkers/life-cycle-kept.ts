import type { StoredItem } from '../../../adapters/aws/dynamo-catalog-items.ts';
import { COPY_LIFE, POINT_LIFE } from '../../../core/catalog/life-cycle.ts';
import type { RestoreState } from '../../../core/catalog/recovery-point.ts';
import { CHAIN_LIFE } from '../../../core/log/chain.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Checker } from './checker.ts';
import { RecordWatch, type Written } from './record-watch.ts';

/** A restore needs no diagram in the product: it has one way in and two ends. */
const RESTORE_LIFE: Readonly<Record<RestoreState, readonly RestoreState[]>> = {
  restoring: ['restored', 'failed'],
  restored: [],
  failed: [],
};

interface Life {
  readonly first: string;
  readonly next: Readonly<Record<string, readonly string[]>>;
}

const LIVES: Readonly<Record<'point' | 'copy' | 'restore' | 'log', Life>> = {
  point: { first: 'capturing', next: POINT_LIFE },
  copy: { first: 'copying', next: COPY_LIFE },
  restore: { first: 'restoring', next: RESTORE_LIFE },
  log: { first: 'running', next: CHAIN_LIFE },
};

const BIN: ReadonlySet<string> = new Set(['expiring', 'discarded']);

/**
 * States move along the written diagrams only; a point is written in one region only, and so is a log as it lies in one
 * (a global table would let the later of two writers win in silence); no record of a point, copy, log or restore ever
 * vanishes, because what is discarded is kept for the auditor; and a hold stays as it was placed until it is lifted.
 */
export class LifeCycleWatch extends RecordWatch implements Checker {
  readonly name = 'life-cycle-kept';
  readonly watch = this;
  readonly violations: string[] = [];
  readonly #states = new Map<string, string>();
  readonly #writers = new Map<string, string>();
  readonly #moves = new Map<string, number>();
  readonly #holds = new Map<string, string>();

  constructor() {
    super();
    this.onWritten((written) => this.#see(written));
  }

  judge(): readonly string[] {
    return this.violations;
  }

  /** How often each move was seen, as in `point: sealed → expiring`: a watch that saw none would prove nothing. */
  get moves(): ReadonlyMap<string, number> {
    return this.#moves;
  }

  #see(written: Written): void {
    const { kind, record, item, region, at } = written;
    if (kind === 'hold') {
      this.#seeHold(written);
      return;
    }
    if (!item) {
      this.violations.push(`${iso(at)} ${record} is no longer in the catalog of ${region}, not even as gone`);
      return;
    }
    const to = String(item['state']);
    const from = this.#states.get(record);
    const writer = this.#writers.get(record);
    // The bin of a group is home's, whichever side captured what goes into it or comes out of it.
    const binned = kind === 'point' && (BIN.has(to) || (from !== undefined && BIN.has(from)));
    if (writer !== undefined && writer !== region && !binned && (kind === 'point' || kind === 'log'))
      this.violations.push(`${iso(at)} ${record} was written in ${writer} before and now in ${region}`);
    this.#writers.set(record, region);
    if (from === to) return;
    const { first, next } = LIVES[kind];
    if (from === undefined ? to !== first : !next[from]?.includes(to))
      this.violations.push(`${iso(at)} ${record} went from ${from ?? 'nothing'} to ${to}`);
    this.#states.set(record, to);
    const move = `${kind}: ${from ?? 'nothing'} → ${to}`;
    this.#moves.set(move, (this.#moves.get(move) ?? 0) + 1);
  }

  /** Placed twice, the first one stands, with its time and its reason. */
  #seeHold({ record, item, at }: Written): void {
    const before = this.#holds.get(record);
    if (!item) {
      this.#holds.delete(record);
      return;
    }
    const now = printed(item);
    if (before !== undefined && before !== now)
      this.violations.push(`${iso(at)} ${record} was changed while it stood: from ${before} to ${now}`);
    this.#holds.set(record, now);
  }
}

const printed = (item: StoredItem): string => JSON.stringify(Object.entries(item).sort());
