import type { ExpirePlan } from '../../core/retention/plan-expiry.ts';
import { iso } from '../../core/time/instant.ts';
import type { ExpiryForecast } from '../operator/expiry.ts';

/** What a run would do, in its order, each with its reason. */
export function forecastLines({ at, plans, discards }: ExpiryForecast): string[] {
  return [
    `a run of holdfast-expire at ${iso(at)}; nothing is written by asking`,
    ...(plans.length === 0 ? ['no recovery point is due for a look'] : plans.flatMap(planLines)),
    ...discards.flatMap(({ region, due }) => [
      `${region}: ${due.length} ${due.length === 1 ? 'copy' : 'copies'} whose grace has ended, removed unless a hold, the floor or a capture forbids it:`,
      ...due.map(({ id, dueAt }) => `  discard ${id}, grace ended at ${iso(dueAt)}`),
    ]),
  ];
}

function planLines({ cluster, considered, kept, expire, refusals, halted }: ExpirePlan): string[] {
  return [
    `${cluster}: ${considered} considered, ${kept} kept, ${expire.length} into the bin`,
    ...(halted ? [`  halted ${halted.name}: ${halted.message}`] : []),
    ...expire.map(({ id, reason }) => `  expire ${id}: ${reason.message}`),
    ...refusals.map(({ id, reason }) => `  keep ${id}: ${reason.name}: ${reason.message}`),
  ];
}

export const forecastJson = ({ at, plans, discards }: ExpiryForecast): object => ({
  at: iso(at),
  plans,
  discards: discards.map(({ region, due }) => ({
    region,
    due: due.map(({ id, cluster, dueAt }) => ({ id, cluster, dueAt: iso(dueAt) })),
  })),
});
