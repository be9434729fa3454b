import type { Mutant } from './mutant.ts';

/** Faults that keep silent about faults. */
export const TELLING: readonly Mutant[] = [
  {
    name: 'refused-events-swallowed',
    story: 'PutEvents answers 200, so nobody looks whether it refused the entry',
    under: { days: 3, only: ['put-events-partly-refused', 'snapshot-fails'] },
    edits: [
      {
        file: 'adapters/aws/bus-announcer.ts',
        find: 'if (rejected || (answer.FailedEntryCount ?? 0) > 0)',
        replace: 'if (rejected && (answer.FailedEntryCount ?? 0) < 0)',
      },
    ],
  },
  {
    name: 'alarms-reach-nobody',
    story: 'alarms ring and are wired to nothing',
    under: { days: 2, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'lib/monitoring/alarms.ts',
        find: 'alarm.addAlarmAction(new SnsAction(this.#topic));',
        replace: 'void [alarm, SnsAction, this.#topic];',
      },
    ],
  },
  {
    name: 'failure-told-to-nobody',
    story: 'a capture that fails is written down and not announced',
    under: { days: 2, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'lambdas/shared/end-capture.ts',
        find: "await ports.catalog.advance(point.id, 'failed', { reason: told });\n  await announceFailure(ports, point, told);",
        replace: "await ports.catalog.advance(point.id, 'failed', { reason: told });",
      },
    ],
  },
  {
    name: 'breach-told-to-nobody',
    story: 'a missed objective is measured and not announced',
    under: { days: 3, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'lambdas/watch/watch-objectives/watch.ts',
        find: 'await announce(cluster, plan, { newest, log, achieved }, ports);',
        replace: 'void announce;',
      },
    ],
  },
];
