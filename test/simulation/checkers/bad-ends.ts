import type { EventName } from '../../../core/catalog/events.ts';
import { type Instant, parseInstant } from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { EVERY_CLUSTER } from '../../../lambdas/shared/every-cluster.ts';
import { MACHINES, type MachineName } from '../../../workflows/index.ts';
import type { Heard } from './announced.ts';
import type { Written } from './record-watch.ts';

/** A record that came to a bad end. */
export interface Ended {
  readonly what: string;
  readonly at: Instant;
  readonly home: string;
  readonly told: (heard: Heard) => boolean;
  /** Since when it may have been told. @default an hour before */
  readonly since?: Instant | undefined;
}

const BAD: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);
/** The children of a Map run are answered for by their parent. */
export const isBad = ({ status, mapRun }: Execution): boolean => BAD.has(status) && mapRun === undefined;

/** Whoever begins one of these sees how it fails: only one that is stopped or runs past its deadline rings and is told. */
const SEEN_TO_FAIL: ReadonlySet<MachineName> = new Set(['restore', 'answer']);
/** What a person who starts it is told by the execution itself, before anything was done. */
const ASKED_BY_PEOPLE: ReadonlySet<MachineName> = new Set(['failover', 'failback', 'switchover']);
/** How such a machine ends once it has begun; anything else that has a name refused the request. */
const BEGUN = /^(States\.|Approval|Failover|Failback|Switchover|FailureNotTold$)/;
export const isRefused = ({ status, error = '' }: Execution, word: MachineName): boolean =>
  status === 'FAILED' && (SEEN_TO_FAIL.has(word) || (ASKED_BY_PEOPLE.has(word) && !BEGUN.test(error)));

export const wordOf = (machine: string): MachineName =>
  (Object.keys(MACHINES) as MachineName[]).find((word) => machine.endsWith(`-${word}`))!;

/** What an execution's failure is told by: by the point or the copy it was about, or else by the cluster or the region. */
export function tellsOf({ name, machine, data }: Execution, word: MachineName): (heard: Heard) => boolean {
  const request = data as { cluster?: string; recoveryPointId?: string; region?: string; group?: string };
  const { region } = machine;
  switch (word) {
    case 'backup':
      return ({ event }) =>
        oneOf(event.name, ['BackupFailed', 'RecoveryPointQuarantined', 'CopyFailed']) &&
        (event.recoveryPoint === name ||
          event.cluster === request.cluster ||
          event.cluster === EVERY_CLUSTER);
    case 'copy':
      return ({ event }) =>
        event.name === 'CopyFailed' &&
        event.recoveryPoint === request.recoveryPointId &&
        event.region === request.region;
    case 'drill':
      return ({ event, bus }) =>
        oneOf(event.name, ['DrillFailed', 'DrillOverdue']) &&
        event.cluster === request.cluster &&
        bus === region;
    case 'expire':
      return ({ event, bus }) => event.name === 'ExpiryFailed' && bus === region;
    case 'reconcile':
      return ({ event, bus }) => event.name === 'ReconciliationFailed' && bus === region;
    case 'verify':
      return ({ event, bus }) => event.name === 'ScrubFailed' && bus === region;
    case 'supervise':
      return ({ event, bus }) => event.name === 'SupervisionFailed' && bus === region;
    // Whoever answers sees that the answer was refused, and what waits goes on waiting.
    case 'answer':
      return () => true;
    case 'failover':
      return ({ event, bus }) =>
        oneOf(event.name, ['FailoverIncomplete', 'FailoverRefused']) &&
        event.facts?.['group'] === request.group &&
        bus === region;
    case 'failback':
      return ({ event, bus }) =>
        oneOf(event.name, ['FailbackIncomplete', 'FailbackRefused']) &&
        event.facts?.['group'] === request.group &&
        bus === region;
    case 'switchover':
      return ({ event, bus }) =>
        oneOf(event.name, ['SwitchoverIncomplete', 'SwitchoverRefused']) &&
        event.facts?.['group'] === request.group &&
        bus === region;
    case 'restore':
      return ({ event, bus }) =>
        event.name === 'RestoreFailed' && event.cluster === request.cluster && bus === region;
  }
}

/** The end that a record has just come to, when it is a bad one. */
export function endOf({ kind, record, item, region, at }: Written, from: unknown): Ended | undefined {
  const of = { id: String(item!['id']), state: String(item!['state']), region: String(item!['region']) };
  const what = `${record} became ${of.state}`;
  if (kind === 'log' && of.state === 'broken') return ofLog(item!, what, at, region);
  if (of.state !== 'failed' && of.state !== 'quarantined') return undefined;
  const ended = (names: readonly EventName[], about: (heard: Heard) => boolean): Ended => ({
    what,
    at,
    home: region,
    told: (heard) => oneOf(heard.event.name, names) && about(heard),
  });
  if (kind === 'point')
    return ended(['BackupFailed', 'RecoveryPointQuarantined'], ({ event }) => event.recoveryPoint === of.id);
  if (kind === 'restore') return ended(['RestoreFailed'], ({ event }) => event.facts?.['restore'] === of.id);
  // Out of the bin it comes back as what it was, and that was told when it failed.
  if (kind !== 'copy' || from === 'expiring') return undefined;
  return ended(
    ['CopyFailed', 'RecoveryPointQuarantined', 'BackupFailed', 'DifferenceFound', 'DifferenceMended'],
    ({ event }) => event.recoveryPoint === of.id && event.region === of.region,
  );
}

/** Said where it was seen, and by the time that it came to the other regions long ago. */
const ofLog = (item: Readonly<Record<string, unknown>>, what: string, at: Instant, home: string): Ended => ({
  what,
  at,
  home,
  since: parseInstant(String(item['startedAt'])),
  told: ({ event }) => event.name === 'LogChainBroken' && event.facts?.['chain'] === item['chain'],
});

const oneOf = (name: EventName, names: readonly EventName[]): boolean => names.includes(name);
