import type { Mutant } from './mutant.ts';

/** Faults on the way from a sealed recovery point to one that is proven elsewhere. */
export const COPYING: readonly Mutant[] = [
  {
    name: 'copy-skips-the-checksum',
    story: 'whatever arrives in the other vault is taken for what was sent',
    under: { days: 3, only: ['bit-rot'] },
    edits: [
      {
        file: 'adapters/engines/objects/copy.ts',
        find: 'if (checksum === line.checksum) return;',
        replace: 'if (checksum !== undefined) return;',
      },
    ],
  },
  {
    name: 'copy-proven-unseen',
    story:
      'the root of a copy is taken from where it was copied from, and what was not moved is proven as well',
    edits: [
      {
        file: 'adapters/engines/objects/copy.ts',
        find: 'for await (const { shard, text, digest, where } of found) {',
        replace:
          'roots.push(...index.shards.map((entry) => entry.root));\n  for await (const { shard, text, digest, where } of index.root === "" ? found : []) {',
      },
      {
        file: 'adapters/engines/objects/copy.ts',
        find: 'await allOf(plan, COPIES_IN_FLIGHT, (line) =>',
        replace: 'await allOf(plan.slice(1), COPIES_IN_FLIGHT, (line) =>',
      },
    ],
  },
  {
    name: 'copy-compared-with-what-never-came',
    story:
      'a copy leaves out what its capture found unchanged, whether or not the point before ever came to the region',
    under: { days: 3, only: ['bit-rot', 'key-disabled', 'operator-stops-execution'] },
    edits: [
      {
        file: 'lambdas/copy/copy-spec.ts',
        find: 'return proven && proven.id !== point.id ? catalog.point(proven.id) : undefined;',
        replace: 'return proven && point.base ? catalog.point(point.base) : undefined;',
      },
      {
        file: 'adapters/engines/objects/copy-base.ts',
        find: 'const place = placeOf(ports, spec.region, spec.cluster.name, base.id);',
        replace: 'const place = placeOf(ports, spec.point.region, spec.cluster.name, base.id);',
      },
    ],
  },
  {
    name: 'copies-not-started-in-silence',
    story: 'a copy that cannot be started is not spoken of',
    under: { days: 3, only: ['throttle.sfn', 'server-error.sfn'] },
    edits: [
      {
        file: 'lambdas/backup/start-copies/start.ts',
        find: "import { throwWorst } from '../../shared/throw-worst.ts';",
        replace: 'const throwWorst = (..._: readonly unknown[]): void => {};',
      },
    ],
  },
  {
    name: 'failed-copy-not-recorded',
    story: 'a copy that breaks half-way ends the machine and stays under way, also when its end is heard of',
    under: { days: 3, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'workflows/copy.ts',
        find: "concurrency: 40,\n        next: 'Poll',\n        onError: 'Record the failure',",
        replace: "concurrency: 40,\n        next: 'Poll',\n        onError: 'Failed',",
      },
      {
        file: 'workflows/copy.ts',
        find: "failed: 'Record the failure',\n        overdue: 'Record the failure',",
        replace: "failed: 'Failed',\n        overdue: 'Failed',",
      },
      {
        file: 'lambdas/watch/close-stopped-execution/close.ts',
        find: 'if (!wasCutOff(stopped) && !open && !sameReason(copy?.reason, reason))',
        replace: 'if (!wasCutOff(stopped) && !sameReason(copy?.reason, reason))',
      },
    ],
  },
];
