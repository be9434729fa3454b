import type { Stage } from '../../../cli/stage.ts';
import {
  earlier,
  hours,
  type Instant,
  iso,
  later,
  minutes,
  parseInstant,
} from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { isActiveThroughout } from './active-side.ts';
import type { Announced } from './announced.ts';
import { type Checker, type Lifted, type Run, regionsOf } from './checker.ts';
import { plansBetween } from './in-force.ts';
import type { RecordWatch, Written } from './record-watch.ts';

/** A function's clock is ahead by a minute at most (embedded/faults/clocks.ts). */
const CLOCKS_DIFFER = minutes(2);
/** An expiry run carries out for so long what it decided, each attempt of a step for so long. */
const ONE_RUN = hours(6);
const ONE_ATTEMPT = minutes(15);
/** A bin is emptied once an hour, and what an hour's run was kept from the next one does. */
const LATE = hours(6);

/**
 * What goes into the bin gets its whole grace and stays there until that is over, whatever happens; and once all has
 * healed, it does not stay much longer, unless it is held, its cluster left the configuration, or somebody was told
 * these hours why it stays.
 */
export class BinKeepsItsTime implements Checker {
  readonly name = 'bin-keeps-its-time';
  readonly violations: string[] = [];
  readonly #announced: Announced;
  readonly #states = new Map<string, unknown>();
  #stage: Stage | undefined;
  /** How many copies left the bin for good: a run in which nothing did proves nothing. */
  left = 0;

  constructor(records: RecordWatch, announced: Announced) {
    this.#announced = announced;
    records.onWritten((written) => this.#see(written));
  }

  begin({ stage }: Pick<Run, 'stage'>): void {
    this.#announced.begin(stage);
    this.#stage = stage;
  }

  judge({ stage, lifted = [] }: Pick<Run, 'stage' | 'lifted'>): readonly string[] {
    return [...this.violations, ...regionsOf(stage).flatMap((region) => this.#late(stage, region, lifted))];
  }

  #see(written: Written): void {
    const { kind, record, item, region, at } = written;
    const from = this.#states.get(record);
    this.#states.set(record, item?.['state']);
    if (kind === 'point' && item?.['state'] === 'expiring' && from !== 'expiring') this.#seeBinned(written);
    if (kind !== 'copy' || item?.['state'] !== 'discarded') return;
    this.left++;
    const until = parseInstant(String(item['discardAfter']));
    const of = `${item['id']} was discarded in ${region} at ${iso(at)}`;
    if (until === undefined) this.violations.push(`${of}, and nobody had said when its grace would end`);
    else if (later(at, CLOCKS_DIFFER) < until)
      this.violations.push(`${of}, and its grace lasts until ${iso(until)}`);
  }

  /** The grace of a plan that ruled while the run that decided it was under way, counted from when an attempt began. */
  #seeBinned({ item, at }: Written): void {
    const plans = plansBetween(this.#stage!, String(item!['cluster']), earlier(at, ONE_RUN), at);
    const graces = plans.flatMap((plan) => plan?.grace ?? []);
    // That nothing of a cluster without a plan goes into the bin is for others to say.
    if (graces.length === 0) return;
    const grace = Math.min(...graces);
    const until = parseInstant(String(item!['discardAfter']));
    if (until === undefined || until < at + grace - ONE_ATTEMPT - CLOCKS_DIFFER)
      this.violations.push(
        `${item!['id']} went into the bin at ${iso(at)} until ${item!['discardAfter']}, and its grace is ${grace / 3_600_000} h`,
      );
  }

  #late(stage: Stage, region: string, lifted: readonly Lifted[]): string[] {
    const { primary } = stage.installation.regions;
    const { points, copies, holds } = catalogOf(stage, region);
    const since = earlier(stage.now, LATE);
    const sealed = new Set(points.filter(({ state }) => state === 'sealed').map(({ id }) => id));
    return (
      copies
        .filter((copy) => copy.region === region && copy.state === 'expiring' && !sealed.has(copy.id))
        .filter(({ discardAfter }) => discardAfter !== undefined && discardAfter < since)
        .filter(
          ({ id, cluster }) =>
            ![...holds, ...lifted.filter(({ at }) => at > since)].some(
              (hold) =>
                hold.cluster === cluster && (hold.recoveryPoint === undefined || hold.recoveryPoint === id),
            ),
        )
        .filter(({ cluster }) => plansBetween(stage, cluster, since, stage.now).every((plan) => plan))
        // While another side is the true one nothing expires.
        .filter(({ cluster }) => isActiveThroughout(stage, cluster, primary, since, stage.now))
        .filter(({ id }) => !this.#wasTold(id, region, since))
        .map(
          ({ id, discardAfter }) =>
            `${id} is in the bin of ${region} since before ${iso(discardAfter!)}, when its grace ended, and nobody was told why it stays`,
        )
    );
  }

  #wasTold(id: string, region: string, since: Instant): boolean {
    return this.#announced.heard.some(
      ({ at, bus, event }) =>
        at > since &&
        bus === region &&
        event.recoveryPoint === id &&
        (event.name === 'ExpiryRefused' || event.name === 'ExpiryFailed'),
    );
  }
}
