import type * as z from 'zod';
import type { Cluster, EngineName } from '../../core/plan/installation.ts';
import { type Instant, parseInstant, seconds, speak } from '../../core/time/instant.ts';
import type { Comparison } from '../../embedded/applications/compare.ts';
import { FilesApplication } from '../../embedded/applications/files.ts';
import { OrdersApplication } from '../../embedded/applications/rows.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import type { finding } from '../../workflows/contracts/heartbeat.ts';
import { bytes } from '../output/table.ts';
import type { Stage } from '../stage.ts';

/** What `holdfast-restore` leaves in its output, as far as a person reads it. */
interface Output {
  readonly restore: {
    readonly restoreId: string;
    readonly earlierBySeconds: number;
    readonly nativePointInTime: boolean;
    /** What the engine's own recycle bin gave back. */
    readonly bin?: readonly object[];
    readonly target: { readonly bucket?: string; readonly prefix?: string; readonly clusterId?: string };
  };
  /** Of the engine's own; Milvus says in a remark under which names its collections landed. */
  readonly work?: { readonly cursor: { readonly remark?: string } };
  readonly record: {
    readonly recoveryPointId: string;
    readonly restoredTo: string;
    readonly target: string;
    readonly items: number;
    readonly bytes: number;
    readonly achievedRpoSeconds: number;
    readonly achievedRtoSeconds: number;
    readonly heartbeat?: Finding;
  };
}

/** What the newest heartbeat says that came back. */
export type Finding = z.output<typeof finding>;

/** What an operator types into the console. */
export interface Request {
  readonly cluster: string;
  readonly to: string;
  readonly scope?: Readonly<Record<string, readonly string[]>>;
  readonly from?: 'backup';
}

