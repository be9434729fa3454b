import { hours, later, seconds } from '../../../core/time/instant.ts';
import { uuid } from '../../random/uuid.ts';
import type { TidbCluster } from '../cluster.ts';
import type { TidbFleet } from '../fleet.ts';
import { LOG_TTL, type LogTask, PAUSE_TTL } from '../log-backup.ts';
import { dateOf, TSO_MAX, type Tso } from '../tso.ts';
import type { CommandLine } from './argv.ts';
import { connect } from './connect.ts';
import { LOCK_TEXT } from './destination.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import { logMeta, printTs, readLogInfo, zonedTs } from './log-info.ts';
import type { BrProcess } from './process.ts';
import { encodeMeta, LOCK_FILE, META_FILE } from './snapshot-files.ts';
import { openStorage } from './storage.ts';

/** Credentials that BR sends to the stores are not renewed: a role's session lasts so long there at most. */
const SENT_CREDENTIALS = hours(6);
const REGISTERING = seconds(2);

function taskName(line: CommandLine): string {
  const name = line.text('task-name') ?? '';
  if (name === '') throw invalidArgument('Miss parameters task-name');
  return name;
}

const gcExceeded = (cluster: TidbCluster, ts: Tso): BrFailure =>
  new BrFailure(
    `failed to check gc safePoint, ts ${ts}: GC safepoint ${cluster.pd.gcSafepoint()} exceed TS ${ts}`,
    'BR:Backup:ErrBackupGCSafepointExceeded',
  );

/** `log start`: registers the task and ends; the stores do the rest. */
export async function runLogStart(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const name = taskName(line);
  const givenStart = zonedTs(line, 'start-ts');
  const endTs = zonedTs(line, 'end-ts') ?? TSO_MAX;
  const cluster = await connect(process, line, fleet);
  const store = await openStorage(process, line, line.text('storage'));
  if (cluster.options.logBackupEnabled === false)
    throw new BrFailure(
      'Unable to create task about log-backup. please set TiKV config `log-backup.enable` to true and restart TiKVs.',
    );
  const now = cluster.pd.tso();
  let startTs = givenStart ?? now;
  if (now < startTs)
    throw invalidArgument(`invalid timestamps, startTS ${startTs} should be smaller than currentTS ${now}`);
  if (endTs <= now)
    throw invalidArgument(`invalid timestamps, endTS ${endTs} should be larger than currentTS ${now}`);
  if (cluster.importingUntil !== undefined && process.world.now() < cluster.importingUntil)
    throw new BrFailure(
      'There are some lightning/restore tasks running: please stop or wait finishing at first.',
    );
  const onlyOne = () => {
    if (cluster.log.task)
      throw new BrFailure(
        'failed to start the log backup, allow only one running task',
        'BR:Stream:ErrStreamLogTaskExist',
      );
  };
  onlyOne();
  const restart = await store.exists(LOCK_FILE);
  if (restart) {
    const info = await readLogInfo(store);
    if (info.clusterId !== cluster.id)
      throw invalidArgument(
        `the stream log files from cluster ID:${info.clusterId} and current cluster ID:${cluster.id} `,
      );
    startTs = info.maxTs;
  }
  const ttl = seconds(line.int('gc-ttl') || LOG_TTL / 1_000);
  const service = `br-${uuid(process.world.random(`tidb.${cluster.name}.br`))}`;
  if (!cluster.pd.keep(service, startTs, ttl)) throw gcExceeded(cluster, startTs);
  if (!restart) {
    await store.put(LOCK_FILE, LOCK_TEXT);
    await store.put(META_FILE, encodeMeta(logMeta(cluster, startTs)));
  }
  await process.sleep(REGISTERING);
  onlyOne();
  cluster.log.start({
    name,
    startTs,
    endTs,
    storage: store.location,
    credentialsUntil: line.yes('send-credentials-to-tikv')
      ? later(process.world.now(), SENT_CREDENTIALS)
      : undefined,
  });
  summarize(process, line, cluster.log.task!);
}

async function findTask(process: BrProcess, line: CommandLine, fleet: TidbFleet) {
  const name = taskName(line);
  const cluster = await connect(process, line, fleet);
  const { task } = cluster.log;
  if (task?.name !== name) throw new BrFailure(`no such task ${name}`, 'BR:PiTR:ErrTaskNotFound');
  return { cluster, task };
}

