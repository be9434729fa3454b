import type { Stage } from '../../../cli/stage.ts';
import type { CopyRecord, LegalHold } from '../../../core/catalog/recovery-point.ts';
import type { Plan } from '../../../core/plan/installation.ts';
import { between, earlier, type Instant, iso, seconds } from '../../../core/time/instant.ts';
import type { Rotted } from '../../../embedded/faults/bit-rot.ts';
import { runsTask } from '../../../workflows/asl/language.ts';
import { MACHINES } from '../../../workflows/index.ts';
import { type CatalogSnapshot, catalogOf } from '../../support/catalog-of.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';
import { everInForce, everProtected, planIn, plansBetween } from './in-force.ts';
import type { RecordWatch, Written } from './record-watch.ts';

/** An attempt reads the holds when it begins, and may take so long: a hold that comes in between is not seen. */
const ONE_ATTEMPT = seconds(
  Math.max(
    ...Object.values(MACHINES.expire.States).map((state) => (runsTask(state) ? state.TimeoutSeconds : 0)),
  ),
);

/** An expiry run carries out for so long what it decided by the plan that ruled when it began. */
const ONE_RUN = seconds(MACHINES.expire.TimeoutSeconds);

/**
 * Of each cluster the newest `minimumKeep` points that were ever proven in a region are still proven there, as its own
 * catalog has it. The lowest floor that ever ruled: raising it brings nothing back that went under a lower one.
 */
export const floorAndHolds = (stage: Stage, region: string, rotted: readonly Rotted[] = []): string[] =>
  everProtected(stage).flatMap((cluster) => {
    const floor = lowest(everInForce(stage).map(({ installation }) => planIn(installation, cluster)));
    return missingFromFloor(catalogOf(stage, region), region, cluster, floor!, rotted).map(
      ({ id, state }) =>
        `${iso(stage.now)} ${id} is ${state} in ${region} and belongs to the floor of ${floor}`,
    );
  });

/** Undefined when none of the plans is one: then the cluster was not protected. */
function lowest(plans: readonly (Plan | undefined)[]): number | undefined {
  const floors = plans.flatMap((plan) => plan?.retention.minimumKeep ?? []);
  return floors.length === 0 ? undefined : Math.min(...floors);
}

/**
 * Copies of the floor that are no longer proven, by id, and what they are. One that was found rotten is set aside. The
 * copy at home is proven a moment before its point is sealed: a backup that is cut off in between has protected nothing.
 */
const missingFromFloor = (
  { copies, points }: CatalogSnapshot,
  region: string,
  cluster: string,
  floor: number,
  rotted: readonly Rotted[],
): readonly CopyRecord[] =>
  copies
    .filter((copy) => copy.cluster === cluster && copy.region === region && copy.provenAt !== undefined)
    .filter(({ id }) => points.find((point) => point.id === id)?.sealedAt !== undefined)
    .sort((a, b) => b.takenAt! - a.takenAt!)
    .slice(0, floor)
    .filter(({ state }) => state !== 'proven')
    .filter(({ state }) => !(state === 'quarantined' && rotsIn(rotted, region, cluster)));

/** Something of a cluster rotted in a region: a point that it is found in is set aside there, floor or not. */
export const rotsIn = (rotted: readonly Rotted[], region: string, cluster: string): boolean =>
  rotted.some((each) => each.region === region && each.key.startsWith(`${cluster}/`));

interface Held {
  readonly hold: LegalHold;
  /** By region, since when its replica of the catalog has the hold. */
  readonly seenIn: Map<string, Instant>;
}

interface Leaving {
  readonly cluster: string;
  readonly id: string;
  readonly state: string;
}

const LEAVING: ReadonlySet<unknown> = new Set(['expiring', 'discarded']);

/**
 * What a hold forbids. A point that is in the bin already may lose its record there, and its other copies may follow it:
 * an attempt that died half-way is carried on. Bytes go when a copy is discarded.
 */
const FORBIDDEN = { point: 'expiring', copy: 'discarded' } as const;

/**
 * Looks whenever a point or a copy leaves for the bin, or leaves the bin for good, so that nothing between two midnights
 * escapes: no floor is broken by it, and nothing that is held goes. A hold protects from when the region that acts has
 * it in its catalog until it is lifted. What went into the bin before the hold came stays there, undiscarded.
 */
