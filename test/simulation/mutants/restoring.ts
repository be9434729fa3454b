import type { Mutant } from './mutant.ts';

/** Faults on the way back. */
export const RESTORING: readonly Mutant[] = [
  {
    name: 'restore-takes-the-newest',
    story: 'whoever asks for an instant gets the newest point instead of the one at or before it',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'core/recovery/resolve.ts',
        find: 'const before = proven.findLast((point) => point.takenAt <= asked);',
        replace: 'const before = proven.findLast((point) => point.takenAt <= asked || point === newest);',
      },
      {
        file: 'adapters/aws/dynamo-catalog-copies.ts',
        find: 'if (atOrBefore !== undefined && copy.takenAt > atOrBefore) continue;',
        replace: 'if (atOrBefore !== undefined && copy.takenAt < 0) continue;',
      },
    ],
  },
  {
    name: 'restore-does-not-compare',
    story: 'a restore does not compare the bytes that arrive with the manifest',
    under: { days: 5, only: ['bit-rot', 'operator-two-restores'] },
    edits: [
      {
        file: 'adapters/engines/objects/restore.ts',
        find: 'if (checksum === line.checksum) return;',
        replace: 'if (checksum !== undefined) return;',
      },
      {
        file: 'adapters/engines/objects/landing.ts',
        find: 'if (first.checksum === expected || first.outcome',
        replace: 'if (first.checksum !== undefined || first.outcome',
      },
    ],
  },
  {
    name: 'restore-reads-the-wrong-vault',
    story: 'a restore reads the vault of the region of capture, which may be gone',
    under: { days: 3, only: ['bit-rot', 'key-disabled'] },
    edits: [
      {
        file: 'adapters/engines/objects/landing.ts',
        find: 'placeOf(ports, spec.region, spec.cluster.name, spec.point.id);',
        replace: 'placeOf(ports, spec.point.region, spec.cluster.name, spec.point.id);',
      },
    ],
  },
  {
    name: 'restore-misses-an-item',
    story: 'a restore leaves out the last line of a shard, and its validation does not look',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'adapters/engines/objects/restore.ts',
        find: 'const lines = await readShard(place, shard);',
        replace: 'const lines = (await readShard(place, shard)).slice(0, -1);',
      },
      {
        file: 'adapters/engines/objects/validate.ts',
        find: 'if (first) throw restoreFailed(landing, first);',
        replace: 'if (first && landing.bucket === "") throw restoreFailed(landing, first);',
      },
    ],
  },
];