export interface RestoreResult {
  readonly cluster: string;
  readonly region: string;
  readonly to: string;
  /** What was asked, when it was more than cluster and instant. */
  readonly asked?: Request;
  readonly output?: Output;
  readonly comparison?: Comparison;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Starts a restore as the console would, and compares what comes out with what the application knows it had. */
export async function restoreAndCompare(
  stage: Stage,
  region: string,
  cluster: string,
  to: string,
): Promise<RestoreResult> {
  stage.emptyTarget(region, cluster);
  return compareEnded(stage, region, cluster, to, await stage.execute(region, 'restore', { cluster, to }));
}

/** The same with all that a request may say. */
export async function restoreAs(stage: Stage, region: string, request: Request): Promise<RestoreResult> {
  const { cluster, to } = request;
  const execution = await stage.execute(region, 'restore', request);
  return { ...compareEnded(stage, region, cluster, to, execution), asked: request };
}

/** The same for several clusters at once: nobody waits for one of them to begin the next. */
export async function restoreTogether(
  stage: Stage,
  region: string,
  clusters: readonly string[],
): Promise<RestoreResult[]> {
  const executions = clusters.map((cluster) => stage.start(region, 'restore', { cluster, to: 'latest' }));
  await stage.until(Promise.all(executions.map(({ ended }) => ended)));
  return clusters.map((cluster, i) => compareEnded(stage, region, cluster, 'latest', executions[i]!));
}

/** What came out of a restore that has just ended: whatever lies where it restored to is compared as it is now. */
export function compareEnded(
  stage: Stage,
  region: string,
  cluster: string,
  to: string,
  execution: Execution,
): RestoreResult {
  if (execution.status !== 'SUCCEEDED') return { cluster, region, to, error: whyItFailed(execution) };
  const output = JSON.parse(execution.output!) as Output;
  const comparison = compareRestored(stage, region, cluster, output, execution.startedAt);
  return { cluster, region, to, output, comparison };
}

function compareRestored(
  stage: Stage,
  region: string,
  cluster: string,
  output: Output,
  begun: Instant,
): Comparison {
  const instant = parseInstant(output.record.restoredTo)!;
  const { bucket, prefix = '', clusterId } = output.restore.target;
  const { recoveryPointId: recoveryPoint } = output.record;
  const author = stage.authors.get(cluster)?.(
    output.restore.nativePointInTime ? { region } : { recoveryPoint },
  );
  const files = author instanceof FilesApplication ? author : stage.files.get(cluster);
  if (files) return files.compareWith(bucket!, prefix, instant);
  if (stage.tidb.applications.has(cluster))
    return stage.tidb.compareRestored(protectedCluster(stage, cluster, 'tidb'), region, instant);
  // Each database has an instant of its own: what it is compared with is the moment of its snapshot.
  if (stage.doris.applications.has(cluster))
    return stage.doris.compareRestored(protectedCluster(stage, cluster, 'doris'), region, begun);
  if (stage.milvus.applications.has(cluster))
    return stage.milvus.compareRestored(protectedCluster(stage, cluster, 'milvus'), region, instant, {
      remark: output.work?.cursor.remark ?? '',
    });
  if (stage.ebs.applications.has(cluster))
    return stage.ebs.compareRestored(cluster, region, output.restore.restoreId);
  const orders = author instanceof OrdersApplication ? author : stage.orders.get(cluster)!;
  return orders.compareWith(stage.rowsOf(region, clusterId!), instant);
}

/** As it was configured last: its targets stay when it leaves the configuration. */
export function protectedCluster<Engine extends EngineName>(
  { deployed }: Stage,
  name: string,
  engine: Engine,
): Extract<Cluster, { readonly engine: Engine }> {
  const all = deployed.flatMap(({ installation }) => installation.clusters);
  const found = all.findLast((cluster) => cluster.name === name);
  if (found?.engine !== engine) throw new Error(`${name} was never a protected cluster of engine ${engine}`);
  return found as Extract<Cluster, { readonly engine: Engine }>;
}

/** Lambda's error as JSON in the cause, which is what the console shows. */
export function whyItFailed(execution: Partial<Pick<Execution, 'error' | 'cause' | 'status'>>): {
  name: string;
  message: string;
} {
  const name = execution.error ?? execution.status ?? '';
  try {
    const { errorMessage } = JSON.parse(execution.cause ?? '') as { errorMessage?: string };
    return { name, message: errorMessage ?? execution.cause ?? '' };
  } catch {
    return { name, message: execution.cause ?? '' };
  }
}

/** The lines that tell a restore to a person. */
export function tell(result: RestoreResult): string[] {
  const { cluster, to, asked: request = { cluster, to } } = result;
  const asked = `${result.region} $ holdfast-restore ${spaced(request)}`;
  if (!result.output || !result.comparison)
    return [asked, `  ${result.error?.name}: ${result.error?.message}`];
  const { record, restore } = result.output;
  // A restore from the engine's log takes data from the log and settings from a point, which may be the younger one.
  const source = restore.nativePointInTime
    ? `the cluster's own log, with the settings that ${record.recoveryPointId} holds,`
    : record.recoveryPointId;
  const { comparison } = result;
  const what =
    comparison.differing === 0
      ? 'all equal'
      : `${comparison.differing} DIFFER: ${comparison.differences.join('; ')}`;
  return [
    asked,
    restore.bin
      ? `  given back: ${record.target}; no recovery point was needed`
      : `  restored to ${record.restoredTo} from ${source} into ${record.target}`,
    `  compared with the truth of that instant: ${comparison.compared.toLocaleString('en-US')} items, ${bytes(comparison.bytes)}: ${what}`,
    `  achieved RPO ${speak(seconds(record.achievedRpoSeconds))}, achieved RTO ${speak(seconds(record.achievedRtoSeconds))}`,
  ];
}

/** JSON as people write it. */
const spaced = (request: object): string => JSON.stringify(request, null, 1).replace(/\n\s*/g, ' ');

export const isSound = (result: RestoreResult): boolean =>
  result.comparison !== undefined && result.comparison.differing === 0;
