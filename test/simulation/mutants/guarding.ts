import type { Mutant } from './mutant.ts';

/** Faults in what keeps two sides of a group apart, and in what rehearses a restore. Tests look for these, not seeds. */
export const GUARDING: readonly Mutant[] = [
  {
    name: 'fence-without-condition',
    story: 'work of a grouped cluster is written whatever the number of its group has become meanwhile',
    test: 'test/conformance/fence.test.ts',
    edits: [
      {
        file: 'adapters/aws/dynamo-fenced-table.ts',
        find: "{ ConditionCheck: { ...check, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },",
        replace: '...[check].slice(1).map(() => writes[0]!),',
      },
    ],
  },
  {
    name: 'old-side-finishes-its-work',
    story:
      'the region that wakes up begins nothing, and whatever it had begun goes on under no number at all',
    test: 'test/simulation/one-true-side.test.ts',
    edits: [
      {
        file: 'adapters/aws/dynamo-fenced-table.ts',
        find: "{ ConditionCheck: { ...check, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },",
        replace: '...[check].slice(1).map(() => writes[0]!),',
      },
      {
        file: 'adapters/aws/dynamo-fenced-table.ts',
        find: 'if (activeIn(epoch, fence) !== fence.region) throw fencedOff(clusterOfKey(key), epoch, fence);',
        replace: 'if (!key) throw fencedOff(clusterOfKey(key), epoch, fence);',
      },
    ],
  },
  {
    name: 'tear-down-skipped',
    story: 'what a drill restored is called gone, and nobody has removed it',
    test: 'test/simulation/drill.test.ts',
    edits: [
      {
        file: 'lambdas/drill/take-down.ts',
        find: 'for (const restore of ours) {',
        replace: 'for (const restore of ours.slice(0, 0)) {',
      },
    ],
  },
  {
    name: 'failed-drill-recorded-as-passed',
    story: 'a drill whose restore failed is written down as one that passed',
    test: 'test/simulation/drill.test.ts',
    edits: [
      {
        file: 'lambdas/drill/record-drill/ended.ts',
        find: "(reason ? 'failed' : 'passed')",
        replace: "(reason && now < 0 ? 'failed' : 'passed')",
      },
    ],
  },
];
