import { expect, test } from 'vitest';
import { MACHINES } from '../../../../workflows/index.ts';
import { named } from './bench.ts';
import { answers, nothing, player } from './play.ts';

/** The machines that look after what is there: two share the shape look, mend, look again; one asks tools and waits. */
const UPKEEP = ['reconcile', 'supervise', 'verify'] as const;
const play = player(UPKEEP);

test('the machines that are played here, beside and in whole simulations are all there are', () => {
  const beside = ['answer', 'backup', 'copy', 'expire', 'restore'];
  const simulated = ['drill', 'failback', 'failover', 'switchover'];
  expect(Object.keys(MACHINES).toSorted()).toEqual([...beside, ...simulated, ...UPKEEP].toSorted());
});

test('a reconciliation looks, discards, mends and looks again until nothing is left', async () => {
  const { path, ended } = await play(
    'reconcile',
    {},
    {
      SurveyRegion: answers({ outcome: 'more' }, { outcome: 'mend' }, { outcome: 'done' }),
      DiscardUnclaimed: nothing,
      MendRecords: nothing,
      ConcludeReconciliation: nothing,
    },
  );
  expect(path.filter((state) => !state.endsWith('?'))).toEqual([
    'Survey',
    'Survey',
    'Discard what nobody claims',
    'Mend records',
    'Survey',
    'Conclude',
    'Done',
  ]);
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Done']);
});

test.each([
  ['SurveyRegion', { SurveyRegion: answers(named('CatalogOutOfReach')) }],
  [
    'DiscardUnclaimed',
    { SurveyRegion: () => ({ outcome: 'mend' }), DiscardUnclaimed: answers(named('PermissionMissing')) },
  ],
  ['an outcome that nobody knows', { SurveyRegion: () => ({ outcome: 'gone fishing' }) }],
])('a reconciliation whose %s fails says so, and what failed last is written down', async (_, tasks) => {
  const { path, ended } = await play('reconcile', {}, { ...tasks, FailReconciliation: nothing });
  expect(path.slice(-2)).toEqual(['Record the failure', 'Failed']);
  expect(ended).toEqual(['FAILED', 'ReconciliationFailed', 'Failed']);
});

test('a scrub reads, copies from a twin and reads again until nothing is rotten', async () => {
  const { path, ended } = await play(
    'verify',
    {},
    {
      ScrubVault: answers({ outcome: 'more' }, { outcome: 'mend' }, { outcome: 'done' }),
      MendRot: nothing,
      ConcludeScrub: nothing,
    },
  );
  expect(path.filter((state) => !state.endsWith('?'))).toEqual([
    'Scrub',
    'Scrub',
    'Copy from a twin',
    'Scrub',
    'Conclude',
    'Done',
  ]);
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Done']);
});

test('a scrub that fails says so, even if the failure cannot be written down', async () => {
  const { path, ended } = await play(
    'verify',
    {},
    {
      ScrubVault: answers(named('PermissionMissing')),
      FailScrub: answers(named('CatalogOutOfReach')),
    },
  );
  expect(path.slice(-2)).toEqual(['Record the failure', 'Failed']);
  expect(ended).toEqual(['FAILED', 'ScrubFailed', 'Failed']);
});

test('a supervision that finds every log well ends with its look', async () => {
  const { path, ended } = await play('supervise', {}, { LookAtLogs: () => ({ outcome: 'done' }) });
  expect(path).toEqual(['Look', 'Anything to tend?', 'Done']);
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Done']);
});

test('a supervision asks, waits and asks again until no tool has anything left to do', async () => {
  const tending = { outcome: 'tend', pollAfterSeconds: 15 };
  const { path, ended } = await play(
    'supervise',
    {},
    { LookAtLogs: () => tending, TendLogs: answers(tending, tending, { outcome: 'done' }) },
  );
  expect(path.filter((state) => !state.endsWith('?'))).toEqual([
    'Look',
    'Tend',
    'Wait for the tools',
    'Tend',
    'Wait for the tools',
    'Tend',
    'Done',
  ]);
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Done']);
});

test.each([
  ['LookAtLogs', { LookAtLogs: answers(named('PermissionMissing')) }],
  ['TendLogs', { LookAtLogs: () => ({ outcome: 'tend' }), TendLogs: answers(named('InvalidInput')) }],
  ['time', { LookAtLogs: () => ({ outcome: 'tend' }), TendLogs: () => ({ outcome: 'overdue' }) }],
  ['outcome is one that nobody knows', { LookAtLogs: () => ({ outcome: 'gone fishing' }) }],
])('a supervision whose %s fails says so', async (_, tasks) => {
  const { path, ended } = await play('supervise', {}, { ...tasks, FailSupervision: nothing });
  expect(path.slice(-2)).toEqual(['Record the failure', 'Failed']);
  expect(ended).toEqual(['FAILED', 'SupervisionFailed', 'Failed']);
});
