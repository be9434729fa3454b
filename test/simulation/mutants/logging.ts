import type { Mutant } from './mutant.ts';

/** Faults in what becomes of logs, of the tools that write them, and of snapshots of volumes. */
export const LOGGING: readonly Mutant[] = [
  {
    name: 'follower-claims-over-a-hole',
    story: 'a region claims what the checkpoints say, and trusts the events to have brought the data',
    under: { installation: 'selfrun', days: 1, only: ['object-event-lost'] },
    edits: [
      {
        file: 'lambdas/log/prove.ts',
        find: 'const brought = await bringAll(data.wanted, ports);',
        replace: 'const brought = await bringAll(data.wanted.slice(0, 0), ports);',
      },
    ],
  },
  {
    name: 'log-truncated-past-a-kept-full',
    story: 'a log is truncated to the newest full, and older ones that are kept have none any more',
    under: { installation: 'selfrun', days: 2, only: [] },
    edits: [
      {
        file: 'core/log/truncate.ts',
        find: '.toSorted((a, b) => a.takenAt - b.takenAt);',
        replace: '.toSorted((a, b) => b.takenAt - a.takenAt);',
      },
    ],
  },
  {
    name: 'lock-stays-for-ever',
    story: 'what a truncation left that was cut off is nobody’s to remove, and nothing is truncated any more',
    under: { installation: 'selfrun', days: 3, only: ['truncation-cut-off'] },
    edits: [
      {
        file: 'adapters/engines/tidb/log.ts',
        find: 'if (between(since, now) < LOCK_LEFT_BEHIND)',
        replace: 'if (between(since, now) >= 0 * LOCK_LEFT_BEHIND)',
      },
    ],
  },
  {
    name: 'retry-starts-a-second-run',
    story: 'a task that was started by a function that died is started once more under a token of its own',
    // The SDK repeats a lost answer with the token that it has, and functions die at this one call too seldom for seeds.
    test: 'test/unit/adapters/engines/tidb/task.test.ts',
    edits: [
      {
        file: 'adapters/engines/shared/errand.ts',
        find: 'token: sha256(',
        replace: 'token: sha256(Math.random() + ',
      },
    ],
  },
  {
    name: 'volumes-stay-behind',
    story: 'a discard of a point on EBS removes what is written about it, and none of its snapshots',
    under: { installation: 'selfrun', days: 2, only: [] },
    edits: [
      {
        file: 'adapters/engines/ebs/discard.ts',
        find: 'await removeSnapshots(ec2, await snapshotsOf(ec2, point));',
        replace: 'await removeSnapshots(ec2, (await snapshotsOf(ec2, point)).slice(0, 0));',
      },
    ],
  },
  {
    name: 'broken-log-says-nothing',
    story: 'a log that somebody stopped is begun anew without a word of the hole',
    under: { installation: 'selfrun', days: 2, only: ['log-task-stopped'] },
    edits: [
      {
        file: 'lambdas/supervise/tend-logs/keep.ts',
        find: "if (chain && change?.state === 'broken' && change.reason)",
        replace: "if (chain && change?.state === 'stopped' && change.reason)",
      },
    ],
  },
];
