import type { Cursor, RestoreSpec, Verdict } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { placeOf } from '../objects/ports.ts';
import { fullName, heldIn } from './held.ts';
import { endOf, type Landing, landingsOf, restOf, suffixOf } from './landing.ts';
import type { MilvusPorts } from './ports.ts';
import type { MilvusRest } from './rest.ts';
import { restoredIn } from './restore.ts';

/** Asks Milvus for every collection: its rows, its indexes, and whether it is loaded as it was. */
export async function validateRestore(
  ports: MilvusPorts,
  spec: RestoreSpec,
  cursor: Cursor,
): Promise<Verdict> {
  const { cluster, point, region, restore } = spec;
  const { attempt, kept } = restoredIn(cursor);
  const held = await heldIn(placeOf(ports, region, cluster.name, point.id), point.content?.root);
  const rest = restOf(ports, spec);
  for (const landing of landingsOf(held, spec, suffixOf(restore, attempt)))
    await requireSame(rest, spec, landing, kept);
  return { sound: true, index: held.index };
}

async function requireSame(
  rest: MilvusRest,
  { restore, point }: RestoreSpec,
  landing: Landing,
  kept: boolean,
) {
  const { held } = landing;
  const of = endOf(landing, kept);
  const wrong = (what: string): RestoreFailed =>
    new RestoreFailed(
      `${fullName(of)}, restored for ${restore.id}, is not what ${point.id} holds: ${what}; do not use it, and start the restore again, or restore another recovery point`,
      { collection: fullName(of) },
    );
  const { loaded } = await rest.loadState(of);
  if (held.loaded && !loaded) throw wrong('it was loaded, and is not');
  // Rows that were deleted are among those that its segments had; how many, the backup does not say.
  const rows = held.loaded ? await rest.count(of) : await rest.rows(of);
  if (held.deletes ? rows > held.rows : rows !== held.rows)
    throw wrong(`it has ${rows} rows, and had ${held.deletes ? 'at most ' : ''}${held.rows}`);
  const indexes = new Set(await rest.indexes(of));
  const missing = held.indexes.filter((name) => !indexes.has(name));
  if (missing.length > 0) throw wrong(`it lacks the indexes ${missing.join(', ')}`);
}
