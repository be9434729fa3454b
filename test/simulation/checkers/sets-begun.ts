import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-rds';
import { POINT_TAG } from '../../../adapters/engines/rds/snapshots.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';
import { functionName } from '../../../lib/names.ts';
import type { Written } from './record-watch.ts';

/** What a capture's functions write after the point was verified belongs to a capture that was begun once more. */
const COMPLETE: ReadonlySet<unknown> = new Set(['verified', 'sealed', 'expiring', 'discarded']);
const CAPTURING: ReadonlySet<string> = new Set(
  (['CaptureRecoveryPoint', 'PollCapture', 'CaptureShard'] as const).map(functionName),
);
const SHARD_WRITER = functionName('CaptureShard');

/** `<cluster>/<point>/…` in a vault, or `work/<cluster>/<point>/…` for plans. */
const PLACE = /^(?:work\/)?[^/]+\/([^/]+)\/(?:manifest\/shard|plan)-(\d+)\.jsonl\.gz$/;
const OF_POINT = /^[^/]+\/([^/]+)\/(?:data|long|manifest)\//;

/**
 * Sees what is begun at the engines: for one recovery point one native snapshot, and one set of items. A repeated step
 * finds the snapshot of the first attempt, and copies what the plan of the first attempt names.
 */
export class SetsBegun implements Disturbance {
  readonly violations: string[] = [];
  /** How many snapshots and shards were seen: a watch that saw none would prove nothing. */
  readonly seen = { snapshots: 0, shards: 0 };
  readonly #states = new Map<string, unknown>();
  readonly #snapshots = new Map<string, Set<string>>();
  readonly #removed = new Set<string>();
  /** Shards that their items were captured for, with what was written. */
  readonly #shards = new Map<string, string>();

  know({ kind, item }: Written): void {
    if (kind === 'point' && item) this.#states.set(String(item['id']), item['state']);
  }

  before(): void {}

  after(attempt: Attempt): void {
    const { service, operation, owner } = attempt;
    if (owner === 'operator') return;
    if (service === 'rds') this.#seeSnapshot(attempt);
    if (service === 's3' && ['PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(operation))
      this.#seeObject(attempt);
  }

  #seeSnapshot({ operation, input, call }: Attempt): void {
    const { DBClusterSnapshotIdentifier: name = '', Tags = [] } = input as {
      readonly DBClusterSnapshotIdentifier?: string;
      readonly Tags?: readonly Tag[];
    };
    const place = `${call.region} ${name}`;
    if (operation === 'DeleteDBClusterSnapshot') this.#removed.add(place);
    if (operation !== 'CreateDBClusterSnapshot') return;
    this.seen.snapshots++;
    const point = Tags.find(({ Key }) => Key === POINT_TAG)?.Value ?? `nothing that ${name} says`;
    const names = this.#snapshots.get(point) ?? new Set();
    this.#snapshots.set(point, names.add(name));
    if (names.size > 1)
      this.#tell(
        call.now,
        `${point} has snapshots begun under ${names.size} names: ${[...names].join(', ')}`,
      );
    if (this.#removed.has(place))
      this.#tell(call.now, `the snapshot ${name} was begun again after it had been removed`);
    if (COMPLETE.has(this.#states.get(point)))
      this.#tell(call.now, `${point} is ${this.#states.get(point)}, and a snapshot of it was begun`);
  }

  #seeObject({ input, call, owner }: Attempt): void {
    if (!CAPTURING.has(owner)) return;
    const { Key: key = '', Body: body } = input as { readonly Key?: string; readonly Body?: Uint8Array };
    const [, of] = OF_POINT.exec(key) ?? [];
    const state = of === undefined ? undefined : this.#states.get(of);
    if (COMPLETE.has(state)) this.#tell(call.now, `${of} is ${String(state)}, and ${owner} wrote ${key}`);
    const [, point, shard] = PLACE.exec(key) ?? [];
    if (point === undefined) return;
    const of1 = `${point} shard ${Number(shard)}`;
    const captured = this.#shards.get(of1);
    const now = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    if (captured !== undefined && (owner !== SHARD_WRITER || captured !== now))
      this.#tell(call.now, `${of1} had its items, and ${owner} wrote another ${key}`);
    if (owner !== SHARD_WRITER) return;
    if (captured === undefined) this.seen.shards++;
    this.#shards.set(of1, now);
  }

  #tell(at: Attempt['call']['now'], what: string): void {
    this.violations.push(`${iso(at)} ${what}`);
  }
}
