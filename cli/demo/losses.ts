import { planOf } from '../../core/plan/installation.ts';
import { between, type Instant, inSeconds, parseInstant, speak } from '../../core/time/instant.ts';
import { table } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import type { Finding, RestoreResult } from './restoring.ts';

/**
 * What went with the region, by cluster: as the restore claims it, from the instant that it restored to the loss, and as
 * the heartbeat proves it, from the newest beat that came back.
 */
export function losses(stage: Stage, restored: readonly RestoreResult[], lost: Instant): string[] {
  const rows = restored.flatMap(({ cluster: name, output }) => {
    const cluster = stage.installation.clusters.find((one) => one.name === name);
    const plan = cluster && planOf(stage.installation, cluster);
    if (!output || !plan) return [];
    const { restoredTo, heartbeat } = output.record;
    return [
      [
        `${name}:`,
        `claimed ${secondsOf(parseInstant(restoredTo)!, lost)}`,
        proven(heartbeat, lost),
        `objective ${speak(plan.objectives.rpo)}`,
      ],
    ];
  });
  return table(rows).map((line) => `  ${line}`);
}

function proven(heartbeat: Finding | undefined, lost: Instant): string {
  if (!heartbeat || (heartbeat.outcome === 'unread' && heartbeat.reason.name === 'NotAllowed'))
    return 'no heartbeat';
  if (heartbeat.outcome === 'unread') return `heartbeat not read: ${heartbeat.reason.message}`;
  const { newest, newestAt, missing } = heartbeat;
  const holes = missing === 0 ? 'no number missing before it' : `${missing} NUMBERS MISSING BEFORE IT`;
  return `proven ${secondsOf(parseInstant(newestAt)!, lost)} by beat ${newest}, ${holes}`;
}

const secondsOf = (from: Instant, to: Instant): string =>
  `${inSeconds(between(from, to)).toLocaleString('en-US', { maximumFractionDigits: 0 })} s`;
