import { beforeEach, describe, expect, test } from 'vitest';
import type { RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import type { DrillRecord } from '../../../core/drills/drill.ts';
import { KeyNotUsable, Throttled } from '../../../core/errors/registry.ts';
import { printReceipt, receiptKey } from '../../../core/receipts/canonical.ts';
import { headOf } from '../../../core/receipts/receipt.ts';
import { hours, type Instant, iso, later, minutes } from '../../../core/time/instant.ts';
import { draftOfRestore } from '../../../lambdas/shared/receipt-of-restore.ts';
import { check } from '../../../lambdas/watch/check-receipts/check.ts';
import { LATE_AT_MOST } from '../../../lambdas/watch/check-receipts/write-late.ts';
import { Signer, verifier } from '../../support/receipts.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const NEXT_DAY = later(NOON, hours(24));
const ago = (n: number): Instant => (NOON - minutes(n)) as Instant;

let world: TaskWorld;
/** Acts of which the catalog knows a receipt that does not lie in the vault. */
let entered: Set<string>;
beforeEach(() => {
  world = new TaskWorld();
  entered = new Set();
});

const restore = (n: number, endedAt: Instant, more: Partial<RestoreRecord> = {}): RestoreRecord => ({
  ...{ id: `orders-restore-${n}`, cluster: 'orders', region: HOME, state: 'restored', target: 'there' },
  ...{ instant: ago(600), startedAt: ago(500), endedAt, items: 7, bytes: 4096, achievedRtoSeconds: 120 },
  ...more,
});
const drill = (endedAt: Instant, more: Partial<DrillRecord> = {}): DrillRecord => ({
  ...{ id: 'drill-orders-1', cluster: 'orders', region: HOME, mode: 'region-lost', pick: 'latest' },
  ...{ state: 'passed', startedAt: ago(500), endedAt, deadline: ago(-60), tornDownAt: endedAt },
  ...{ recoveryPoint: 'orders-hourly-20261121t020000z', root: 'ab12' },
  steps: [{ name: 'restore', seconds: 120 }],
  checks: [{ name: 'statistics', outcome: 'passed', detail: '7 objects' }],
  ...more,
});
const has = async (...records: readonly RestoreRecord[]): Promise<void> => {
  for (const record of records) await world.catalog.openRestore(record);
};

const run = (now = NOON, announcer = world.ports().announcer) => {
  const { receipts } = world;
  const lying = new Map(receipts.written.map((one) => [receiptKey(one.body.number), printReceipt(one)]));
  return check(
    {},
    {
      ...world.ports(),
      announcer,
      shelf: {
        bucket: 'vault',
        store: {
          get: async (_, key) => Buffer.from(lying.get(key)!),
          list: async function* () {
            for (const [key, { length: bytes }] of lying) yield { key, bytes, etag: '' };
          },
        },
      },
      ledger: {
        newest: async () => receipts.written.at(-1) && headOf(receipts.written.at(-1)!),
        about: async (_, kind, about) =>
          entered.has(`${kind} ${about}`) ? { number: 9, hash: '' } : undefined,
      },
      receiptKeys: { publicKeys: async () => new Map([['memory', new Signer('memory').pem]]) },
      verifier,
    },
    now,
  );
};
const about = () => world.receipts.written.map(({ body }) => body.about);
const told = () => world.events.map(({ name, cluster }) => `${name} ${cluster}`);

describe('a receipt that was not written when it was due', () => {
  test('is written by the daily check, and says when its act ended, when it was written, and that it is late', async () => {
    const heartbeat = { outcome: 'unread', reason: { name: 'No', message: 'no' } } as const;
    await has(restore(1, ago(90), { heartbeat, part: true, asked: true }));
    expect(await run()).toEqual({ receipts: 0, flaws: 0, late: 1, left: 0 });
    expect(world.receipts.written[0]?.body).toMatchObject({
      ...{ kind: 'restore', about: 'orders-restore-1', outcome: 'passed', items: 7, achievedRtoSeconds: 120 },
      ...{ endedAt: iso(ago(90)), signedAt: iso(NOON), heartbeat: expect.any(String) },
      ...{ part: true, asked: true },
      late: expect.stringMatching(
        /^it ended at 2026-11-21T10:30:00Z, .* wrote this one at 2026-11-21T12:00:00Z/,
      ),
    });
    expect(world.events).toMatchObject([
      {
        ...{ name: 'ReceiptWrittenLate', cluster: 'orders', region: HOME },
        facts: { about: 'orders-restore-1', receipt: 1, receiptHash: world.receipts.written[0]!.hash },
      },
    ]);
  });

  test('follows the newest, in the order in which the acts ended, and a drill’s record has its number', async () => {
    const { catalog, receipts, drills } = world;
    const first = restore(7, ago(1_000));
    await has(first, restore(1, ago(70)), restore(2, ago(90), { state: 'failed' }));
    await receipts.write(await draftOfRestore(first, { catalog }, NOON), ago(999));
    await drills.openDrill(drill(ago(80)));
    expect(await run()).toMatchObject({ receipts: 1, late: 3, left: 0 });
    expect(about()).toEqual(['orders-restore-7', 'orders-restore-2', 'drill-orders-1', 'orders-restore-1']);
    expect(await drills.drill('orders', 'drill-orders-1')).toMatchObject({ receipt: 3 });
    expect(receipts.written[2]?.body).toMatchObject({
      ...{ kind: 'drill', mode: 'region-lost', root: 'ab12', steps: [{ name: 'restore', seconds: 120 }] },
      checks: [{ name: 'statistics' }, { name: 'torn-down', outcome: 'passed' }],
    });
    world.events.length = 0;
    expect(await run(NEXT_DAY)).toEqual({ receipts: 4, flaws: 0, late: 0, left: 0 });
    expect(told()).toEqual([]);
  });

  test('waits for its key, is told of each day in one message, and is written once the key is back', async () => {
    await has(restore(1, ago(90)), restore(2, ago(80)));
    world.receipts.failing = new KeyNotUsable('the key that signs is disabled');
    expect(await run()).toMatchObject({ late: 0, left: 2 });
    expect(world.events).toMatchObject([
      {
        ...{ name: 'ReceiptNotWritten', cluster: '*', reason: { name: 'KeyNotUsable' } },
        ...{ facts: { left: 2, first: 'orders-restore-1' } },
      },
    ]);
    world.receipts.failing = undefined;
    expect(await run(NEXT_DAY)).toMatchObject({ late: 2, left: 0 });
    expect(told().slice(1)).toEqual(['ReceiptWrittenLate orders', 'ReceiptWrittenLate orders']);
  });

  test('is tried again by Lambda where what was in the way passes by itself', async () => {
    await has(restore(1, ago(90)));
    world.receipts.failing = new Throttled('slow down');
    await expect(run()).rejects.toMatchObject({ name: 'Throttled' });
  });

  test('is told of by the next attempt when the first was cut off before the word of it', async () => {
    await has(restore(1, ago(90)));
    await expect(
      run(NOON, { announce: async () => Promise.reject(new Throttled('slow down')) }),
    ).rejects.toMatchObject({ name: 'Throttled' });
    expect(await run(later(NOON, minutes(2)))).toMatchObject({ receipts: 1, late: 0, left: 0 });
    expect(told()).toEqual(['ReceiptWrittenLate orders']);
    await run(NEXT_DAY);
    expect(told()).toHaveLength(1);
  });

  test('that somebody writes meanwhile is not called late', async () => {
    await has(restore(1, ago(90)));
    const { catalog, receipts } = world;
    const write = receipts.write.bind(receipts);
    receipts.write = async (draft, now) => {
      await write(await draftOfRestore(restore(1, ago(90)), { catalog }, now), now);
      return write(draft, now);
    };
    expect(await run()).toMatchObject({ late: 1, left: 0 });
    expect([about(), told()]).toEqual([['orders-restore-1'], []]);
  });

  test('is one of a bounded number: what is over it is told, and has its turn the next day', async () => {
    for (let n = 0; n < LATE_AT_MOST + 3; n++) await has(restore(n, ago(600 - n)));
    expect(await run()).toMatchObject({ late: LATE_AT_MOST, left: 3 });
    expect(world.events.at(-1)).toMatchObject({
      ...{ name: 'ReceiptNotWritten', facts: { left: 3, first: `orders-restore-${LATE_AT_MOST}` } },
      sentence: expect.stringContaining('the others have their turn tomorrow'),
    });
    expect(await run(NEXT_DAY)).toMatchObject({ flaws: 0, late: 3, left: 0 });
  });

  test('of a drill, written by whoever was cut off before the record had its number, is entered there', async () => {
    await world.drills.openDrill(drill(ago(80)));
    await run();
    await world.drills.recordDrill(drill(ago(80)));
    expect(await run(NEXT_DAY)).toMatchObject({ late: 0, left: 0 });
    expect(await world.drills.drill('orders', 'drill-orders-1')).toMatchObject({ receipt: 1 });
    expect(world.receipts.written).toHaveLength(1);
  });
});

describe('no receipt is owed', () => {
  const NOT_OWED: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['of what still runs', () => has(restore(1, ago(90), { state: 'restoring' }))],
    ['of what ended a moment ago: whoever ended it writes it', () => has(restore(1, ago(59)))],
    ['of what another region restored', () => has(restore(1, ago(90), { region: RECOVERY }))],
    [
      'of the restore of a drill',
      () => has(restore(1, ago(90), { drill: { id: 'drill-orders-1', deadline: NOON } })),
    ],
    [
      'of a drill that has time to be torn down: the sweep writes it',
      () => {
        const { tornDownAt: _, ...standing } = drill(ago(90), { deadline: ago(59) });
        return world.drills.openDrill(standing);
      },
    ],
    [
      'of what has one that is missing in the vault: another one would be a second',
      async () => {
        entered.add('restore orders-restore-1');
        await has(restore(1, ago(90)));
      },
    ],
  ];
  test.each(NOT_OWED)('%s', async (_, given) => {
    await given();
    expect(await run()).toMatchObject({ late: 0, left: 0 });
    expect([about(), told()]).toEqual([[], []]);
  });

  test('but of a drill that nothing could tear down there is one when its time is over', async () => {
    const { tornDownAt: _, ...standing } = drill(ago(90), { deadline: ago(60) });
    await world.drills.openDrill(standing);
    expect(await run()).toMatchObject({ late: 1, left: 0 });
    expect(world.receipts.written[0]!.body.checks.at(-1)).toMatchObject({
      name: 'torn-down',
      outcome: 'failed',
    });
  });
});
