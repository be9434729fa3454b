import { type Duration, days, hours, milliseconds, speak } from '../time/instant.ts';
import { DEFAULT_GRACE, type DraftPlan } from './draft.ts';
import { type Check, finding } from './finding.ts';

export const retention: Check = ({ plans }) =>
  Object.entries(plans).flatMap(([name, { retention: kept }]) =>
    kept !== undefined && Object.values(kept).every((value) => value === 0 || value === undefined)
      ? [
          finding(
            ['plans', name, 'retention'],
            'this keeps nothing but the floor; set at least one of keepLast, keepWithin, hourly, daily, weekly, monthly, yearly',
          ),
        ]
      : [],
  );

/** How long the calendar keeps the longest-kept point, at the most; undefined when a count of runs decides. */
function longestKeep({ retention: kept = {} }: DraftPlan): Duration | undefined {
  const { keepWithin = 0, keepLast = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = kept;
  if (keepLast > 0) return undefined;
  return milliseconds(
    Math.max(
      keepWithin,
      hours(hourly),
      days(daily),
      days(7 * weekly),
      days(31 * monthly),
      days(366 * yearly),
    ),
  );
}

export const lock: Check = ({ vaultLock, plans }) => {
  const retain = vaultLock?.retain;
  if (retain === undefined) return [];
  const keeps = Object.entries(plans).map(([name, plan]) => {
    const grace = plan.grace ?? DEFAULT_GRACE;
    const keep = longestKeep(plan);
    return { name, grace, ends: keep === undefined ? undefined : milliseconds(keep + grace) };
  });
  const patient = keeps.toSorted((a, b) => b.grace - a.grace)[0];
  if (patient === undefined) return [];
  if (retain < patient.grace)
    return [
      finding(
        ['vaultLock', 'retain'],
        `the lock ends before the grace of plan ${patient.name} (${speak(patient.grace)}); lock for at least as long as a point can lie in the bin`,
      ),
    ];
  // Governance can be lifted by a person, so a long one is a choice. Compliance cannot be taken back by anyone.
  if (vaultLock?.mode !== 'compliance' || keeps.some(({ ends }) => ends === undefined || ends >= retain))
    return [];
  const last = milliseconds(Math.max(...keeps.map(({ ends }) => ends!)));
  return [
    finding(
      ['vaultLock', 'retain'],
      `every plan has discarded its points after ${speak(last)} at the latest, and a compliance lock cannot be shortened by anyone; lock for at most that long`,
    ),
  ];
};
