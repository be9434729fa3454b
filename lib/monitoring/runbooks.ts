/** Pages under docs/runbooks/. A test checks that each exists. */
export const RUNBOOKS = {
  functionFailed: 'docs/runbooks/function-failed.md',
  heartSilent: 'docs/runbooks/heart-silent.md',
  logStuck: 'docs/runbooks/log-stuck.md',
  machineFailed: 'docs/runbooks/machine-failed.md',
  notReconciled: 'docs/runbooks/not-reconciled.md',
  notScrubbed: 'docs/runbooks/not-scrubbed.md',
  objectiveBreached: 'docs/runbooks/objective-breached.md',
  standbyBroken: 'docs/runbooks/standby-broken.md',
  standbyLagging: 'docs/runbooks/standby-lagging.md',
  undeliveredTriggers: 'docs/runbooks/undelivered-triggers.md',
  watchNotRunning: 'docs/runbooks/watch-not-running.md',
} as const;

/** What it means when a daily machine does not come to its end. */
export const SILENCE = {
  reconcile: {
    sentence:
      'For thirty hours no reconciliation came to its end: what faults leave behind stays where it is.',
    runbook: 'notReconciled',
  },
  verify: {
    sentence: 'For thirty hours no scrub came to its end: bytes that rot in the vault go unseen.',
    runbook: 'notScrubbed',
  },
} as const;
