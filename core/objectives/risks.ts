import type { Reason } from '../errors/base.ts';
import { days, earlier, type Instant, parseInstant, seconds, speak } from '../time/instant.ts';
import type { ThreeTwoOne } from './copies.ts';
import { type Forecast, WARN_AHEAD } from './forecast.ts';
import type { DrillLabel, RegionLabel } from './label.ts';
import type { Situation } from './situation.ts';

/** Names of what a label warns of; the words stay, because dashboards and audits look for them. */
export const RISKS = [
  'NothingProven',
  'RpoMissed',
  'RtoMissed',
  'RtoWillBeMissed',
  'DrillOverdue',
  'DrillFailed',
  'NeverDrilled',
  'CopiesMissing',
  'TooFewCopies',
  'OneMedium',
  'NotOffSite',
  'NotImmutable',
  'NotVerified',
] as const;
export type RiskName = (typeof RISKS)[number];

/** Those that a person is called for, beside the RPO, which is measured oftener. Others are how it was configured. */
export const ALARMING = [
  'RtoMissed',
  'RtoWillBeMissed',
  'DrillOverdue',
  'CopiesMissing',
  'NotVerified',
] as const satisfies RiskName[];
export type Alarming = (typeof ALARMING)[number];

interface Seen {
  readonly situation: Situation;
  readonly regions: readonly RegionLabel[];
  readonly forecast: Forecast;
  readonly rule: ThreeTwoOne;
  readonly drill: DrillLabel;
}

export function risksOf(seen: Seen, now: Instant): Reason[] {
  return [...lossRisks(seen), ...outageRisks(seen), ...drillRisks(seen, now), ...copyRisks(seen)];
}

const risk = (name: RiskName, message: string): Reason => ({ name, message });

function lossRisks({ situation: { plan }, regions }: Seen): Reason[] {
  return regions.flatMap(({ region, restoresTo, achievedRpoSeconds }) => {
    const over = achievedRpoSeconds > plan.objectives.rpo / 1_000;
    const lost = speak(seconds(achievedRpoSeconds));
    if (restoresTo === null)
      return [risk('NothingProven', `nothing of it was ever proven in ${region}, for ${lost}`)];
    return over
      ? [
          risk(
            'RpoMissed',
            `${region} would lose ${lost}, and the objective is ${speak(plan.objectives.rpo)}`,
          ),
        ]
      : [];
  });
}

function outageRisks({ situation: { plan }, forecast }: Seen): Reason[] {
  const { duration, passesIn, lines } = forecast;
  const objective = `the objective is ${speak(plan.objectives.rto)}`;
  const how = lines[0] ?? '';
  if (duration > plan.objectives.rto)
    return [risk('RtoMissed', `a restore would take ${speak(duration)}, and ${objective} (${how})`)];
  if (passesIn === undefined || passesIn > WARN_AHEAD) return [];
  const inDays = Math.floor(passesIn / days(1));
  return [
    risk(
      'RtoWillBeMissed',
      `as it grows, a restore will take longer than its objective in ${inDays} ${inDays === 1 ? 'day' : 'days'}: ${objective}, and today it would take ${speak(duration)} (${how})`,
    ),
  ];
}

function drillRisks({ situation: { plan, since }, drill }: Seen, now: Instant): Reason[] {
  const found: Reason[] = [];
  const within = plan.drills?.within;
  const passed = parseInstant(drill.lastPassed ?? '');
  // Before the first, the clock runs from when it was protected.
  const overdue = within !== undefined && (passed ?? since) < earlier(now, within);
  const spoken =
    drill.daysSincePassed === null
      ? 'no drill of it has ever passed'
      : `the last drill that passed ended ${drill.daysSincePassed} days ago`;
  if (overdue) found.push(risk('DrillOverdue', `${spoken}, and the plan wants one within ${speak(within)}`));
  else if (passed === undefined)
    found.push(risk('NeverDrilled', `${spoken}: that it can be restored is not shown`));
  if (drill.last?.state === 'failed')
    found.push(risk('DrillFailed', `the last drill, ${drill.last.id}, failed at ${drill.last.endedAt}`));
  return found;
}

function copyRisks({ rule }: Seen): Reason[] {
  const { copies, media, offSite, immutable, verified, missing } = rule;
  return [
    ...missing.map((why) => risk('CopiesMissing', why)),
    ...(copies.holds ? [] : [risk('TooFewCopies', `${copies.value} of 3 copies: ${copies.why}`)]),
    ...(media.holds ? [] : [risk('OneMedium', `all copies lie on one medium: ${media.why}`)]),
    ...(offSite.holds ? [] : [risk('NotOffSite', offSite.why)]),
    ...(immutable.holds ? [] : [risk('NotImmutable', immutable.why)]),
    // Nothing to verify is no error: that it is missing is told as that.
    ...(verified.holds || copies.value === 1 ? [] : [risk('NotVerified', verified.why)]),
  ];
}
