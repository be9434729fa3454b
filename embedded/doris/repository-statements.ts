import type { ServerReply } from '../network/server.ts';
import type { DorisCluster } from './cluster.ts';
import { callWith } from './credentials.ts';
import { OK, refuse } from './errors.ts';
import { localTime } from './local-time.ts';
import { Repository } from './repository.ts';
import { Failed } from './status.ts';

const NAME = /^[a-zA-Z][a-zA-Z0-9-_]{0,255}$/;
const PROPERTIES = new Set([
  ...['s3.endpoint', 's3.region', 's3.access_key', 's3.secret_key', 's3.session_token', 's3.role_arn'],
  ...['s3.external_id', 's3.connection.maximum', 's3.connection.request.timeout', 's3.connection.timeout'],
  ...['use_path_style', 'provider', 'delete_if_exists'],
]);

interface Wanted {
  readonly name: string;
  readonly readOnly: boolean;
  readonly location: string;
  readonly properties: ReadonlyMap<string, string>;
}

export async function createRepository(cluster: DorisCluster, wanted: Wanted): Promise<ServerReply> {
  const { name, location, properties } = wanted;
  if (!NAME.test(name)) refuse(`Incorrect repository name '${name}'`);
  checkProperties(cluster, properties);
  if (!/^s3:\/\/[^/]+/.test(location)) refuse(`Failed to create repository: Invalid S3 URI: ${location}`);
  const repository = made(cluster, wanted, cluster.catalog.nextId());
  const { repositories } = cluster.jobs;
  if (repositories.has(name))
    refuse(`Failed to create repository: repository with same name already exist: ${name}`);
  try {
    await repository.init();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    refuse(`Failed to create repository: ${error.message}`);
  }
  if (repositories.has(name))
    refuse(`Failed to create repository: repository with same name already exist: ${name}`);
  repositories.set(name, repository);
  return OK;
}

/** Other credentials for a repository that is there. */
export async function alterRepository(
  cluster: DorisCluster,
  name: string,
  properties: ReadonlyMap<string, string>,
): Promise<ServerReply> {
  const { repositories } = cluster.jobs;
  const found = repositories.get(name) ?? refuse('Repository does not exist');
  const { parts } = found;
  const together = new Map([...parts.properties, ...properties]);
  checkProperties(cluster, together);
  const changed = made(cluster, { ...parts, properties: together }, parts.id);
  changed.createdAt = found.createdAt;
  if (!(await changed.ping(localTime(cluster.now, cluster.timeZone))))
    refuse('Repo can not ping with new s3 properties');
  repositories.set(name, changed);
  return OK;
}

/** Forgets it; what lies in the bucket stays. */
export function dropRepository(cluster: DorisCluster, name: string): ServerReply {
  const { repositories } = cluster.jobs;
  const found = repositories.get(name) ?? refuse('Repository does not exist');
  if (cluster.jobs.uses(found))
    refuse('Backup or restore job is running on this repository. Can not drop it');
  repositories.delete(name);
  return OK;
}

function checkProperties(cluster: DorisCluster, properties: ReadonlyMap<string, string>): void {
  for (const name of properties.keys())
    if (!PROPERTIES.has(name)) refuse(`Unknown repository properties: [${name}]`);
  const needed = ['s3.endpoint', 's3.region'];
  // A role is known to 3.0 and later; others look for keys, and for nothing else.
  if (!properties.has('s3.role_arn') || !cluster.isAtLeast(3, 0))
    needed.push('s3.access_key', 's3.secret_key');
  for (const name of needed) if (!properties.get(name)) refuse(`Missing [${name}] in properties.`);
}

function made(cluster: DorisCluster, wanted: Wanted, id: number): Repository {
  const { name, readOnly, location, properties } = wanted;
  const region = properties.get('s3.region')!;
  return new Repository({
    ...{ id, name, readOnly, location, properties },
    createdAt: localTime(cluster.now, cluster.timeZone),
    call: async (operation, input) => callWith(cluster.hosts, properties)('s3', region, operation, input),
  });
}
