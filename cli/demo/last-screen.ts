import { planOf } from '../../core/plan/installation.ts';
import { decide } from '../../core/retention/decide.ts';
import { printKeepReason } from '../../core/retention/keep-reason.ts';
import { rulesFor } from '../../core/retention/rules.ts';
import { seconds, speak } from '../../core/time/instant.ts';
import type { CallCounter } from '../../embedded/sdk/call-counter.ts';
import { bytes, table } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import type { RestoreResult } from './restoring.ts';

interface Ending {
  readonly results: readonly RestoreResult[];
  readonly away: string;
  readonly calls: CallCounter;
}

/** One screen at the end: what is kept and why, what it cost in requests, what was compared. */
export async function lastScreen(stage: Stage, ending: Ending): Promise<string[]> {
  return [
    `Kept in ${ending.away}, and why:`,
    ...(await kept(stage, ending.away)),
    '',
    'What it took:',
    ...requests(stage, ending.calls),
    '',
    'What was compared:',
    ...compared(ending),
  ];
}

async function kept(stage: Stage, region: string): Promise<string[]> {
  const catalog = stage.catalog(region);
  const rows: (string | number)[][] = [];
  for (const cluster of stage.installation.clusters) {
    const plan = planOf(stage.installation, cluster);
    const [points, copies, holds] = await stage.until(
      Promise.all([
        catalog.points(cluster.name),
        catalog.copies(cluster.name, region),
        catalog.holds(cluster.name),
      ]),
    );
    const proven = new Set(copies.filter((copy) => copy.state === 'proven').map((copy) => copy.id));
    const bin = copies.filter((copy) => copy.state === 'expiring').length;
    const decisions = decide(points, rulesFor({ plan, holds, lockedFor: undefined }), stage.now);
    const shown = decisions.filter(({ point }) => proven.has(point.id));
    rows.push([`${cluster.name}:`, `${shown.length} proven`, `${bin} in the bin`]);
    const lines = shown.map(({ point, keep }) => [
      '',
      point.id,
      keep.map(printKeepReason).join(' ') || 'nothing any more: due to expire',
    ]);
    if (lines.length > 6) lines.splice(3, lines.length - 6, ['', `… ${lines.length - 6} more`, '']);
    rows.push(...lines);
  }
  return table(rows).map((line) => `  ${line}`);
}

function requests(stage: Stage, calls: CallCounter): string[] {
  const { states, functions } = stage.cloud;
  const { requests: copies, items } = calls.copying;
  const s3 = calls.matching(/^holdfast-.* s3:/);
  const transitions = states.machines.reduce((sum, machine) => sum + machine.counts.transitions, 0);
  const executions = states.machines.reduce((sum, machine) => sum + machine.counts.executions, 0);
  const invocations = [...functions.counts.values()].reduce((sum, { invocations: n }) => sum + n, 0);
  const each = (n: number, of: number, unit: string) => `${(n / Math.max(1, of)).toFixed(2)} ${unit}`;
  return table([
    ['items copied, all vaults', items, `${each(copies, items, 'requests each')}; unchanged items cost none`],
    ['all S3 requests', s3, 'listings and manifests included'],
    ['executions', executions, each(transitions, executions, 'state transitions each')],
    ['function invocations', invocations, ''],
  ]).map((line) => `  ${line}`);
}

function compared({ results }: Ending): string[] {
  const rows = results.map(({ cluster, region, output, comparison, error }) => {
    if (!output || !comparison) return [cluster, region, error?.name ?? '', '', '', ''];
    const { achievedRpoSeconds, achievedRtoSeconds } = output.record;
    return [
      cluster,
      region,
      `${comparison.compared.toLocaleString('en-US')} items`,
      bytes(comparison.bytes),
      comparison.differing === 0 ? 'equal' : `${comparison.differing} differ`,
      `RPO ${minutesOf(achievedRpoSeconds)}, RTO ${minutesOf(achievedRtoSeconds)}`,
    ];
  });
  return table(rows).map((line) => `  ${line}`);
}

const minutesOf = (secondsPassed: number): string => speak(seconds(secondsPassed));
