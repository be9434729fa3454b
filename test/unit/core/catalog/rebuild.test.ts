import { describe, expect, it } from 'vitest';
import { type Evidence, rebuildFrom } from '../../../../core/catalog/rebuild.ts';
import { compareRebuilt, type Recorded } from '../../../../core/catalog/rebuild-difference.ts';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../../../core/ids/names.ts';
import { hours, type Instant, later, parseInstant } from '../../../../core/time/instant.ts';

const START = parseInstant('2026-11-21T00:00:00Z')!;
const at = (n: number): Instant => later(START, hours(n));
const id = (n: number): string => recoveryPointId('files', 'hourly', at(n));
const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';

/** The index of the point of hour `n`, compared with the one of hour `base`, as a verification leaves it. */
function held(n: number, base?: number, more: Partial<Evidence> = {}): Evidence {
  const recoveryPoint: RecoveryPoint = {
    id: id(n),
    cluster: 'files',
    engine: 'objects',
    plan: 'gold',
    rule: 'hourly',
    region: HOME,
    state: 'captured',
    scheduledAt: at(n),
    openedAt: at(n),
    takenAt: at(n),
    execution: 'test',
    ...(base !== undefined && { base: id(base) }),
  };
  const totals = { items: 3, bytes: 30, newItems: 1, newBytes: 10 };
  const index = {
    format: 1,
    recoveryPoint,
    root: `root${n}`,
    ...totals,
    shards: [],
    statistics: {},
    configuration: {},
  } as const;
  return { index, writtenAt: later(at(n), hours(1)), ...more };
}
const DAMAGE = { name: 'ManifestAltered', message: 'a shard is another one' };
const idsOf = (evidence: readonly Evidence[], region = HOME, sealed = new Set<string>()): string[] =>
  rebuildFrom(evidence, region, sealed).points.map(({ point }) => point.id);

describe('the catalog from a vault', () => {
  it('has a sealed point and a proven copy for every whole manifest, oldest first', () => {
    const { points, doubtful } = rebuildFrom([held(2, 1), held(1)], HOME);
    expect(
      points.map(({ point, copy }) => [point.id, point.state, point.content?.root, copy.state, copy.root]),
    ).toEqual([
      [id(1), 'sealed', 'root1', 'proven', 'root1'],
      [id(2), 'sealed', 'root2', 'proven', 'root2'],
    ]);
    expect(points[0]).toMatchObject({
      point: { sealedAt: at(2) },
      copy: { region: HOME, provenAt: at(2), takenAt: at(1) },
    });
    expect(doubtful).toEqual([]);
  });

  it('does not claim what is damaged', () => {
    const { points, doubtful } = rebuildFrom([held(1), held(2, 1, { damage: DAMAGE })], AWAY);
    expect(points.map(({ point }) => point.id)).toEqual([id(1)]);
    expect(doubtful).toEqual([{ id: id(2), reason: DAMAGE }]);
  });

  it('leaves both of two captures that overlapped in doubt, while nothing says which was sealed', () => {
    expect(idsOf([held(1), held(2, 1), held(3, 1)])).toEqual([id(1)]);
  });

  it('does not doubt the last of a side because another side was compared with the same one and went on', () => {
    const forked = held(3, 1);
    const recoveryPoint = { ...forked.index.recoveryPoint, region: AWAY, forkedFrom: id(1) };
    const other = { ...forked, index: { ...forked.index, recoveryPoint } };
    expect(idsOf([held(1), held(2, 1), other])).toEqual([id(1), id(2), id(3)]);
    expect(idsOf([held(1), held(2, 1), held(4, 1), other])).toEqual([id(1), id(3)]);
  });

  it('knows the one of two that a later point was compared with', () => {
    expect(idsOf([held(1), held(2, 1), held(3, 1), held(4, 3)])).toEqual([id(1), id(3), id(4)]);
  });

  it('knows the one of two that the catalog or another region calls sealed', () => {
    expect(idsOf([held(1), held(2, 1), held(3, 1)], HOME, new Set([id(2)]))).toEqual([id(1), id(2)]);
  });

  it('takes every copy in a recovery region for sealed: nothing else is copied', () => {
    expect(idsOf([held(1), held(2, 1), held(3, 1)], AWAY)).toEqual([id(1), id(2), id(3)]);
  });
});

describe('the vault against the catalog', () => {
  const rebuilt = rebuildFrom([held(1)], HOME);
  const { point, copy } = rebuilt.points[0]!;
  const against = (recorded: Partial<Recorded>) =>
    compareRebuilt(rebuilt, new Map([[point.id, { point: undefined, copy: undefined, ...recorded }]]), []);

  it('misses what has no record', () => {
    expect(against({})).toEqual({ missing: [{ id: id(1), point, copy }], different: [], extra: [] });
    expect(against({ point }).missing).toEqual([{ id: id(1), copy }]);
    expect(against({ point, copy })).toEqual({ missing: [], different: [], extra: [] });
  });

  it.each(['discarded', 'failed', 'quarantined', 'expiring'] as const)(
    'puts nothing back beside a point that is %s',
    (state) => {
      const { missing, different } = against({ point: { ...point, state } });
      expect(missing).toEqual([]);
      expect(different[0]?.what).toEqual([`state is ${state} in the catalog and sealed in the vault`]);
    },
  );

  it('says which fields differ, and that a claimed copy is not proven by the vault', () => {
    const { different } = against({ point, copy: { ...copy, root: 'other' } });
    expect(different).toEqual([{ id: id(1), what: ['root is other in the catalog and root1 in the vault'] }]);
    expect(compareRebuilt(rebuildFrom([], HOME), new Map(), [copy]).extra).toEqual([id(1)]);
  });
});
