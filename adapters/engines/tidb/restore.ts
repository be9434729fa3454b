import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { HoldfastError, InvalidInput, RestoreFailed } from '../../../core/errors/registry.ts';
import { logPrefix } from '../../../core/log/chain.ts';
import { placeOf } from '../objects/ports.ts';
import { NOT_STARTED, type Standing, standingIn } from '../shared/errand.ts';
import { REFUSALS } from './abandon.ts';
import { restoreArgv, restorePointArgv, type Scope, type Storage, scopeOf } from './argv.ts';
import { lineageOf, type Snapshot } from './lineage.ts';
import { familyOf, snapshotAt, type TidbDriverPorts, type TidbPorts } from './ports.ts';
import { reachOf } from './preflight.ts';
import { afterDropping, makeRoom } from './refill.ts';
import { restoredNothing, sizeIn, summaryIn } from './summary.ts';
import { type Errand, follow } from './task.ts';
import { type Tso, tsoOf } from './tso.ts';

/** Where a restore stands: which of its runs is under way. */
interface Restored extends Standing {
  readonly run: number;
  /** Bytes that BR says it read, in all runs that have ended; -1 when one of them did not say. */
  readonly size: number;
  /** Of a refill, for whom room was made. */
  readonly room?: 'made';
}

/** One run of BR that a restore takes. */
interface Run {
  readonly name: string;
  readonly argv: readonly string[];
}

export const beginRestore = async (ports: TidbDriverPorts, spec: RestoreSpec): Promise<Step> =>
  (await roomFor(ports, spec)) ?? runOn(ports, spec, { ...NOT_STARTED, run: 0, size: 0 });

export const pollRestore = async (ports: TidbDriverPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> =>
  (await roomFor(ports, spec, cursor)) ??
  runOn(ports, spec, {
    ...standingIn(cursor),
    run: numberIn(cursor, 'run'),
    size: numberIn(cursor, 'size'),
    ...(spec.mode === 'refill' && { room: 'made' }),
  });

const roomFor = async (
  ports: TidbDriverPorts,
  spec: RestoreSpec,
  cursor?: Cursor,
): Promise<Step | undefined> => (spec.mode === 'refill' ? makeRoom(ports, spec, cursor) : undefined);

const numberIn = (cursor: Cursor, name: string): number =>
  typeof cursor[name] === 'number' ? cursor[name] : 0;

/** BR's size of all runs together; undefined when it did not say. */
export const restoredSize = (cursor: Cursor): number | undefined => {
  const size = numberIn(cursor, 'size');
  return size < 0 ? undefined : size;
};

async function runOn(ports: TidbPorts, spec: RestoreSpec, restored: Restored): Promise<Step> {
  const { cluster, point, region } = spec;
  const lineage = await lineageOf(ports, region, cluster.name, point.id, point.content?.root);
  const runs = runsOf(ports, spec, lineage);
  const run = runs[restored.run];
  const cursor = (now: Restored): Cursor => ({ ...now, ...totalsOf(lineage) });
  if (!run) return { outcome: 'ready', cursor: cursor(restored) };
  const followed = await follow(ports, errandOf(spec, run), restored).catch((error: unknown) => {
    if (spec.mode === 'refill') throw afterDropping(error);
    throw wroteBefore(restored) ? asFailure(error) : error;
  });
  if (followed.at === 'running')
    return {
      outcome: followed.waiting ? 'waiting' : 'running',
      pollAfterSeconds: followed.pollAfterSeconds,
      doing: runs.length > 1 ? `${restored.run + 1} of ${runs.length}, ${followed.doing}` : followed.doing,
      cursor: cursor({ ...restored, ...followed.standing }),
    };
  if (followed.at !== 'done')
    throw new RestoreFailed(
      `${whatOf(spec, run)} cannot go on: ${followed.why}; ${spec.mode === 'refill' ? 'start the failback again, which empties it anew' : 'empty the target cluster and start the restore again'}`,
    );
  if (restored.run === 0) requireFound(spec, followed.lines);
  const read = sizeIn(summaryIn(followed.lines));
  const size = restored.size < 0 || read === undefined ? -1 : restored.size + read;
  return runOn(ports, spec, { ...restored, ...NOT_STARTED, run: restored.run + 1, size });
}

/** Whether an earlier run, or an earlier attempt of this one that reached the cluster, may have written something. */
const wroteBefore = ({ run, attempt, unreached = 0 }: Restored): boolean =>
  run > 0 || attempt - 1 > unreached;

/** Then a refusal is one no more: by its name the target would be taken to be as it was. */
const asFailure = (error: unknown): unknown =>
  error instanceof HoldfastError && REFUSALS.has(error.name)
    ? new RestoreFailed(`${error.message}; a part may have been written before this`, error.facts, {
        cause: error,
      })
    : error;

/** Several names are a filter, and a filter that nothing passes is no error to BR. */
function requireFound({ scope, point }: RestoreSpec, lines: readonly string[]): void {
  if (!scope || !restoredNothing(lines)) return;
  throw new InvalidInput(
    `${point.id} holds nothing of ${JSON.stringify(scope)}, so nothing was restored; name databases or tables that it holds, or leave scope out`,
    { recoveryPoint: point.id },
  );
}

/** What the restore's record says that it brought back. */
const totalsOf = (lineage: readonly Snapshot[]): { readonly items: number; readonly bytes: number } => ({
  items: lineage.reduce((sum, { index }) => sum + index.items, 0),
  bytes: lineage.reduce((sum, { index }) => sum + index.bytes, 0),
});

const whatOf = ({ restore }: RestoreSpec, { name }: Run): string => `br restore ${name} for ${restore.id}`;

function errandOf(spec: RestoreSpec, run: Run): Errand {
  const { cluster, restore, region } = spec;
  return {
    region,
    family: familyOf(cluster),
    reach: reachOf(spec),
    whose: restore.id,
    step: run.name,
    argv: run.argv,
    work: { what: whatOf(spec, run), of: 'restore', failed: RestoreFailed },
    said: (lines) => summaryIn(lines)?.succeeded === true,
  };
}

/** A full snapshot and those that continue it, each by itself; or a full one and a log, which BR does in one run. */
function runsOf(ports: TidbPorts, spec: RestoreSpec, lineage: readonly Snapshot[]): readonly Run[] {
  const { region, cluster, log } = spec;
  const reach = reachOf(spec);
  const storageOf = ({ id }: Snapshot): Storage =>
    snapshotAt(ports, region, placeOf(ports, region, cluster.name, id));
  const scope = scopeOf(spec.scope);
  const users = spec.restore.drill === undefined;
  if (log) {
    const full = lineage.at(-1)!;
    const storage = storageOf(full);
    const from = { ...storage, prefix: logPrefix(cluster.name, log.chain.chain) };
    const argv = restorePointArgv(reach, from, storage, restoredTo(spec, full), filterOf(scope), users);
    return [{ name: `of ${full.id} and the log ${log.chain.chain}`, argv }];
  }
  return lineage.map((snapshot) => ({
    name: `of ${snapshot.id}`,
    argv: restoreArgv(reach, storageOf(snapshot), scope, users),
  }));
}

/** A log begins with the timestamp of its full one, which lies within the millisecond that the point is known by. */
function restoredTo({ instant }: RestoreSpec, { backupTs }: Snapshot): Tso {
  const wanted = tsoOf(instant);
  return wanted > backupTs ? wanted : backupTs;
}

/** A log knows no `db` and `table`, only filters. */
const filterOf = (scope: Scope): readonly string[] =>
  'filter' in scope ? scope.filter : [`${scope.database}.${scope.table ?? '*'}`];
