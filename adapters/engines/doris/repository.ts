import { CaptureFailed, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { type Repository, repositoriesIn } from './answers.ts';
import {
  ask,
  type DorisPorts,
  externalIdOf,
  locationOf,
  repositoryOf,
  rowsOf,
  vaultRoleArn,
} from './ports.ts';
import { type FailureClass, refusalOf, says } from './refusals.ts';

/** A repository of Doris as this point needs it. */
export interface Wanted {
  /** The cluster that it is made in. */
  readonly at: Place;
  /** The point, in the vault of the cluster's region. */
  readonly point: ManifestPlace;
  readonly readOnly: boolean;
}

/**
 * Makes the point's repository, or finds it. Doris knows no `IF NOT EXISTS`, so it is looked for first. Pointed at a place
 * that has one already, Doris attaches it: that is how another cluster reads it.
 *
 * @throws CaptureFailed or TargetNotUsable when one of the name is something else; PermissionMissing when its hosts cannot
 *   get at the vault
 */
export async function attach(ports: DorisPorts, wanted: Wanted): Promise<void> {
  const { at, point, readOnly } = wanted;
  const failed: FailureClass = readOnly ? TargetNotUsable : CaptureFailed;
  const listed = await ask(ports, at, [{ kind: 'show-repositories' }]);
  if (listed.refused) throw refusalOf(`SHOW REPOSITORIES on ${at.cluster}`, listed.refused, failed);
  const found = named(point, rowsOf(listed));
  if (found) return requireSame(wanted, found, failed);
  const name = repositoryOf(point.id);
  const made = await ask(ports, at, [
    {
      kind: 'create-repository',
      repository: name,
      readOnly,
      location: locationOf(point),
      properties: {
        's3.endpoint': `s3.${at.region}.amazonaws.com`,
        's3.region': at.region,
        's3.role_arn': vaultRoleArn(ports, at),
        's3.external_id': externalIdOf(at),
      },
    },
  ]);
  // Another lap made it: the next one finds it, and looks at it.
  if (!made.refused || says('repositoryThere', made.refused)) return;
  throw refusalOf(`CREATE REPOSITORY ${name} on ${at.cluster}`, made.refused, failed);
}

const named = ({ id }: ManifestPlace, rows: Parameters<typeof repositoriesIn>[0]): Repository | undefined =>
  repositoriesIn(rows).find(({ name }) => name === repositoryOf(id));

const slashless = (location: string): string => location.replace(/\/+$/, '');

function requireSame({ point, readOnly, at }: Wanted, found: Repository, failed: FailureClass): void {
  const wanted = locationOf(point);
  if (slashless(found.location) !== wanted)
    throw new failed(
      `${at.cluster} has a repository ${found.name} at ${found.location}, and it should lie at ${wanted}; somebody else made it: DROP REPOSITORY \`${found.name}\` removes the entry and no files`,
    );
  if (found.readOnly && !readOnly)
    throw new failed(
      `${at.cluster} has the repository ${found.name} read-only: a restore attached it; when that has ended, DROP REPOSITORY \`${found.name}\` removes the entry and no files`,
    );
}

/**
 * Takes the entry out of the frontend's metadata; files stay. Succeeds when there is none.
 *
 * @returns whether it is gone: false while a job uses it
 */
export async function detach(
  ports: DorisPorts,
  at: Place,
  { id }: Pick<ManifestPlace, 'id'>,
): Promise<boolean> {
  const reply = await ask(ports, at, [{ kind: 'drop-repository', repository: repositoryOf(id) }]);
  if (!reply.refused || says('noRepository', reply.refused)) return true;
  if (says('repositoryBusy', reply.refused)) return false;
  throw refusalOf(`DROP REPOSITORY ${repositoryOf(id)} on ${at.cluster}`, reply.refused, CaptureFailed);
}
