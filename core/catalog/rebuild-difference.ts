import type { RecoveryPointId } from '../ids/names.ts';
import type { Rebuilt, RebuiltPoint } from './rebuild.ts';
import type { CopyRecord, RecoveryPoint } from './recovery-point.ts';

/** What the catalog has about one recovery point and its copy in the region of the vault, discarded ones included. */
export interface Recorded {
  readonly point: RecoveryPoint | undefined;
  readonly copy: CopyRecord | undefined;
}

export interface Difference {
  /** The vault proves it and the catalog has no record of it, or of its copy: what to write. */
  readonly missing: readonly {
    readonly id: RecoveryPointId;
    readonly point?: RecoveryPoint;
    readonly copy?: CopyRecord;
  }[];
  /** Both have it and say different things. The catalog's word stands: it knows what came after the proof. */
  readonly different: readonly { readonly id: RecoveryPointId; readonly what: readonly string[] }[];
  /** The catalog calls it proven, and the vault does not prove it. */
  readonly extra: readonly RecoveryPointId[];
}

/**
 * What the vault holds against what the catalog says. Pure.
 *
 * A record that is there is never missing, whatever its state: a point that was discarded, failed or was set aside
 * stays so, and one in the bin stays there.
 */
export function compareRebuilt(
  rebuilt: Rebuilt,
  recorded: ReadonlyMap<RecoveryPointId, Recorded>,
  provenHere: readonly CopyRecord[],
): Difference {
  const missing: Difference['missing'][number][] = [];
  const different: Difference['different'][number][] = [];
  for (const { point, copy } of rebuilt.points) {
    const found = recorded.get(point.id) ?? { point: undefined, copy: undefined };
    const what = [...unlike(point, found.point, POINT_FIELDS), ...unlike(copy, found.copy, COPY_FIELDS)];
    if (what.length > 0) different.push({ id: point.id, what });
    // A copy without a record is put back only beside a point that stands: beside any other it was discarded or given up.
    const stands = found.point === undefined || found.point.state === 'sealed';
    const put = {
      ...(found.point === undefined && { point }),
      ...(found.copy === undefined && stands && { copy }),
    };
    if (Object.keys(put).length > 0) missing.push({ id: point.id, ...put });
  }
  const proves = new Set(rebuilt.points.map(({ point }) => point.id));
  const extra = provenHere.filter(({ id }) => !proves.has(id)).map(({ id }) => id);
  return { missing, different, extra };
}

/**
 * What a vault knows and therefore is compared. Not in it, or later than it: `sealedAt` at home, `startedAt` and
 * `provenAt` (the hour of a file is not the hour of a record), what a copy moved, reasons, and the end of a grace.
 */
const POINT_FIELDS = [
  'state',
  'cluster',
  'engine',
  'plan',
  'rule',
  'region',
  'scheduledAt',
  'openedAt',
  'takenAt',
  'base',
  'forkedFrom',
  'content',
  'manual',
  'epoch',
] as const satisfies readonly (keyof RecoveryPoint)[];
const COPY_FIELDS = [
  'state',
  'cluster',
  'region',
  'takenAt',
  'root',
] as const satisfies readonly (keyof CopyRecord)[];

function unlike<Rec extends RebuiltPoint['point'] | RebuiltPoint['copy']>(
  vault: Rec,
  catalog: Rec | undefined,
  fields: readonly (keyof Rec & string)[],
): string[] {
  if (!catalog) return [];
  return fields
    .filter((field) => print(vault[field]) !== print(catalog[field]))
    .map(
      (field) =>
        `${field} is ${print(catalog[field])} in the catalog and ${print(vault[field])} in the vault`,
    );
}

/** By content: the order in which fields were written says nothing. */
const print = (value: unknown): string =>
  value !== null && typeof value === 'object'
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : String(value);
