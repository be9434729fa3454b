import { later, minutes } from '../../core/time/instant.ts';
import type { ServerReply } from '../network/server.ts';
import { shown } from './answers.ts';
import type { DorisCluster } from './cluster.ts';
import { SqlRefused } from './errors.ts';
import { hyphened, localTime } from './local-time.ts';
import type { Repository } from './repository.ts';
import type { Filter } from './sql/statement.ts';
import { Failed } from './status.ts';

/** RepositoryMgr's daemon. Nobody sees its result but who asks, so it pings when somebody does. */
const PING_EVERY = minutes(10);

export async function showRepositories(cluster: DorisCluster): Promise<ServerReply> {
  const repositories = [...cluster.jobs.repositories.values()];
  for (const repository of repositories) {
    const { pingedAt } = repository;
    if (pingedAt !== undefined && later(pingedAt, PING_EVERY) > cluster.now) continue;
    repository.pingedAt = cluster.now;
    await repository.ping(localTime(cluster.now, cluster.timeZone));
  }
  return shown(
    ['RepoId', 'RepoName', 'CreateTime', 'IsReadOnly', 'Location', 'Broker', 'Type', 'ErrMsg'],
    repositories.map(({ parts, createdAt, trouble }) => ({
      ...{ RepoId: parts.id, RepoName: parts.name, CreateTime: createdAt, IsReadOnly: parts.readOnly },
      ...{ Location: parts.location, Broker: '-', Type: 'S3', ErrMsg: trouble },
    })),
    cluster.faults,
  );
}

/** SHOW SNAPSHOT: what lies in the repository, asked of S3 each time. */
export async function showSnapshot(
  cluster: DorisCluster,
  name: string,
  filters: readonly Filter[],
): Promise<ServerReply> {
  const by = new Map(filters.map(({ column, text }) => [column.toUpperCase(), text]));
  const [label, timestamp] = [by.get('SNAPSHOT'), by.get('TIMESTAMP')];
  const unknown = [...by.keys()].find(
    (column) => !['SNAPSHOT', 'TIMESTAMP', 'SNAPSHOTTYPE'].includes(column),
  );
  if (unknown !== undefined || filters.some(({ like }) => like))
    throw new SqlRefused(
      'Where clause should looks like: SNAPSHOT = "your_snapshot_name" [AND TIMESTAMP = "2018-04-18-19-19-10"] [AND SNAPSHOTTYPE = "remote" | "local"]',
    );
  const repository = cluster.jobs.repositories.get(name);
  if (!repository) throw new SqlRefused(`Repository ${name} does not exist`);
  if (by.get('SNAPSHOTTYPE')?.toLowerCase() === 'local') return showLocal(cluster, label);
  if (label !== undefined && timestamp !== undefined)
    return shown(
      ['Snapshot', 'Timestamp', 'Database', 'Details', 'Status'],
      [{ Snapshot: label, Timestamp: timestamp, ...(await details(repository, label, timestamp)) }],
      cluster.faults,
    );
  const labels = label === undefined ? await listed(repository) : [label];
  const lines = [];
  for (const one of labels) lines.push({ Snapshot: one, ...(await complete(repository, one)) });
  return shown(['Snapshot', 'Timestamp', 'Status'], lines, cluster.faults);
}

/** What lies on the backends, as far as the frontend remembers. */
function showLocal(cluster: DorisCluster, label: string | undefined): ServerReply {
  const there = [...cluster.localSnapshots.values()].filter(
    (one) => label === undefined || one.label === label,
  );
  return shown(
    ['Snapshot', 'Timestamp', 'Status'],
    there.map((one) => ({
      Snapshot: one.label,
      Timestamp: hyphened(one.createdAt, cluster.timeZone),
      Status: 'OK',
    })),
    cluster.faults,
  );
}

async function listed(repository: Repository): Promise<readonly string[]> {
  try {
    return [...(await repository.labels())];
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    throw new SqlRefused(`Failed to list snapshot in repo: ${repository.name}, err: ${error.message}`);
  }
}

async function complete(repository: Repository, label: string) {
  try {
    const found = await repository.timestamps(label);
    if (found.length === 0) return { Timestamp: null, Status: 'ERROR: No info file found' };
    return { Timestamp: found.join('\n'), Status: 'OK' };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { Timestamp: null, Status: `ERROR: Failed to get info: ${error.message}` };
  }
}

async function details(repository: Repository, label: string, timestamp: string) {
  try {
    const { database, details: text } = await repository.brief(label, timestamp);
    return { Database: database, Details: text, Status: 'OK' };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { Database: null, Details: null, Status: `Failed to get info: ${error.message}` };
  }
}
