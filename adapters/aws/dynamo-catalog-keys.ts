import { invariant } from '../../core/errors/assert.ts';
import { partsOf, type RecoveryPointId, recoveryPointId, scheduledAtOf } from '../../core/ids/names.ts';
import type { ChainName } from '../../core/log/chain.ts';
import type { DueKind } from '../../core/ports/catalog.ts';
import { type Instant, instant } from '../../core/time/instant.ts';

/**
 * The table's layout. One partition per cluster, so that everything about a cluster is one query apart:
 *
 *     pk               sk
 *     cluster#orders   point#20261121t030000z#hourly                    a recovery point
 *                      copy#eu-central-1#20261121t030000z#hourly        its copy in one region
 *                      gone#point#… and gone#copy#…                     what was discarded; nothing restores from it
 *                      hold#audit-2026                                  a legal hold
 *                      restore#orders-restore-20261121t041502z          a restore
 *                      drill#drill-orders-1x7k0qp-20261121t041502z      a drill
 *                      log#eu-central-1#20261101t000000z                a log chain as it lies in one region
 *                      standby#eu-central-1                             a standby, in the region that it is in
 *     group#shop       epoch                                            which side is the true one
 *                      move#shop-failover-20261121t041502z              a change of sides
 *                      member#shop-failover-20261121t041502z#orders     one cluster of it
 *     approval         orders-restore-1x7k0qp-20261121t041502z          a question that waits, or waited, for a person
 *     receipts#eu-…    000000000042                                     a receipt of that region's chain, in its vault
 *                      about#restore#orders-restore-20261121t041502z    the number of the receipt about it
 *     lease            expire#eu-central-1                              who may work on something that allows one
 *
 * Discarded records move out of `point#` and `copy#`, so that listing what exists never reads what was.
 */
export interface CatalogKey {
  readonly pk: string;
  readonly sk: string;
}

/** The index of what is due: `review#<region>` and `discard#<region>`, sorted by epoch seconds. */
export const DUE_INDEX = 'due';

const partition = (cluster: string): string => `cluster#${cluster}`;

function parts(id: RecoveryPointId) {
  const found = partsOf(id);
  invariant(found, 'a recovery point id is <cluster>-<rule>-<stamp>', { recoveryPoint: id });
  return found;
}

export const clusterOfKey = ({ pk }: Pick<CatalogKey, 'pk'>): string => pk.slice('cluster#'.length);

/** False for a text that no recovery point can have as its id: there is nothing to look up. */
export const namesAPoint = (id: string): boolean => partsOf(id) !== undefined;

export function pointKey(id: RecoveryPointId): CatalogKey {
  const { cluster, rule, stamp } = parts(id);
  return { pk: partition(cluster), sk: `point#${stamp}#${rule}` };
}

export function copyKey(id: RecoveryPointId, region: string): CatalogKey {
  const { cluster, rule, stamp } = parts(id);
  return { pk: partition(cluster), sk: `copy#${region}#${stamp}#${rule}` };
}

/** Where a record lies once it is discarded. */
export const goneKey = ({ pk, sk }: CatalogKey): CatalogKey => ({ pk, sk: `gone#${sk}` });

export const holdKey = (cluster: string, name: string): CatalogKey => ({
  pk: partition(cluster),
  sk: `hold#${name}`,
});
export const restoreKey = (cluster: string, id: string): CatalogKey => ({
  pk: partition(cluster),
  sk: `restore#${id}`,
});

export const drillKey = (cluster: string, id: string): CatalogKey => ({
  pk: partition(cluster),
  sk: `drill#${id}`,
});

/** Sort keys of a cluster's chains in one region begin so. */
export const chainsOf = (region: string): string => `log#${region}#`;
export const chainKey = ({ cluster, region, chain }: ChainName): CatalogKey => ({
  pk: partition(cluster),
  sk: `${chainsOf(region)}${chain}`,
});

export const standbyKey = (cluster: string, region: string): CatalogKey => ({
  pk: partition(cluster),
  sk: `standby#${region}`,
});

const groupPartition = (group: string): string => `group#${group}`;
export const epochKey = (group: string): CatalogKey => ({ pk: groupPartition(group), sk: 'epoch' });
export const moveKey = (group: string, id: string): CatalogKey => ({
  pk: groupPartition(group),
  sk: `move#${id}`,
});
/** Sort keys of a move's members begin so; beside the moves and not under them, so that listing those reads no members. */
export const membersOf = (move: string): string => `member#${move}#`;
export const memberKey = (group: string, move: string, cluster: string): CatalogKey => ({
  pk: groupPartition(group),
  sk: `${membersOf(move)}${cluster}`,
});

export const approvalKey = (id: string): CatalogKey => ({ pk: 'approval', sk: id });

export const leaseKey = (name: string): CatalogKey => ({ pk: 'lease', sk: name });

/** The sort keys that start with `prefix`, from `prefix` + `from` on, to `prefix` + `to` and all that begins with it. */
export interface KeyRun {
  readonly pk: string;
  readonly first: string;
  readonly last: string;
}

/** `~` sorts behind every character of our keys. */
const END = '~';

export const run = (cluster: string, prefix: string, from = '', to = ''): KeyRun => ({
  pk: partition(cluster),
  first: `${prefix}${from}`,
  last: `${prefix}${to}${END}`,
});

export const groupRun = (group: string, prefix: string): KeyRun => ({
  pk: groupPartition(group),
  first: prefix,
  last: `${prefix}${END}`,
});

/** All of a region's questions. */
export const APPROVALS: KeyRun = { pk: 'approval', first: ' ', last: END };

export const dueKey = (kind: DueKind, region: string): string => `${kind}#${region}`;

/** Rounded up, so that nothing is due before its time. */
export const epochSeconds = (at: Instant): number => Math.ceil(at / 1_000);
/** The last whole second that has passed at `at`. */
export const passedSeconds = (at: Instant): number => Math.floor(at / 1_000);
export const fromEpochSeconds = (seconds: number): Instant => instant(seconds * 1_000);

const SORT_KEY = /^(?:point|copy#[a-z0-9-]+)#(?<stamp>\d{8}t\d{6}z)#(?<rule>[a-z0-9]+)$/;

/** The recovery point that an entry of the index is about: the index holds keys only. */
export function pointOfKey({ pk, sk }: CatalogKey): {
  readonly id: RecoveryPointId;
  readonly cluster: string;
} {
  const { stamp, rule } = SORT_KEY.exec(sk)?.groups ?? {};
  const cluster = clusterOfKey({ pk });
  const at = stamp && scheduledAtOf(`${cluster}-${rule}-${stamp}`);
  invariant(at && rule, 'only points and copies are due', { pk, sk });
  return { id: recoveryPointId(cluster, rule, at), cluster };
}