export async function runLogStop(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const { cluster, task } = await findTask(process, line, fleet);
  cluster.log.stop();
  summarize(process, line, task);
}

export async function runLogPause(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const { cluster, task } = await findTask(process, line, fleet);
  if (task.paused) throw new BrFailure(`The task ${task.name} is paused already.`, 'BR:KV:ErrKVUnknown');
  if (cluster.log.checkpoint <= cluster.pd.gcSafepoint()) throw gcExceeded(cluster, cluster.log.checkpoint);
  const ttl = seconds(line.int('gc-ttl') || PAUSE_TTL / 1_000);
  cluster.log.pause(line.text('message') ?? '', false, ttl);
  summarize(process, line, task);
}

export async function runLogResume(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const { cluster, task } = await findTask(process, line, fleet);
  if (!task.paused) throw new BrFailure(`The task ${task.name} is active already.`, 'BR:KV:ErrKVUnknown');
  const { checkpoint } = cluster.log;
  const safepoint = cluster.pd.gcSafepoint();
  if (checkpoint <= safepoint)
    throw new BrFailure(
      `the global checkpoint ts: ${printTs(checkpoint)} has been gc. : GC safepoint ${safepoint} exceed TS ${checkpoint}`,
      'BR:Backup:ErrBackupGCSafepointExceeded',
    );
  cluster.log.resume();
  summarize(process, line, task);
}

/** `log status`: no task is no failure. */
export async function runLogStatus(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<void> {
  const cluster = await connect(process, line, fleet);
  const wanted = line.text('task-name')!;
  const { task } = cluster.log;
  const found = task && (wanted === '*' || wanted === task.name) ? task : undefined;
  if (line.yes('json')) return process.print(found ? `[${printTask(cluster, found)}]` : '[]');
  if (!found) return process.print('○ No Task Yet.');
  process.print('● Total 1 Tasks.');
  process.print(`> #1 <`);
  process.print(`              name: ${found.name}`);
  process.print(`            status: ${found.paused ? `○ ${cluster.log.status}` : '● NORMAL'}`);
  process.print(`             start: ${dateOf(found.startTs)}`);
  process.print(`           storage: ${uri(found)}`);
  process.print(`checkpoint[global]: ${dateOf(cluster.log.checkpoint)}`);
  if (found.paused) process.print(`      pause-reason: ${found.paused.reason}`);
}

const uri = ({ storage }: LogTask): string => `s3://${storage.bucket}/${storage.prefix.replace(/\/$/, '')}`;

/** Timestamps are plain numbers of 64 bits here, which JSON.parse would round. */
function printTask(cluster: TidbCluster, task: LogTask): string {
  const text = (value: unknown) => JSON.stringify(value);
  const progress = [...task.checkpoints].map(([id, ts]) => `{"store_id":${id},"checkpoint":${ts}}`);
  const errors = [...task.lastErrors].map(
    ([id, { happenAt, code, message }]) =>
      `{"store_id":${id},"last_error":{"happen_at":${happenAt},"error_code":${text(code)},"error_message":${text(message)},"store_id":${id}}}`,
  );
  const qps = [...task.rates.values()].reduce((sum, rate) => sum + rate, 0);
  return [
    `{"name":${text(task.name)},"start_ts":${task.startTs},"end_ts":${task.endTs}`,
    `"status":${text(cluster.log.status)},"table_filter":["*.*"],"progress":[${progress.join(',')}]`,
    `"storage":${text(uri(task))},"checkpoint":${cluster.log.checkpoint}`,
    `"estimate_qps":${Number(qps.toFixed(2))},"last_errors":[${errors.join(',')}]}`,
  ].join(',');
}

/** `log metadata`: from the storage alone. */
export async function runLogMetadata(process: BrProcess, line: CommandLine): Promise<void> {
  const store = await openStorage(process, line, line.text('storage'));
  const { minTs, maxTs } = await readLogInfo(store);
  process.summary('log metadata', [
    ['log-min-ts', minTs],
    ['log-min-date', dateOf(minTs)],
    ['log-max-ts', maxTs],
    ['log-max-date', dateOf(maxTs)],
  ]);
}

function summarize(process: BrProcess, line: CommandLine, task: LogTask): void {
  process.summary(line.command, [
    ['taskName', task.name],
    ['startTs', task.startTs],
    ['endTS', task.endTs],
    ['tableFilter', '*.*'],
  ]);
}
