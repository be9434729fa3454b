import { marshall } from '@aws-sdk/util-dynamodb';
import { copies, points, whole } from '../adapters/aws/dynamo-catalog-items.ts';
import {
  type CatalogKey,
  copyKey,
  dueKey,
  epochSeconds,
  pointKey,
} from '../adapters/aws/dynamo-catalog-keys.ts';
import type { Stage } from '../cli/stage.ts';
import type { RecoveryPoint } from '../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../core/ids/names.ts';
import { days, earlier, hours, type Instant, instant, later, minutes } from '../core/time/instant.ts';
import { AWAY, HOME } from './quiet-stage.ts';

const TABLE = 'holdfast-catalog';
const ROOT = 'f'.repeat(64);

/** A catalog that has been there for years: its items are put there as they would lie, without living through it. */
export class FilledCatalog {
  readonly #stage: Stage;
  readonly #hour: Instant;
  readonly #filled = new Map<string, RecoveryPoint[]>();

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#hour = instant(Math.floor(stage.now / hours(1)) * hours(1));
  }

  /** Hourly points of a cluster, back from this hour, until it has so many. None is due. */
  fill(cluster: string, upTo: number): void {
    const there = this.#filled.get(cluster) ?? [];
    this.#filled.set(cluster, there);
    for (let n = there.length; n < upTo; n++) {
      const point = this.#point(cluster, 'hourly', earlier(this.#hour, hours(n)));
      there.push(point);
      this.#put(point, later(this.#stage.now, days(30)));
    }
  }

  /** Makes the `nth` newest point of a cluster due, counted from 0; from the oldest on when it is negative. */
  makeDue(cluster: string, nth: number): void {
    const point = this.#filled.get(cluster)!.at(nth)!;
    this.#put(point, earlier(this.#stage.now, minutes(1)));
  }

  /** A point with a copy in each region whose term has ended: the next run has no reason left to keep it. */
  addExpired(cluster: string): void {
    const at = earlier(this.#hour, minutes(30));
    const keepUntil = earlier(this.#stage.now, minutes(1));
    const point: RecoveryPoint = {
      ...this.#point(cluster, 'manual', at),
      manual: { note: 'before a release', keepUntil },
    };
    this.#put(point, keepUntil);
    for (const region of [HOME, AWAY]) {
      const copy = { id: point.id, cluster, region, state: 'proven' as const, startedAt: at, takenAt: at };
      this.#write(copyKey(point.id, region), copies.encode({ ...copy, provenAt: at, root: ROOT }));
    }
  }

  #put(point: RecoveryPoint, dueAt: Instant): void {
    const due = dueKey('review', HOME);
    this.#write(pointKey(point.id), points.encode(point), {
      reviewIn: due,
      due,
      dueAt: epochSeconds(dueAt),
    });
  }

  #write(key: CatalogKey, fields: object, own: object = {}): void {
    const { cloud, now } = this.#stage;
    const Item = marshall(whole(key, { ...fields }, { ...own }), { removeUndefinedValues: true });
    const principal = `arn:aws:iam::${cloud.account}:root`;
    cloud.dynamodb.call(
      'PutItem',
      { TableName: TABLE, Item },
      { account: cloud.account, region: HOME, principal, now },
    );
  }

  #point(cluster: string, rule: string, at: Instant): RecoveryPoint {
    return {
      id: recoveryPointId(cluster, rule, at),
      cluster,
      engine: 'objects',
      plan: 'quiet',
      rule,
      region: HOME,
      state: 'sealed',
      scheduledAt: at,
      openedAt: at,
      takenAt: at,
      sealedAt: later(at, minutes(3)),
      execution: `arn:aws:states:${HOME}:${this.#stage.cloud.account}:execution:holdfast-backup:${recoveryPointId(cluster, rule, at)}`,
      base: recoveryPointId(cluster, rule, earlier(at, hours(1))),
      content: { root: ROOT, shards: 12, items: 11_734, bytes: 1e10, newItems: 40, newBytes: 1e7 },
    };
  }
}
