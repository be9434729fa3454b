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
