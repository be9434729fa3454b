import { keeperOf } from '../../../core/engines/keepers.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import { engineOfPoints } from '../../../core/plan/volume-group.ts';
import type { Stock } from '../../../core/ports/stock.ts';
import type { Difference } from '../../../core/reconcile/difference.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { surveyRegion } from '../../../workflows/contracts/reconcile.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type Sides, type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { type Position, readPosition, type Surveyed, writePlan } from '../plan-file.ts';
import { type FilesLap, lookAtFiles } from './files.ts';
import { lookForBytes, lookForCopies, lookForSnapshots, readRecords, type Snapshots } from './records.ts';

export type SurveyPorts = Pick<
  TaskPorts,
  'region' | 'role' | 'configuration' | 'catalog' | 'vault' | 'telemetry'
> &
  SidesPorts & {
    readonly stock: Stock;
    /** @default FILES_LAP */
    readonly lap?: FilesLap;
  };

/** A bound on the machine's loop; what is not reached is where the next run begins. */
export const LAPS = 200;
/** No other cluster is begun in a lap once so many records were read: each may cost a look into the vault. */
export const RECORDS_PER_LAP = 10_000;
/** The same for differences: each is a message, and some are copies to start. */
export const DIFFERENCES_PER_LAP = 100;
/** Copies of one cluster to one region that a run starts again: RDS makes five at a time, and the next run comes. */
export const COPIES_PER_RUN = 20;

/**
 * One lap: some clusters, or a stretch of one cluster's files. Reads only. What it finds is written into the vault for
 * those tasks that may act.
 */
export async function survey(
  { execution, state }: Input<typeof surveyRegion>,
  ports: SurveyPorts,
  now: Instant,
): Promise<Output<typeof surveyRegion>> {
  const before: Omit<Surveyed, 'outcome' | 'plan'> = state.survey ?? {
    position: await readPosition(ports.vault),
    lap: 0,
    clusters: 0,
    found: 0,
    left: 0,
    whole: false,
  };
  if (before.whole || before.lap >= LAPS) return { ...before, outcome: 'done', plan: '' };
  const { installation } = await ports.configuration.read();
  const run: Run = {
    installation,
    sides: await sidesOf(installation, ports),
    ports,
    now,
    snapshots: snapshotsOnce(installation, ports),
    found: [],
    left: [],
  };
  const waiting = await clustersFrom(before.position, installation, ports);
  let { position, clusters } = before;
  let records = 0;
  for (const cluster of waiting) {
    const looked = await lookAt(cluster, position, run);
    records += looked.records;
    position = looked.next ?? { cluster, folder: '', key: '' };
    if (!looked.next) clusters++;
    if (looked.next || records >= RECORDS_PER_LAP || run.found.length >= DIFFERENCES_PER_LAP) break;
  }
  const whole = position.folder === '' && (waiting.length === 0 || position.cluster === waiting.at(-1));
  const lap = before.lap + 1;
  const differences = run.found;
  const plan =
    differences.length + run.left.length > 0
      ? await writePlan(ports.vault, { execution, lap, differences, left: run.left }, now)
      : '';
  return {
    outcome: differences.length > 0 ? 'mend' : whole ? 'done' : 'more',
    plan,
    position,
    lap,
    clusters,
    found: before.found + differences.length,
    left: before.left + run.left.length,
    whole,
  };
}

interface Run {
  readonly sides: Sides;
  readonly installation: Installation;
  readonly ports: SurveyPorts;
  readonly now: Instant;
  readonly snapshots: Snapshots;
  readonly found: Difference[];
  readonly left: string[];
}

/** Those that are configured, and those that have left the configuration and still lie in the vault. */
async function clustersFrom(
  { cluster: last, folder }: Position,
  { clusters }: Installation,
  { region, stock }: SurveyPorts,
): Promise<readonly string[]> {
  const lying = (await stock.folders(region, '')).filter((name) => name !== 'work');
  const all = [...new Set([...clusters.map(({ name }) => name), ...lying])].sort();
  return all.filter((name) => (folder === '' ? name > last : name >= last));
}

async function lookAt(
  cluster: string,
  from: Position,
  run: Run,
): Promise<{ readonly records: number; readonly next?: Position }> {
  const { installation, ports, now, snapshots } = run;
  const { region, role } = ports;
  const { primary, recovery } = installation.regions;
  const regions = role === 'primary' ? [primary, ...recovery] : [region];
  const records = await readRecords(cluster, regions, installation, ports);
  const goingOn = from.cluster === cluster && from.folder !== '';
  if (!goingOn) {
    const gone = await lookForBytes(records, snapshots, ports, now);
    run.found.push(...(role === 'primary' ? gone : gone.map((one) => leftToPrimary(one, primary))));
    // Copies are the active side's to make.
    const off = run.sides.offHere(cluster);
    if (role === 'primary' && !off) keepBounded(lookForCopies(records, installation, now), run);
    if (role === 'primary' && off)
      ports.telemetry.info(`no copies of ${cluster} are looked for: ${off.message}`, { reason: off.name });
    run.found.push(...(await lookForSnapshots(records, snapshots, ports, now)));
  }
  const files = await lookAtFiles(records, from, ports, now);
  run.found.push(...files.differences);
  run.left.push(...files.left);
  const read = [...records.copies.values()].reduce(
    (sum, copies) => sum + copies.length,
    records.points.length,
  );
  return { records: read + files.files, ...(files.next && { next: files.next }) };
}

/** Records of copies are the primary's to write. While it is dark, this is all that is said about it. */
const leftToPrimary = (difference: Difference, primary: string): Difference => ({
  ...difference,
  reason: {
    ...difference.reason,
    message: `${difference.reason.message}; the run in ${primary} sets it aside`,
  },
  fix: { kind: 'nobody' },
});

/** Those that can be started come before those that wait for their next try. */
function keepBounded(differences: readonly Difference[], { found, left }: Run): void {
  const [now, later] = [true, false].map((may) =>
    differences.filter(({ fix }) => (fix.kind === 'copy') === may),
  );
  const ordered = [...now!, ...later!];
  found.push(...ordered.slice(0, COPIES_PER_RUN));
  const more = ordered.length - COPIES_PER_RUN;
  if (more > 0) left.push(`${more} missing copies of ${differences[0]?.cluster}`);
}

/** A region's snapshots are listed once a lap. */
function snapshotsOnce({ clusters }: Installation, { stock }: SurveyPorts): Snapshots {
  const keepers = [...new Set(clusters.flatMap((cluster) => keeperOf(engineOfPoints(cluster)) ?? []))];
  if (keepers.length === 0) return undefined;
  const listed = new Map<string, ReturnType<Stock['snapshots']>>();
  return (region) => {
    const known = listed.get(region) ?? stock.snapshots(region, keepers);
    listed.set(region, known);
    return known;
  };
}
