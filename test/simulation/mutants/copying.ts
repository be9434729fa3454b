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
    name: 'copy-compared-with-a-newer-point',
    story:
      'a late copy is compared with a point that was proven there since, and leaves out what only that one names',
    edits: [
      {
        file: 'lambdas/copy/copy-spec.ts',
        find: 'await catalog.newestProven(point.cluster, region, point.takenAt);',
        replace: 'await catalog.newestProven(point.cluster, region);',
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
