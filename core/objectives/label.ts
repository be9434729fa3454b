import type { Reason } from '../errors/base.ts';
import { currentRpo } from '../recovery/achieved.ts';
import { between, days, type Instant, inSeconds, iso } from '../time/instant.ts';
import { type Asked, type ThreeTwoOne, threeTwoOne } from './copies.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { risksOf } from './risks.ts';
import { type RegionHolding, restorableIn, type Situation } from './situation.ts';

/**
 * What protects a cluster, in the form that leaves Holdfast: instants are ISO 8601 in UTC, lengths are seconds, and what
 * is not known is null. Fields are added, never given another meaning; `format` says when that had to be done.
 */
export interface Label {
  readonly format: 1;
  readonly cluster: string;
  readonly engine: string;
  readonly plan: string;
  readonly at: string;
  readonly protectedSince: string;
  readonly objectives: {
    readonly rpoSeconds: number;
    readonly rtoSeconds: number;
    readonly survives: string;
  };
  /** Where it runs, and of a grouped cluster the side and its number. */
  readonly side: { readonly active: string; readonly group: string | null; readonly epoch: number | null };
  readonly regions: readonly RegionLabel[];
  readonly rto: {
    readonly forecastSeconds: number;
    /** `configured`, `scaled` or `fitted`. */
    readonly forecastBy: string;
    readonly forecastBytes: number;
    /** Of the last restore of all of it, a drill's too; null before the first. */
    readonly achievedSeconds: number | null;
    readonly achievedAt: string | null;
    /** Until the forecast passes the objective; null when it does not. */
    readonly passesInDays: number | null;
    readonly why: readonly string[];
  };
  readonly drill: DrillLabel;
  readonly threeTwoOne: {
    readonly copies: AskedLabel<number>;
    readonly media: AskedLabel<number>;
    readonly offSite: AskedLabel<number>;
    readonly immutable: AskedLabel<string | null>;
    readonly verified: AskedLabel<boolean>;
  };
  /** What somebody should know before relying on it; empty is good. */
  readonly risks: readonly Reason[];
}

/** Where the watcher of a region keeps it, in that region's vault. */
export const labelKey = (cluster: string): string => `work/labels/${cluster}.json`;

export interface RegionLabel {
  readonly region: string;
  /** Now less the latest instant that restores there. */
  readonly achievedRpoSeconds: number;
  readonly restoresTo: string | null;
  readonly newestPoint: string | null;
  /** Its Merkle root. */
  readonly root: string | null;
  readonly provenCopies: number;
  readonly lastScrub: string | null;
  readonly unmended: number | null;
}

export interface DrillLabel {
  readonly daysSincePassed: number | null;
  readonly lastPassed: string | null;
  /** How the last one that ended came out. */
  readonly last: { readonly id: string; readonly state: string; readonly endedAt: string } | null;
  /** Number and region of the last receipt that a drill has. */
  readonly receipt: { readonly number: number; readonly region: string } | null;
}

type AskedLabel<Value> = Asked<Value>;

/** What a label is written from, for those who need the numbers behind it. */
export interface Protection {
  readonly label: Label;
  readonly forecast: Forecast;
  readonly threeTwoOne: ThreeTwoOne;
}

export function protectionOf(situation: Situation, now: Instant): Protection {
  const { cluster, plan, active, side, regions } = situation;
  const forecast = forecastOf(cluster, plan, situation, now);
  const rule = threeTwoOne(situation, now);
  const drill = drillOf(situation, now);
  const labels = regions.map((holding) => regionOf(holding, situation, now));
  const label: Label = {
    format: 1,
    cluster: cluster.name,
    engine: cluster.engine,
    plan: plan.name,
    at: iso(now),
    protectedSince: iso(situation.since),
    objectives: {
      rpoSeconds: inSeconds(plan.objectives.rpo),
      rtoSeconds: inSeconds(plan.objectives.rto),
      survives: plan.objectives.survives,
    },
    side: { active, group: side?.group ?? null, epoch: side?.epoch ?? null },
    regions: labels,
    rto: rtoOf(forecast, situation),
    drill,
    threeTwoOne: {
      ...{ copies: rule.copies, media: rule.media, offSite: rule.offSite, verified: rule.verified },
      immutable: {
        ...rule.immutable,
        value: rule.immutable.value === null ? null : iso(rule.immutable.value),
      },
    },
    risks: risksOf({ situation, regions: labels, forecast, rule, drill }, now),
  };
  return { label, forecast, threeTwoOne: rule };
}

function regionOf(holding: RegionHolding, { points, since }: Situation, now: Instant): RegionLabel {
  const restorable = restorableIn(holding, points);
  return {
    region: holding.region,
    achievedRpoSeconds: inSeconds(currentRpo(restorable?.latest, since, now)),
    restoresTo: restorable ? iso(restorable.latest) : null,
    newestPoint: restorable?.newest.id ?? null,
    root: restorable?.newest.root ?? null,
    provenCopies: holding.copies.filter(({ state }) => state === 'proven').length,
    lastScrub: holding.scrub ? iso(holding.scrub.at) : null,
    unmended: holding.scrub?.open ?? null,
  };
}

function rtoOf(forecast: Forecast, { restores }: Situation): Label['rto'] {
  const last = restores
    .filter(
      ({ state, part, achievedRtoSeconds }) =>
        state === 'restored' && !part && achievedRtoSeconds !== undefined,
    )
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .at(-1);
  return {
    forecastSeconds: inSeconds(forecast.duration),
    forecastBy: forecast.fit.by,
    forecastBytes: forecast.bytes,
    achievedSeconds: last?.achievedRtoSeconds ?? null,
    achievedAt: last ? iso(last.startedAt) : null,
    passesInDays: forecast.passesIn === undefined ? null : Math.floor(forecast.passesIn / days(1)),
    why: forecast.lines,
  };
}

function drillOf({ drills }: Situation, now: Instant): DrillLabel {
  const ended = drills
    .flatMap((each) => (each.endedAt === undefined ? [] : [{ ...each, endedAt: each.endedAt }]))
    .toSorted((a, b) => b.endedAt - a.endedAt);
  const [last] = ended;
  const passed = ended.find(({ state }) => state === 'passed');
  const received = ended.find(({ receipt }) => receipt !== undefined);
  return {
    daysSincePassed: passed ? Math.max(0, Math.floor(between(passed.endedAt, now) / days(1))) : null,
    lastPassed: passed ? iso(passed.endedAt) : null,
    last: last ? { id: last.id, state: last.state, endedAt: iso(last.endedAt) } : null,
    receipt: received?.receipt === undefined ? null : { number: received.receipt, region: received.region },
  };
}
