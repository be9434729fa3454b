/** Pages under docs/runbooks/. A test checks that each exists. */
export const RUNBOOKS = {
  drillFailed: 'docs/runbooks/drill-failed.md',
  failback: 'docs/runbooks/failback.md',
  failover: 'docs/runbooks/failover.md',
  functionFailed: 'docs/runbooks/function-failed.md',
  heartSilent: 'docs/runbooks/heart-silent.md',
  logStuck: 'docs/runbooks/log-stuck.md',
  machineFailed: 'docs/runbooks/machine-failed.md',
  notReconciled: 'docs/runbooks/not-reconciled.md',
  notScrubbed: 'docs/runbooks/not-scrubbed.md',
  objectiveBreached: 'docs/runbooks/objective-breached.md',
  receiptChainBroken: 'docs/runbooks/receipt-chain-broken.md',
  standbyBroken: 'docs/runbooks/standby-broken.md',
  standbyLagging: 'docs/runbooks/standby-lagging.md',
  switchover: 'docs/runbooks/switchover.md',
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

/** Counts of clusters that the watcher sends, and what each means. */
export const RISKS_TOLD = [
  {
    name: 'rto-at-risk',
    metric: 'RtoRisks',
    sentence:
      'A restore of a cluster would take longer than its objective allows, or will within a month as it grows.',
    runbook: 'objectiveBreached',
  },
  {
    name: 'drill-overdue',
    metric: 'OverdueDrills',
    sentence:
      'No drill of a cluster has passed for longer than its plan allows: that it can be restored is not shown.',
    runbook: 'objectiveBreached',
  },
  {
    name: 'copies-missing',
    metric: 'MissingCopies',
    sentence: 'A region that is to hold a copy of a cluster has held none that is recent: 3-2-1 is broken.',
    runbook: 'objectiveBreached',
  },
  {
    name: 'copies-not-verified',
    metric: 'UnverifiedCopies',
    sentence: 'A scrub or a drill found an error in what protects a cluster, and it is not mended.',
    runbook: 'objectiveBreached',
  },
] as const;

/** Machines whose executions end in more than one way that a person must look at. */
export const OWN_PAGE = {
  drill: {
    sentence:
      'A drill did not pass: the cluster cannot be restored as its plan promises, or that was not shown.',
    runbook: 'drillFailed',
  },
  failover: {
    sentence: 'A failover was not allowed, or did not bring every member of its group back.',
    runbook: 'failover',
  },
  failback: {
    sentence: 'A group did not come home, was not allowed to, or is not switched.',
    runbook: 'failback',
  },
  switchover: {
    sentence: 'A planned move of a group was not allowed, or did not come to its end.',
    runbook: 'switchover',
  },
} as const;

/** What it means when one of these was stopped, or ran past its deadline. */
export const REFUSABLE = {
  restore: 'A restore was stopped or ran past its deadline: its target is not to be trusted.',
  answer: 'An answer was stopped or ran past its deadline: what asked may still wait for it.',
} as const;
