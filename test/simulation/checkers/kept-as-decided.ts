import type { Stage } from '../../../cli/stage.ts';
import type { CopyRecord, LegalHold, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { parentsOf } from '../../../core/catalog/rules-lineage.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import type { Plan } from '../../../core/plan/installation.ts';
import { decide } from '../../../core/retention/decide.ts';
import { type KeepReason, printKeepReason } from '../../../core/retention/keep-reason.ts';
import { REVIEW_EVERY } from '../../../core/retention/next-review.ts';
import { type ProvenIn, rulesFor } from '../../../core/retention/rules.ts';
import { between, days, earlier, hours, type Instant, milliseconds } from '../../../core/time/instant.ts';
import { type CatalogSnapshot, catalogOf } from '../../support/catalog-of.ts';
import { isActiveThroughout } from './active-side.ts';
import type { Heard } from './announced.ts';
import type { Lifted } from './checker.ts';
import { everInForce, everProtected, planIn, plansBetween } from './in-force.ts';

/** Expiry runs once an hour, and a point is looked at an hour after its last reason may have gone at the earliest. */
const LATE = hours(3);
/** A point that a former plan or a lifted hold kept is looked at again within the week, and a day later if that failed. */
const SEEN_AGAIN = milliseconds(REVIEW_EVERY + days(1));
/** From the decision to the bin: an expiry run takes minutes, and is tried again within the hour. */
const CARRIED_OUT = hours(2);

/** A run that would expire too much at once asks a person, and asks again a day later. */
const ASKED_EVERY = hours(25);
const FOR_NOTHING = 'is kept for nothing, for hours';

/** What else is known of a run. */
interface Known {
  readonly lifted?: readonly Lifted[];
  readonly heard?: readonly Heard[];
}

type Keeps = ReadonlyMap<RecoveryPointId, readonly KeepReason[]>;

/**
 * What is kept is what the rules keep, decided over every point that was ever sealed, so that nothing which was
 * expired too much could hide itself. A point without a reason may stay for as long as an expiry run takes to come.
 *
 * The plan in force now decides. What went into the bin before it must have had no reason under the plan of that time,
 * and what a former plan kept may stay until it is looked at again. What a person has been asked about may stay too.
 */
export function keptAsDecided(stage: Stage, { lifted = [], heard = [] }: Known = {}): string[] {
  const catalog = catalogOf(stage, stage.installation.regions.primary);
  return everProtected(stage).flatMap((cluster) => {
    const halted = heard.some(
      ({ at, event }) =>
        event.cluster === cluster &&
        event.reason?.name === 'ExpiryTooLarge' &&
        between(at, stage.now) < ASKED_EVERY,
    );
    const found = new Keeping(stage, cluster, catalog, lifted).violations();
    // While another side is the true one nothing expires, and afterwards what was put off is caught up with.
    const { primary } = stage.installation.regions;
    const away = !isActiveThroughout(stage, cluster, primary, earlier(stage.now, LATE), stage.now);
    return halted || away ? found.filter((violation) => !violation.endsWith(FOR_NOTHING)) : found;
  });
}

/** What is decided about one cluster, by whichever plan and at whichever time. */
class Keeping {
  readonly #stage: Stage;
  readonly #cluster: string;
  readonly #points: readonly RecoveryPoint[];
  readonly #copies: readonly CopyRecord[];
  readonly #holds: readonly LegalHold[];
  readonly #lifted: readonly LegalHold[];

  constructor(stage: Stage, cluster: string, catalog: CatalogSnapshot, lifted: readonly Lifted[]) {
    const ofCluster = (record: { readonly cluster: string }) => record.cluster === cluster;
    this.#stage = stage;
    this.#cluster = cluster;
    this.#points = catalog.points.filter((point) => ofCluster(point) && point.sealedAt !== undefined);
    this.#copies = catalog.copies.filter(ofCluster);
    this.#holds = catalog.holds.filter(ofCluster);
    this.#lifted = lifted
      .filter((hold) => ofCluster(hold) && stage.now - hold.at < SEEN_AGAIN)
      .map(({ at, ...hold }) => ({ ...hold, placedAt: at, why: 'lifted since' }) as LegalHold);
  }

  violations(): string[] {
    const { now, installation } = this.#stage;
    const current = planIn(installation, this.#cluster);
    const keeps = this.#decide(current, now, this.#holds);
    const lately = plansBetween(this.#stage, this.#cluster, earlier(now, SEEN_AGAIN), now);
    const kept = [...this.#holds, ...this.#lifted];
    // Beside what went into the bin under another plan, an older point may stand for its day or week.
    const left = this.#points.filter(({ state }) => state === 'sealed');
    const looks = lately.flatMap((plan) =>
      [now, earlier(now, LATE)].flatMap((at) => [
        this.#decide(plan, at, kept),
        this.#decide(plan, at, kept, left),
      ]),
    );
    return this.#points.flatMap((point) => {
      const reasons = (keeps.get(point.id) ?? []).filter((reason) => !this.#cameTooLate(reason, point));
      if (point.state !== 'sealed')
        return reasons.length === 0 || this.#wasRight(point)
          ? []
          : [`${point.id} is ${point.state} and kept for ${reasons.map(printKeepReason).join(', ')}`];
      const forNothing = looks.every((look) => look.get(point.id)?.length === 0);
      return forNothing ? [`${point.id} ${FOR_NOTHING}`] : [];
    });
  }

  /** A hold that was placed on what was in the bin already: there it stays, undiscarded. */
  #cameTooLate(reason: KeepReason, { discardAfter }: RecoveryPoint): boolean {
    if (reason.kind !== 'legal-hold' || discardAfter === undefined) return false;
    const graces = everInForce(this.#stage).map(({ installation }) => planIn(installation, this.#cluster));
    const longest = Math.max(...graces.map((plan) => plan?.grace ?? 0));
    const hold = this.#holds.find(({ name }) => name === reason.name);
    return hold !== undefined && hold.placedAt > discardAfter - longest - CARRIED_OUT;
  }

  /** Whether a plan that ruled when the point went into the bin, and that rules no more, had no reason for it. */
  #wasRight(point: RecoveryPoint): boolean {
    const { discardAfter } = point;
    if (discardAfter === undefined || this.#stage.deployed.length === 1) return false;
    return plansBetween(this.#stage, this.#cluster, this.#stage.deployed[0]!.since, this.#stage.now).some(
      (plan) => {
        if (!plan) return false;
        const binnedAt = earlier(discardAfter, plan.grace);
        const ruled = plansBetween(this.#stage, this.#cluster, earlier(binnedAt, CARRIED_OUT), binnedAt);
        return ruled.includes(plan) && this.#decide(plan, binnedAt, []).get(point.id)?.length === 0;
      },
    );
  }

  #decide(
    plan: Plan | undefined,
    at: Instant,
    holds: readonly LegalHold[],
    points: readonly RecoveryPoint[] = this.#points,
  ): Keeps {
    const rules = rulesFor({ plan, holds, proven: provenBy(this.#copies, at) });
    const sealed = points
      .filter((point) => point.sealedAt! <= at)
      .map((point): RecoveryPoint => ({ ...point, state: 'sealed' }));
    return new Map(decide(sealed, rules, at, parentsOf).map(({ point, keep }) => [point.id, keep]));
  }
}

const provenBy = (copies: readonly CopyRecord[], by: Instant): ProvenIn =>
  new Map(
    [...Map.groupBy(copies, ({ region }) => region)].map(([region, here]) => [
      region,
      new Set(here.filter((c) => c.state === 'proven' && c.provenAt! <= by).map(({ id }) => id)),
    ]),
  );
