import type { Mutant } from './mutant.ts';

/** Faults on the way from a trigger to a sealed recovery point. */
export const CAPTURING: readonly Mutant[] = [
  {
    name: 'retry-captures-again',
    story:
      "a point's id comes from the clock, so a retry does not find the first attempt and begins a second",
    edits: [
      {
        file: 'lambdas/backup/capture-recovery-point/capture.ts',
        find: 'rule && request.scheduledAt !== undefined ? whenDue(request.scheduledAt, started) : started;',
        replace: 'wholeSecond(now);',
      },
    ],
  },
  {
    name: 'seal-before-verify',
    story: 'what the engine calls ready is sealed, and looked at afterwards',
    edits: [
      { file: 'workflows/backup.ts', find: "ready: 'Verify',", replace: "ready: 'Seal'," },
      {
        file: 'workflows/backup.ts',
        find: "into: 'sealed',\n      next: 'Start copies',",
        replace: "into: 'sealed',\n      next: 'Verify',",
      },
      { file: 'workflows/backup.ts', find: "sound: 'Seal',", replace: "sound: 'Start copies'," },
      {
        file: 'lambdas/backup/seal-recovery-point/seal.ts',
        find: "if (point.state !== 'verified' && point.state !== 'sealed')",
        replace: "if (!['captured', 'verified', 'sealed'].includes(point.state))",
      },
      {
        file: 'lambdas/backup/seal-recovery-point/seal.ts',
        find: 'const { content, takenAt } = point;',
        replace:
          "const { content = { root: '0'.repeat(64), shards: 1, items: 0, bytes: 0, newItems: 0, newBytes: 0 }, takenAt } = point;",
      },
      {
        file: 'core/catalog/life-cycle.ts',
        find: "captured: ['verified', 'quarantined'],",
        replace: "captured: ['verified', 'sealed', 'quarantined'],",
      },
    ],
  },
  {
    name: 'captures-overlap',
    story:
      'captures of one cluster do not take turns, and the seal does not look whether another came between',
    under: { days: 4, only: ['operator-backs-up', 'killed-at-deadline', 'delivered-late'] },
    edits: [
      {
        file: 'lambdas/backup/begin-in-turn.ts',
        find: 'if (first && isBefore(first, point))',
        replace: 'if (first && isBefore(first, point) && now < 0)',
      },
      {
        file: 'lambdas/backup/seal-recovery-point/seal.ts',
        find: 'if (continuesLineage(point, known)) return;',
        replace: 'if (known) return;',
      },
    ],
  },
  {
    name: 'manifest-misses-its-last-shard',
    story: 'an off-by-one where the shards of a manifest are put together',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'adapters/engines/objects/verify.ts',
        find: 'const shards = stretches.flatMap((stretch) => stretch.entries);',
        replace: 'const shards = stretches.flatMap((stretch) => stretch.entries).slice(0, -1);',
      },
    ],
  },
  {
    name: 'point-claims-a-later-instant',
    story: 'a point says that it holds the state of a minute after its capture',
    under: { days: 2, only: [] },
    edits: [
      {
        file: 'lambdas/backup/record-step.ts',
        find: 'const takenAt = step.takenAt ?? point.takenAt;',
        replace: 'const takenAt = ((step.takenAt ?? point.takenAt ?? 0) + 60_000) as typeof point.takenAt;',
      },
    ],
  },
  {
    name: 'capture-never-overdue',
    story: 'nobody looks whether a capture is past its deadline',
    under: { days: 3, only: ['snapshot-hangs'] },
    edits: [
      {
        file: 'lambdas/backup/poll-capture/poll.ts',
        find: 'if (unfinished && now > deadline)',
        replace: 'if (unfinished && now < 0)',
      },
    ],
  },
  {
    name: 'catch-forgets-what-was-begun',
    story:
      'a capture that breaks while it is polled ends the machine, and nobody discards what was begun, then or when the end is heard of',
    under: { days: 2, only: ['snapshot-fails'] },
    edits: [
      {
        file: 'workflows/backup.ts',
        find: "retry: [...WEATHER, 'EngineBusy'],\n      onError: 'Discard what was begun',",
        replace: "retry: [...WEATHER, 'EngineBusy'],\n      onError: 'Failed',",
      },
      {
        file: 'workflows/backup.ts',
        find: "failed: 'Discard what was begun',\n        overdue: 'Discard what was begun',",
        replace: "failed: 'Failed',\n        overdue: 'Failed',",
      },
      {
        file: 'lambdas/watch/close-stopped-execution/close-backup.ts',
        find: 'const mine = wasCutOff(stopped) || IN_FLIGHT.has(point.state) || sameReason(point.reason, reason);',
        replace: 'const mine = wasCutOff(stopped) || sameReason(point.reason, reason);',
      },
    ],
  },
];