export class FloorAndHolds implements Checker {
  readonly name = 'floor-and-holds';
  readonly violations: string[] = [];
  readonly #holds = new Map<string, Held>();
  readonly #states = new Map<string, unknown>();
  #run: Pick<Run, 'stage' | 'faults'> | undefined;
  /** How often something left while a hold stood somewhere: a run without holds proves nothing about them. */
  looks = 0;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin(run: Pick<Run, 'stage' | 'faults'>): void {
    this.#run = run;
  }

  daily({ stage, faults }: Pick<Run, 'stage' | 'faults'>): readonly string[] {
    return regionsOf(stage).flatMap((region) => floorAndHolds(stage, region, faults.rotted));
  }

  judge(run: Pick<Run, 'stage' | 'faults'>): readonly string[] {
    return [...this.violations, ...this.daily(run)];
  }

  #see(written: Written): void {
    if (!this.#run) return;
    const { stage } = this.#run;
    const { kind, record, item, region, at } = written;
    if (kind === 'hold') {
      if (!item) this.#holds.delete(record);
      else if (!this.#holds.has(record))
        this.#holds.set(record, { hold: item as unknown as LegalHold, seenIn: new Map([[region, at]]) });
      return;
    }
    if (kind === 'restore' || kind === 'log' || !item) return;
    // What is only looked at again in the bin does not leave for it.
    const moved = this.#states.get(record) !== item['state'];
    this.#states.set(record, item['state']);
    const catalog = this.#holds.size > 0 || LEAVING.has(item['state']) ? catalogOf(stage, region) : undefined;
    if (catalog) this.#lookForHolds(catalog, region, at);
    if (!catalog || !moved || !LEAVING.has(item['state'])) return;
    const of = { cluster: String(item['cluster']), id: String(item['id']), state: String(item['state']) };
    if (item['state'] === FORBIDDEN[kind]) this.#checkHolds(of, catalog, region, at);
    if (kind === 'copy') this.#checkFloor(of, String(item['region']), catalog);
  }

  #checkFloor(of: Leaving, where: string, catalog: CatalogSnapshot): void {
    const { stage, faults } = this.#run!;
    const ruled = plansBetween(stage, of.cluster, earlier(stage.now, ONE_RUN), stage.now);
    const floor = lowest(ruled);
    const what = `${iso(stage.now)} ${of.id} became ${of.state} in ${where}`;
    // What had gone into the bin before its cluster left the configuration goes on to its end, down to the last one.
    if (floor === undefined && of.state === 'expiring')
      this.violations.push(`${what}, and ${of.cluster} had left the configuration: all of it is kept`);
    const broken = missingFromFloor(catalog, where, of.cluster, floor ?? 1, faults.rotted);
    if (broken.some(({ id }) => id === of.id))
      this.violations.push(`${what} and belongs to the floor of ${floor ?? 1}`);
  }

  /** A hold reaches the other regions by replication, whose lag is theirs. */
  #lookForHolds({ holds }: CatalogSnapshot, region: string, at: Instant): void {
    for (const { hold, seenIn } of this.#holds.values())
      if (!seenIn.has(region) && holds.some((other) => isSame(other, hold))) seenIn.set(region, at);
  }

  #checkHolds(of: Leaving, { holds }: CatalogSnapshot, region: string, at: Instant): void {
    for (const { hold, seenIn } of this.#holds.values()) {
      const covers =
        hold.cluster === of.cluster && (hold.recoveryPoint === undefined || hold.recoveryPoint === of.id);
      const since = seenIn.get(region);
      if (since === undefined || between(since, at) <= ONE_ATTEMPT) continue;
      if (!holds.some((other) => isSame(other, hold))) continue;
      this.looks++;
      if (covers)
        this.violations.push(
          `${iso(at)} ${of.id} became ${of.state} in ${region}, and ${hold.name} has held it there since ${iso(since)}`,
        );
    }
  }
}

const isSame = (a: LegalHold, b: LegalHold): boolean => a.cluster === b.cluster && a.name === b.name;
