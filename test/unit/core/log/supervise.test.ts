import { describe, expect, it } from 'vitest';
import type { SupervisedLog } from '../../../../core/log/supervise.ts';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { clock, mark } from './chains.ts';
import {
  ago,
  CHAIN,
  ended,
  FRESH,
  foreign,
  NEW,
  none,
  ours,
  paused,
  supervise,
  unreachable,
} from './supervised.ts';

describe('what is done at the engine', () => {
  const same = CHAIN.chain;
  const cases: readonly (readonly [string, Partial<SupervisedLog>, object, string | undefined])[] = [
    [
      'nothing ran yet',
      { chain: undefined, report: none },
      { act: 'start', chain: NEW, stopFirst: false },
      undefined,
    ],
    [
      'the last look opened a chain and got no further',
      { chain: FRESH, report: none },
      { act: 'start', chain: same, stopFirst: false },
      undefined,
    ],
    ['the task runs', {}, { act: 'nothing' }, 'running'],
    ['the task runs again after a pause', { chain: paused(ago(hours(3))) }, { act: 'nothing' }, 'running'],
    [
      'somebody stopped the task',
      { report: none },
      { act: 'restart', chain: NEW, stopFirst: false },
      'broken',
    ],
    [
      'the chain had broken',
      { chain: ended('broken'), report: none },
      { act: 'start', chain: NEW, stopFirst: false },
      undefined,
    ],
    [
      'the log was switched off and on again',
      { chain: ended('stopped'), report: none },
      { act: 'start', chain: NEW, stopFirst: false },
      undefined,
    ],
    [
      'the task of a chain that ended still runs',
      { chain: ended('broken') },
      { act: 'start', chain: NEW, stopFirst: true },
      undefined,
    ],
    [
      'a new chain was opened and the old task still runs',
      { chain: { ...FRESH, chain: '20261121t110000z' } },
      { act: 'start', chain: '20261121t110000z', stopFirst: true },
      undefined,
    ],
    ['the catalog lost the record', { chain: undefined }, { act: 'adopt', chain: same }, undefined],
    ['it is found paused', { report: ours({ status: 'paused' }) }, { act: 'resume', chain: same }, 'paused'],
    [
      'it is in error after a network partition',
      { report: ours({ status: 'error', message: 'no leader' }) },
      { act: 'resume', chain: same },
      'paused',
    ],
    [
      'it has been paused for 24 h to the minute',
      { chain: paused(ago(hours(24))), report: ours({ status: 'paused' }) },
      { act: 'resume', chain: same },
      'paused',
    ],
    [
      'it has been paused for longer',
      { chain: paused(ago(minutes(24 * 60 + 1))), report: ours({ status: 'paused' }) },
      { act: 'restart', chain: NEW, stopFirst: true },
      'broken',
    ],
    [
      'what comes next was collected',
      { report: ours({ status: 'error', gone: true, message: 'GC' }) },
      { act: 'restart', chain: NEW, stopFirst: true },
      'broken',
    ],
    ['another task has the cluster', { chain: undefined, report: foreign }, { act: 'refuse' }, undefined],
    ['another task took the place of ours', { report: foreign }, { act: 'refuse' }, 'broken'],
    [
      'another task came before ours could start',
      { chain: FRESH, report: foreign },
      { act: 'refuse' },
      undefined,
    ],
    ['the cluster cannot be reached', { report: unreachable }, { act: 'nothing' }, undefined],
    ['no log is wanted any more', { wanted: false }, { act: 'stop', chain: same }, 'stopped'],
    ['no log is wanted and none runs', { wanted: false, report: none }, { act: 'nothing' }, 'stopped'],
    [
      'no log is wanted and its chain has ended',
      { wanted: false, report: none, chain: ended('broken') },
      { act: 'nothing' },
      undefined,
    ],
    [
      'no log is wanted and another one runs',
      { wanted: false, report: foreign, chain: undefined },
      { act: 'nothing' },
      undefined,
    ],
    [
      'no log is wanted and the cluster cannot be reached',
      { wanted: false, report: unreachable },
      { act: 'nothing' },
      undefined,
    ],
  ];

  it.each(cases)('when %s', (_, more, act, state) => {
    const decided = supervise(more);
    expect(decided.do).toMatchObject(act);
    expect(decided.change?.state).toBe(state);
  });

  it('the checkpoint that the tool reports is written down, whatever the state', () => {
    const checkpoint = mark(ago(minutes(1)));
    for (const report of [ours(), ours({ status: 'paused' }), ours({ status: 'error', gone: true })])
      expect(supervise({ report }).change?.checkpoint).toEqual(checkpoint);
  });

  it('a break says where the log ends, why, and that a full is needed', () => {
    const { do: act } = supervise({
      report: ours({ status: 'error', gone: true, message: 'GC was faster' }),
    });
    expect(act).toMatchObject({
      reason: {
        name: 'LogChainBroken',
        message: expect.stringMatching(
          /ends at 2026-11-21T11:59:00Z: what comes next is gone: GC was faster; .*once a full backup/,
        ),
      },
    });
  });

  it('a refusal names the task that stands in the way and the two ways out', () => {
    expect(supervise({ report: foreign }).do).toMatchObject({
      reason: {
        name: 'LogTaskTaken',
        message: expect.stringMatching(
          /log task pitr, .* s3:\/\/elsewhere\/log .*stop that one, or set logBackup/,
        ),
      },
    });
  });
});

describe('a full is needed now', () => {
  it.each([
    ['when a chain begins', { chain: undefined, report: none }, true],
    ['when a chain breaks', { report: none }, true],
    ['while none lies in the chain', { newestFull: clock('08:59') }, true],
    ['while there is none at all', { newestFull: undefined }, true],
    [
      'when the last look died before it could ask for one',
      { chain: FRESH, report: none, newestFull: clock('08:00') },
      true,
    ],
    ['not once one was opened after the chain began', { newestFull: clock('09:00') }, false],
    ['not while it is paused with one in it', { report: ours({ status: 'paused' }) }, false],
    ['not while the log is somebody else’s', { report: foreign, newestFull: undefined }, false],
    ['not when no log is wanted', { wanted: false, newestFull: undefined }, false],
  ] as const)('%s: %#', (_, more, needed) => {
    expect(supervise(more).needsFull).toBe(needed);
  });
});
