import type { RebuildView } from '../operator/rebuild.ts';

/** What the vault holds against what the catalog says, for people. */
export function rebuildLines({
  region,
  bucket,
  proven,
  missing,
  different,
  extra,
  doubtful,
}: RebuildView): string[] {
  return [
    `${bucket} proves ${proven} recovery ${proven === 1 ? 'point' : 'points'} in ${region}`,
    ...missing.map(({ id, point, copy }) => `missing ${id}: the catalog has no ${whatOf(point, copy)} of it`),
    ...different.map(({ id, what }) => `different ${id}: ${what.join('; ')}`),
    ...extra.map((id) => `extra ${id}: proven in the catalog, and the vault does not prove it`),
    ...doubtful.map(({ id, reason }) => `doubtful ${id}: ${reason.name}: ${reason.message}`),
    ...(missing.length + different.length + extra.length === 0 ? ['the catalog says the same'] : []),
  ];
}

const whatOf = (point: object | undefined, copy: object | undefined): string =>
  point && copy ? 'record and no copy here' : point ? 'record' : 'copy here';

export const rebuildJson = ({ missing, ...rest }: RebuildView): object => ({
  ...rest,
  missing: missing.map(({ id, point, copy }) => ({
    id,
    point: point !== undefined,
    copy: copy !== undefined,
  })),
});
