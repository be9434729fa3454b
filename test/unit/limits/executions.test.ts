import { describe, expect, test } from 'vitest';
import { LAP } from '../../../adapters/engines/objects/ports.ts';
import { askAgain } from '../../../adapters/engines/rds/progress.ts';
import { KEY_BYTES_MAX } from '../../../core/manifest/layout.ts';
import { ASK_AGAIN_SECONDS } from '../../../lambdas/backup/begin-in-turn.ts';
import { LAPS as EXPIRY_LAPS } from '../../../lambdas/expire/decide-expiry/decide.ts';
import { LAPS as DISCARD_LAPS } from '../../../lambdas/expire/discard-expired/discard.ts';
import { LAPS as SURVEY_LAPS } from '../../../lambdas/reconcile/survey-region/survey.ts';
import { LAPS as TEND_LAPS } from '../../../lambdas/supervise/tend-logs/tend.ts';
import { LAPS as SCRUB_LAPS } from '../../../lambdas/verify/scrub-vault/scrub.ts';
import type { State } from '../../../workflows/asl/language.ts';
import { MACHINES, type MachineName } from '../../../workflows/index.ts';
import {
  CLUSTER,
  fits,
  ID,
  OBJECTS,
  PAGE,
  PAYLOAD_BYTES,
  REASON,
  REGION,
  RULE,
  SHARDS,
  shown,
  WORST_KEY,
} from './promised.ts';

/** Step Functions: an execution fails when its history would exceed this. */
const HISTORY_EVENTS = 25_000;
/** Step Functions: the cause of an error is cut to this. */
const CAUSE_CHARACTERS = 32_768;
/** Step Functions: children of a Map run at one time. */
const MAP_CHILDREN = 10_000;

/** A full lap of the longest shard numbers, and a cursor between the longest keys. */
const progressAtMost = {
  outcome: 'shards',
  pollAfterSeconds: 600,
  shards: Array.from({ length: LAP.shards }, (_, at) => SHARDS + at),
  doing: `${OBJECTS} objects listed, ${OBJECTS} of them new`,
  cursor: {
    takenAt: 1e13,
    nextShard: SHARDS,
    baseShard: SHARDS,
    key: WORST_KEY,
    version: 'v'.repeat(KEY_BYTES_MAX),
    decided: WORST_KEY,
    ended: false,
    items: OBJECTS,
    bytes: Number.MAX_SAFE_INTEGER,
    newItems: OBJECTS,
    newBytes: Number.MAX_SAFE_INTEGER,
  },
  reason: REASON,
};

describe('what an execution carries', () => {
  test('a full lap of shards, the longest cursor, a verdict and an error fit one payload', () => {
    const state = {
      cluster: CLUSTER,
      recoveryPointId: ID,
      region: REGION,
      rule: RULE,
      scheduledAt: '2026-11-21T03:00:00Z',
      note: '\u0001'.repeat(200),
      capture: progressAtMost,
      verdict: { outcome: 'unsound', reason: REASON },
      error: { Error: 'ChecksumMismatch', Cause: 'x'.repeat(CAUSE_CHARACTERS) },
    };
    const bytes = Buffer.byteLength(JSON.stringify(state));
    fits(bytes, PAYLOAD_BYTES, `bytes with ${LAP.shards} shard numbers and keys of ${KEY_BYTES_MAX} bytes`);
  });

  test('the answers of a full lap of children fit one payload', () => {
    const answers = Array.from({ length: LAP.shards }, () => ({}));
    fits(Buffer.byteLength(JSON.stringify(answers)), PAYLOAD_BYTES, `bytes of ${LAP.shards} answers`);
  });

  test('what is done for each member of a group returns nothing, so that a hundred answers fit one payload', () => {
    const groupWide = Object.entries(MACHINES).flatMap(([machine, { States }]) =>
      Object.entries(States).flatMap(([name, state]) =>
        state.Type === 'Map' && state.ItemProcessor.ProcessorConfig.Mode === 'INLINE'
          ? [[`${machine}: ${name}`, Object.values(state.ItemProcessor.States)] as const]
          : [],
      ),
    );
    expect(groupWide.length).toBeGreaterThan(0);
    for (const [name, states] of groupWide)
      for (const state of states) {
        if (state.Type === 'Succeed') expect(state.OutputPath, name).toBeNull();
        expect('End' in state && state.End, name).not.toBe(true);
      }
  });

  test('a lap hands out no more children than a Map run may start', () => {
    fits(LAP.shards, MAP_CHILDREN, 'shards of a lap');
  });
});

