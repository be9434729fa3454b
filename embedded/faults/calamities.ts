import { type Duration, hours, type Instant, later, milliseconds, minutes } from '../../core/time/instant.ts';
import type { EmbeddedCloud } from '../cloud.ts';
import type { CcrSyncer } from '../doris/ccr/syncer.ts';
import type { TidbCluster } from '../tidb/cluster.ts';
import type { Faults } from './faults.ts';

interface Landscape {
  readonly regions: readonly string[];
  /** Database clusters that may be busy with something of their own. */
  readonly databases: readonly { readonly clusterId: string; readonly region: string }[];
  /** The vault of each region, a bucket under a key of its own. */
  readonly vaults: ReadonlyMap<string, string>;
  /** TiDB clusters that write a log. @default none */
  readonly tables?: readonly TidbCluster[];
  /** Those that keep standbys in step. @default none */
  readonly syncers?: readonly CcrSyncer[];
}

/** A window of maintenance or an upgrade takes this long. */
const BUSY_MINUTES: readonly [number, number] = [5, 120];
const DARK_MINUTES: readonly [number, number] = [20, 4 * 60];
const DISABLED_MINUTES: readonly [number, number] = [5, 4 * 60];
/** A day has three occasions. What begins in the first half of one is over before the next. */
const OCCASIONS_A_DAY = 3;
const OCCASION: Duration = hours(24 / OCCASIONS_A_DAY);
const BEGINS_WITHIN: Duration = hours(24 / OCCASIONS_A_DAY / 2);

type Calamity = 'cluster-busy' | 'region-dark' | 'key-disabled' | 'bit-rot';

/** What happens to a whole region, vault or cluster, at most once in a third of a day: never to both regions at once. */
export class Calamities {
  readonly #faults: Faults;
  readonly #cloud: EmbeddedCloud;
  readonly #landscape: Landscape;
  #dark: string | undefined;
  #disabled: string | undefined;

  constructor(faults: Faults, cloud: EmbeddedCloud, landscape: Landscape) {
    this.#faults = faults;
    this.#cloud = cloud;
    this.#landscape = landscape;
    faults.atHeal(() => {
      this.#light();
      this.#enable();
    });
  }

  /** Draws what the 24 hours that follow bring. */
  scheduleDay(): void {
    const start = this.#cloud.world.now();
    for (let nth = 0; nth < OCCASIONS_A_DAY; nth++)
      this.#schedule(later(start, milliseconds(nth * OCCASION)));
  }

  #schedule(from: Instant): void {
    const { databases, vaults, tables = [], syncers = [] } = this.#landscape;
    const { world } = this.#cloud;
    this.#faults.spells.schedule(from, BEGINS_WITHIN, world, tables);
    this.#faults.standbys.schedule(from, BEGINS_WITHIN, world, syncers);
    for (const { clusterId, region } of databases)
      if (this.#faults.strikes('cluster-busy')) this.#occupy(clusterId, region, from);
    if (this.#faults.strikes('region-dark')) this.#darken(from);
    if (this.#faults.strikes('key-disabled')) this.#disable(from);
    for (const region of vaults.keys())
      if (this.#faults.strikes('bit-rot'))
        this.#at(this.#somewhen('bit-rot', from), () => this.#faults.rot(region, vaults));
  }

  #occupy(clusterId: string, region: string, occasion: Instant): void {
    const chance = this.#faults.stream('cluster-busy');
    const from = this.#somewhen('cluster-busy', occasion);
    const until = later(from, minutes(chance.between(...BUSY_MINUTES)));
    const status = chance.pick(['backing-up', 'upgrading', 'modifying', 'maintenance']);
    this.#at(from, () => {
      if (!this.#cloud.rds.stays(clusterId, region, from)) return;
      this.#faults.record('cluster-busy', `${clusterId} is ${status} for ${(until - from) / 60_000} min`);
      this.#cloud.rds.occupyCluster(clusterId, region, status, from, until);
    });
  }

  #darken(occasion: Instant): void {
    const chance = this.#faults.stream('region-dark');
    const from = this.#somewhen('region-dark', occasion);
    const region = chance.pick(this.#landscape.regions);
    const until = later(from, minutes(chance.between(...DARK_MINUTES)));
    this.#at(from, () => {
      this.#faults.record('region-dark', `${region} for ${(until - from) / 60_000} min`);
      this.#dark = region;
      this.#cloud.loseRegion(region);
    });
    this.#at(until, () => this.#light());
  }

  #light(): void {
    if (this.#dark !== undefined) this.#cloud.bringBack(this.#dark);
    this.#dark = undefined;
  }

  #disable(occasion: Instant): void {
    const chance = this.#faults.stream('key-disabled');
    const from = this.#somewhen('key-disabled', occasion);
    const region = chance.pick([...this.#landscape.vaults.keys()]);
    const until = later(from, minutes(chance.between(...DISABLED_MINUTES)));
    this.#at(from, () => {
      this.#faults.record('key-disabled', `the vault's key in ${region} for ${(until - from) / 60_000} min`);
      this.#disabled = region;
      this.#turnKey(region, 'DisableKey');
    });
    this.#at(until, () => this.#enable());
  }

  #enable(): void {
    if (this.#disabled !== undefined) this.#turnKey(this.#disabled, 'EnableKey');
    this.#disabled = undefined;
  }

  #turnKey(region: string, operation: 'DisableKey' | 'EnableKey'): void {
    const { account, kms, s3, world } = this.#cloud;
    const bucket = this.#landscape.vaults.get(region)!;
    const key = s3.bucket(bucket)?.kmsKeyArn;
    if (key === undefined)
      throw new Error(`the vault ${bucket} has no key of its own; leave key-disabled out, or deploy one`);
    const call = { account, region, principal: `arn:aws:iam::${account}:root`, now: world.now() };
    kms.call(operation, { KeyId: kms.check(region, key, 'DescribeKey', world.now()) }, call);
  }

  /** Unless everything has healed by then. */
  #at(when: Instant, work: () => void): void {
    this.#cloud.world.at(when, () => {
      if (this.#faults.raging) work();
    });
  }

  #somewhen(kind: Calamity, occasion: Instant): Instant {
    return later(occasion, milliseconds(this.#faults.stream(kind).between(0, BEGINS_WITHIN)));
  }
}
