import { readMetas, TRUNCATE_LOCK, TRUNCATE_SAFEPOINT } from '../log-files.ts';
import { isFromS3, type ObjectStore, printS3Error } from '../object-store.ts';
import { dateOf, type Tso } from '../tso.ts';
import type { CommandLine } from './argv.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import { readTruncateSafepoint, zonedTs } from './log-info.ts';
import type { BrProcess } from './process.ts';
import { openStorage } from './storage.ts';

/** `log truncate`: the new start is written down first, then what lies before it goes. */
export async function runLogTruncate(process: BrProcess, line: CommandLine): Promise<void> {
  const until = zonedTs(line, 'until');
  if (!until) throw invalidArgument('please provide the `--until` ts');
  const store = await openStorage(process, line, line.text('storage'));
  await lock(process, store);
  try {
    await truncate(process, line, store, until);
  } catch (error) {
    // A failure unlocks; who is killed leaves the lock behind.
    if (!(error instanceof Error && error.name === 'Killed')) await store.delete(TRUNCATE_LOCK);
    throw error;
  }
  await store.delete(TRUNCATE_LOCK);
}

async function lock(process: BrProcess, store: ObjectStore): Promise<void> {
  if (await store.exists(TRUNCATE_LOCK)) {
    process.log('WARN', 'locking.go:200', 'Failed to acquire log truncate lock', [['path', TRUNCATE_LOCK]]);
    throw new BrFailure(
      `Failed to acquire log truncate lock: another truncate task runs, or one did not exit properly; wait for it, or delete ${TRUNCATE_LOCK} by hand`,
    );
  }
  const owner = { locked_at: process.world.now(), locker_host: process.run.taskArn };
  await store.put(TRUNCATE_LOCK, JSON.stringify(owner));
}

async function truncate(
  process: BrProcess,
  line: CommandLine,
  store: ObjectStore,
  until: Tso,
): Promise<void> {
  const before = await readTruncateSafepoint(store);
  if (until <= before) {
    process.print(`According to the log, you have truncated log backup data before ${dateOf(before)}`);
    return;
  }
  process.print('Reading Metadata... DONE');
  // What straddles the new start stays.
  const metas = (await readMetas(store)).map(({ key, meta }) => ({
    key,
    old: meta.files.filter(({ maxTs }) => maxTs < until),
    kept: meta.files.filter(({ maxTs }) => maxTs >= until).length,
  }));
  const count = metas.reduce((sum, { old }) => sum + old.length, 0);
  process.print(`We are going to truncate ${count} files, up to TS ${dateOf(until)}.`);
  if (!line.yes('yes')) {
    // Nobody answers in a container.
    process.print('Are you sure? (y/N)');
    return;
  }
  if (line.yes('dry-run')) return;
  await store.put(TRUNCATE_SAFEPOINT, String(until));
  const failed: string[] = [];
  let done = 0;
  for (const { key, old, kept } of metas) {
    process.outOfMemory(done / Math.max(1, count));
    for (const { path } of old) {
      if (!(await deleted(process, store, path))) failed.push(path);
      done++;
    }
    if (kept === 0 && old.length > 0) await deleted(process, store, key);
  }
  if (failed.length === 0) return;
  process.print(
    'Files below are not deleted due to error, you may clear it manually, check log for detail error:',
  );
  for (const path of failed) process.print(path);
}

async function deleted(process: BrProcess, store: ObjectStore, key: string): Promise<boolean> {
  try {
    await store.delete(key);
    return true;
  } catch (error) {
    if (!isFromS3(error)) throw error;
    process.log('WARN', 'stream_metas.go:400', 'failed to delete file', [
      ['file', key],
      ['error', printS3Error(error)],
    ]);
    return false;
  }
}