/** Events that a state writes when nothing fails. */
const EVENTS: Readonly<Partial<Record<State['Type'], number>>> = { Task: 5, Map: 6, Choice: 2, Wait: 2 };
/** A repeated attempt of a task is scheduled, started and failed. */
const EVENTS_OF_ATTEMPT = 3;

const eventsOf = (machine: MachineName, states: readonly string[], attempts: 'one' | 'all'): number =>
  states
    .map((name) => MACHINES[machine].States[name]!)
    .map(
      (state) => (EVENTS[state.Type] ?? 0) + (attempts === 'all' ? EVENTS_OF_ATTEMPT * retriesOf(state) : 0),
    )
    .reduce((sum, events) => sum + events, 0);

const retriesOf = (state: State): number =>
  state.Type === 'Task' ? state.Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0) : 0;

describe('the history of an execution', () => {
  const laps = Math.max(SHARDS / LAP.shards, OBJECTS / PAGE / LAP.pages);

  test.each([
    ['backup', ['Captured?', 'Capture shards', 'Poll']],
    ['copy', ['Copied?', 'Copy shards', 'Poll']],
    ['restore', ['Restored?', 'Restore shards', 'Poll']],
  ] as const)(
    'of %s stays short for ten million objects, although every attempt is needed',
    (machine, states) => {
      const each = eventsOf(machine, states, 'all');
      fits(each * laps, HISTORY_EVENTS, `${shown(laps)} laps of ${each} events`);
    },
  );

  test('of backup stays short when each of ten million objects has a hundred versions', () => {
    const pages = (OBJECTS * 100) / PAGE;
    const states = ['Captured?', 'Capture shards', 'Wait for the engine', 'Poll'];
    const each = eventsOf('backup', states, 'one');
    fits((pages / LAP.pages) * each, HISTORY_EVENTS, `${shown(pages)} pages / ${LAP.pages} x ${each} events`);
  });

  test('of a capture that waits for its turn until the machine gives up stays short', () => {
    const each = eventsOf('backup', ['Captured?', 'Wait for the engine', 'Poll'], 'one');
    const { TimeoutSeconds: seconds } = MACHINES.backup;
    const asked = seconds / ASK_AGAIN_SECONDS;
    fits(asked * each, HISTORY_EVENTS, `${seconds} s / ${ASK_AGAIN_SECONDS} s x ${each} events`);
  });

  test.each([
    ['backup', ['Captured?', 'Wait for the engine', 'Poll']],
    ['copy', ['Copied?', 'Wait for the copy', 'Poll']],
    ['restore', ['Restored?', 'Wait for the engine', 'Poll']],
  ] as const)('of %s that asks an engine until it gives up stays short', (machine, states) => {
    let polls = 0;
    for (let seconds = 0; seconds < MACHINES[machine].TimeoutSeconds; polls++) {
      const step = askAgain('running', '', { polls });
      seconds += step.outcome === 'running' ? step.pollAfterSeconds : 0;
    }
    const each = eventsOf(machine, states, 'one');
    fits(polls * each, HISTORY_EVENTS, `${polls} polls x ${each} events`);
  });

  test('of an expiry run with every lap used stays short', () => {
    const deciding = EXPIRY_LAPS * eventsOf('expire', ['Decide', 'Anything to expire?', 'Request'], 'one');
    const discarding = DISCARD_LAPS * eventsOf('expire', ['Discard', 'More to discard?'], 'one');
    fits(
      deciding + discarding,
      HISTORY_EVENTS,
      `${EXPIRY_LAPS} laps of Decide and ${DISCARD_LAPS} of Discard`,
    );
  });

  test('of a reconciliation with every lap used stays short', () => {
    const states = ['Survey', 'Anything to mend?', 'Discard what nobody claims', 'Mend records'];
    const each = eventsOf('reconcile', states, 'one');
    fits(SURVEY_LAPS * each, HISTORY_EVENTS, `${SURVEY_LAPS} laps of ${each} events`);
  });

  test('of a scrub with every lap used stays short', () => {
    const each = eventsOf('verify', ['Scrub', 'Anything rotten?', 'Copy from a twin'], 'one');
    fits(SCRUB_LAPS * each, HISTORY_EVENTS, `${SCRUB_LAPS} laps of ${each} events`);
  });

  test('of a supervision with every lap used stays short', () => {
    const each = eventsOf('supervise', ['Tend', 'More to tend?', 'Wait for the tools'], 'one');
    fits(TEND_LAPS * each, HISTORY_EVENTS, `${TEND_LAPS} laps of ${each} events`);
  });
});
