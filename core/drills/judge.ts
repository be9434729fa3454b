import type { RecoveryPoint, RestoreRecord } from '../catalog/recovery-point.ts';
import type { Inspection } from '../engines/driver.ts';
import { DrillDiffers, DrillTooSlow, type Reason, reasonOf } from '../errors/registry.ts';
import { spokenOf } from '../heartbeat/reading.ts';
import type { Objectives } from '../plan/installation.ts';
import { seconds, speak } from '../time/instant.ts';
import type { DrillCheck } from './drill.ts';

interface Found {
  /** Of a restore that ended well. */
  readonly restore: RestoreRecord;
  readonly point: RecoveryPoint;
  /** Absent where the engine shows no more than its restore compared. */
  readonly inspection: Inspection | undefined;
  readonly objectives: Objectives;
}

/** A list of what is wrong that a person still reads. */
const SHOWN = 3;
const some = (wrong: readonly string[]): string =>
  wrong.slice(0, SHOWN).join('; ') + (wrong.length > SHOWN ? `; and ${wrong.length - SHOWN} more` : '');

/** What a drill compares, beyond what its restore did, each as a sentence. Pure. */
export function judge(found: Found): readonly DrillCheck[] {
  return [validated(found), statistics(found), samples(found), heartbeat(found), objectives(found)];
}

const validated = ({ restore, point }: Found): DrillCheck => ({
  name: 'validated',
  outcome: 'passed',
  detail: `what ${restore.id} restored was compared with the manifest of ${point.id}`,
});

/** What the restore counted, and what is counted now, against what the manifest says. */
function statistics({ restore, point: { content }, inspection }: Found): DrillCheck {
  const counted = [
    ...(content && restore.chain === undefined && restore.items !== undefined
      ? [{ what: 'items', found: restore.items, expected: content.items }]
      : []),
    ...(inspection?.statistics ?? []),
  ];
  const wrong = counted
    .filter(({ found, expected }) => found !== expected)
    .map(({ what, found, expected }) => `${found} ${what} and the manifest says ${expected}`);
  if (wrong.length > 0) return { name: 'statistics', outcome: 'failed', detail: some(wrong) };
  return counted.length === 0
    ? { name: 'statistics', outcome: 'skipped', detail: 'the engine shows nothing that can be counted' }
    : {
        name: 'statistics',
        outcome: 'passed',
        detail: counted.map(({ what, found }) => `${found} ${what}`).join(', '),
      };
}

function samples({ inspection }: Found): DrillCheck {
  const read = inspection?.samples;
  if (!read)
    return { name: 'samples', outcome: 'skipped', detail: 'the engine shows no content to read again' };
  return read.wrong.length > 0
    ? { name: 'samples', outcome: 'failed', detail: some(read.wrong) }
    : { name: 'samples', outcome: 'passed', detail: `${read.read} items were read again, all as captured` };
}

function heartbeat({ restore: { heartbeat: finding } }: Found): DrillCheck {
  if (!finding) return { name: 'heartbeat', outcome: 'skipped', detail: 'none was read' };
  if (finding.outcome === 'unread')
    return { name: 'heartbeat', outcome: 'skipped', detail: finding.reason.message };
  const detail = spokenOf(finding);
  return { name: 'heartbeat', outcome: finding.missing > 0 ? 'failed' : 'passed', detail };
}

function objectives({ restore: { achievedRtoSeconds }, objectives: { rto } }: Found): DrillCheck {
  if (achievedRtoSeconds === undefined)
    return { name: 'objectives', outcome: 'skipped', detail: 'the restore was not measured' };
  const took = seconds(achievedRtoSeconds);
  return {
    name: 'objectives',
    outcome: took > rto ? 'failed' : 'passed',
    detail: `it was restored and compared within ${speak(took)}, and the objective is ${speak(rto)}`,
  };
}

/** Why checks fail a drill; undefined when none does. What differs weighs more than what was late. */
export function verdictOf(checks: readonly DrillCheck[]): Reason | undefined {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (!first) return undefined;
  const message = failed.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
  return reasonOf(
    failed.some(({ name }) => name !== 'objectives') ? new DrillDiffers(message) : new DrillTooSlow(message),
  );
}
