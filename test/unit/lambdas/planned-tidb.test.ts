import { beforeEach, describe, expect, test } from 'vitest';
import type { TidbCluster } from '../../../core/plan/installation.ts';
import { hours, minutes } from '../../../core/time/instant.ts';
import { resolve } from '../../../lambdas/failback/resolve-failback/resolve.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');

const sql = { host: 'tidb', port: 4_000, secret: 'arn:aws:secretsmanager:::secret:ledger', tls: false };
const reach = (pd: string) => ({ pd, subnets: ['subnet-1'], securityGroups: ['sg-1'] });
const ledger: TidbCluster = {
  ...(cluster('ledger') as unknown as TidbCluster),
  ...{ engine: 'tidb', version: 'v8.5.3', filter: [], logFlush: minutes(5) },
  reach: { ...reach('home:2379'), sql },
  restoreInto: { [RECOVERY]: { reach: { ...reach('away:2379'), sql } } },
};

let world: TaskWorld;
/** What lies in the cluster that a switchover fills. */
let held: readonly string[];
beforeEach(() => {
  world = new TaskWorld();
  held = [];
});

async function asks(kind: 'failback' | 'switchover', of: TidbCluster, byHand?: string[]) {
  const group = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
  world.installation = {
    ...INSTALLATION,
    clusters: [of],
    groups: [{ name: 'books', layers: [['ledger']], ...group }],
  };
  if (kind === 'failback')
    await world.groups.raise({ group: 'books', number: 2, active: RECOVERY, since: NOON, move: 'gone' });
  return resolve(
    {
      kind,
      request: { group: 'books', ...(byHand && { byHand }) },
      execution: `arn:aws:states:${RECOVERY}:111122223333:execution:holdfast-${kind}:one`,
      startedAt: new Date(NOON).toISOString(),
    },
    {
      ...world.ports(RECOVERY),
      home: {
        region: HOME,
        vault: { store: { get: async () => undefined }, bucket: 'vault' },
        groups: world.groups,
      },
      runs: { isRunning: async () => false },
      heldBy: async () => held,
    },
    NOON,
  );
}

describe('the way home of TiDB', () => {
  test('says in its question what is emptied, and where', async () => {
    const { sentence, facts } = await asks('failback', ledger);
    expect(sentence).toContain(`emptied in ${HOME} first: ledger`);
    expect(facts).toMatchObject({ emptied: 'ledger' });
  });

  test('empties nothing that a person brings home', async () => {
    const { sentence, facts } = await asks('failback', ledger, ['ledger']);
    expect(sentence).not.toContain('emptied');
    expect(facts).not.toHaveProperty('emptied');
  });

  test('is refused where nothing can empty it, before anything is done', async () => {
    await expect(asks('failback', { ...ledger, reach: reach('home:2379') })).rejects.toMatchObject({
      name: 'UnsupportedByEngine',
      message: expect.stringContaining('name reach.sql of ledger'),
    });
    expect(await world.groups.moves('books')).toEqual([]);
  });
});

describe('an exercise with TiDB', () => {
  test('begins where the cluster that it fills is empty', async () => {
    expect((await asks('switchover', ledger)).sentence).not.toContain('emptied');
  });

  test('is refused where that holds something, which stays, before anything is done', async () => {
    held = ['one', 'two', 'three', 'four'];
    await expect(asks('switchover', ledger)).rejects.toMatchObject({
      name: 'TargetNotEmpty',
      message: expect.stringContaining('holds one, two, three and 1 more'),
    });
    expect(await world.groups.moves('books')).toEqual([]);
  });

  test('begins where nobody can look, and leaves the rest to BR', async () => {
    held = ['one'];
    const blind = { ...ledger, restoreInto: { [RECOVERY]: { reach: reach('away:2379') } } };
    await expect(asks('switchover', blind)).resolves.toMatchObject({ outcome: 'new' });
  });

  test('does not look where a person moves it', async () => {
    held = ['one'];
    await expect(asks('switchover', ledger, ['ledger'])).resolves.toMatchObject({ outcome: 'new' });
  });
});
