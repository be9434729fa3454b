import * as z from 'zod';
import type { RestoreScope } from '../../../core/engines/driver.ts';
import { ManifestAltered } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { type ManifestPlace, readIndex } from '../shared/manifest-io.ts';
import type { CapturedCollection } from './meta.ts';

const shape = z.looseObject({
  collections: z.array(
    z.object({
      database: z.string(),
      name: z.string(),
      partitions: z.number(),
      segments: z.number(),
      rows: z.number(),
      deletes: z.boolean(),
      loaded: z.boolean(),
      aliases: z.array(z.string()),
      indexes: z.array(z.string()),
    }),
  ),
  databases: z.array(z.object({ name: z.string(), properties: z.record(z.string(), z.string()) })),
});

/** What a recovery point's index says that it holds. */
export interface Held {
  readonly index: ManifestIndex;
  readonly milvusVersion: string;
  readonly databases: readonly {
    readonly name: string;
    readonly properties: Readonly<Record<string, string>>;
  }[];
  readonly collections: readonly CapturedCollection[];
}

/** @throws ManifestIncomplete, ManifestAltered */
export async function heldIn(place: ManifestPlace, root?: string): Promise<Held> {
  const index = await readIndex(place, root);
  const configuration = shape.safeParse(index.configuration);
  const { milvusVersion } = index.statistics;
  if (!configuration.success || typeof milvusVersion !== 'string')
    throw new ManifestAltered(
      `the index of ${place.id} in s3://${place.bucket} lacks what a backup of Milvus has: its collections, databases and version; restore from another region or recovery point`,
      { bucket: place.bucket, recoveryPoint: place.id },
    );
  return { index, milvusVersion, ...configuration.data };
}

export const fullName = ({ database, name }: Pick<CapturedCollection, 'database' | 'name'>): string =>
  `${database}.${name}`;

/** The collections that a restore brings back: those of a scope, or all. */
export function wantedOf(
  { collections }: Held,
  scope: RestoreScope | undefined,
): readonly CapturedCollection[] {
  if (!scope) return collections;
  const { databases = [], collections: named = [] } = scope;
  return collections.filter((one) => databases.includes(one.database) || named.includes(fullName(one)));
}

/** What of a scope the point does not hold. */
export function missingOf(
  { collections, databases: held }: Held,
  scope: RestoreScope | undefined,
): readonly string[] {
  const { databases = [], collections: named = [] } = scope ?? {};
  return [
    ...databases.filter(
      (name) =>
        !held.some((one) => one.name === name) && !collections.some(({ database }) => database === name),
    ),
    ...named.filter((name) => !collections.some((one) => fullName(one) === name)),
  ];
}
