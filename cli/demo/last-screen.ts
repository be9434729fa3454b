import { planOf } from '../../core/plan/installation.ts';
import { decide } from '../../core/retention/decide.ts';
import { printKeepReason } from '../../core/retention/keep-reason.ts';
import { rulesFor } from '../../core/retention/rules.ts';
import { between, type Instant, iso, speak } from '../../core/time/instant.ts';
import { bytes, table } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import type { RestoreResult } from './restoring.ts';

interface Ending {
  readonly results: readonly RestoreResult[];
  readonly away: string;
  readonly lost: Instant;
}

/** One screen at the end: what is kept and why, what it cost in requests, what was compared. */
export async function lastScreen(stage: Stage, ending: Ending): Promise<string[]> {
  return [
    `Kept in ${ending.away}, and why:`,
    ...(await kept(stage, ending.away)),
    '',
    'What it took:',
    ...requests(stage),
    '',
    'What was compared:',
    ...compared(stage, ending),
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
    for (const { point, keep } of [...shown.slice(0, 3), ...shown.slice(-3)])
      rows.push(['', point.id, keep.map(printKeepReason).join(' ') || 'nothing any more: due to expire']);
    if (shown.length > 6) rows.splice(-3, 0, ['', `… ${shown.length - 6} more`, '']);
  }
  return table(rows).map((line) => `  ${line}`);
}

function requests(stage: Stage): string[] {
  const { s3, states, functions, dynamodb } = stage.cloud;
  const vaults = [stage.installation.regions.primary, ...stage.installation.regions.recovery].map(
    (region) => `holdfast-vault-${stage.cloud.account}-${region}`,
  );
  const copies = vaults.reduce((sum, vault) => sum + (s3.requestsOf(vault).get('CopyObject') ?? 0), 0);
  const stored = vaults.reduce(
    (sum, vault) => sum + [...s3.versions(vault)].filter(([key]) => /\/(data|long)\//.test(key)).length,
    0,
  );
  const transitions = states.machines.reduce((sum, machine) => sum + machine.counts.transitions, 0);
  const executions = states.machines.reduce((sum, machine) => sum + machine.counts.executions, 0);
  const invocations = [...functions.counts.values()].reduce((sum, { invocations: n }) => sum + n, 0);
  void dynamodb;
  return table([
    [
      'objects copied, both vaults',
      copies,
      `${(copies / Math.max(1, stored)).toFixed(2)} requests per object; unchanged objects none`,
    ],
    [
      'executions',
      executions,
      `${transitions.toLocaleString('en-US')} state transitions, ${(transitions / executions).toFixed(1)} each`,
    ],
    ['function invocations', invocations, ''],
  ]).map((line) => `  ${line}`);
}

function compared(stage: Stage, { results, lost }: Ending): string[] {
  const rows = results.map(({ cluster, region, output, comparison, error }) => {
    if (!output || !comparison) return [cluster, region, error?.name ?? '', '', '', ''];
    const { restoredTo, achievedRpoSeconds, achievedRtoSeconds } = output.record;
    const loss =
      region === stage.installation.regions.primary
        ? ''
        : `lost ${speak(between(new Date(restoredTo).getTime() as Instant, lost))} of work`;
    return [
      cluster,
      region,
      `${comparison.compared.toLocaleString('en-US')} items`,
      bytes(comparison.bytes),
      comparison.differing === 0 ? 'equal' : `${comparison.differing} differ`,
      `RPO ${minutesOf(achievedRpoSeconds)}, RTO ${minutesOf(achievedRtoSeconds)}${loss && `; ${loss}`}`,
    ];
  });
  void iso;
  return table(rows).map((line) => `  ${line}`);
}

const minutesOf = (secondsPassed: number): string =>
  speak((secondsPassed * 1_000) as ReturnType<typeof between>);
