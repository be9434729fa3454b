import { describe, expect, it } from 'vitest';
import { chainId, type LogChain, type Mark, newChain } from '../../core/log/chain.ts';
import { hours, type Instant, iso, later, minutes } from '../../core/time/instant.ts';
import { AWAY, BACKENDS, CATALOG_TABLE, catalogWorld, HOME } from './catalog-backends.ts';
import { at } from './catalog-records.ts';

const NINE = at('21T09:00:00.250');
const TEN = later(NINE, hours(1));
const mark = (when: Instant): Mark => ({ at: when, mark: (BigInt(when) << 18n).toString() });

const aChain = (startedAt = NINE, more: Partial<LogChain> = {}): LogChain => {
  const name = { cluster: 'orders', region: HOME, chain: chainId(startedAt) };
  return { ...newChain(name, mark(startedAt), startedAt), ...more };
};

describe.each(BACKENDS)('log chains in a catalog in %s', (_name, make) => {
  it('are opened once; a second opening finds what became of the first', async () => {
    const catalog = make();
    const chain = aChain();
    expect(await catalog.openChain(chain)).toEqual({ chain, first: true });
    const moved = await catalog.advanceChain(chain, { checkpoint: mark(TEN) }, TEN);
    expect(await catalog.openChain(chain)).toEqual({ chain: moved, first: false });
  });

  it('keep the engine’s 64-bit marks to the last digit', async () => {
    const catalog = make();
    const exact = { at: TEN, mark: '18446744073709551615' };
    await catalog.openChain(aChain());
    await catalog.advanceChain(aChain(), { checkpoint: exact }, TEN);
    expect(await catalog.chain(aChain())).toMatchObject({ checkpoint: TEN, checkpointMark: exact.mark });
  });

  it('are listed by cluster and region, oldest first, ended ones too', async () => {
    const catalog = make();
    const [older, newer] = [aChain(), aChain(TEN)];
    for (const chain of [newer, older, aChain(NINE, { region: AWAY }), aChain(NINE, { cluster: 'other' })])
      await catalog.openChain(chain);
    const reason = { name: 'LogChainBroken', message: 'the engine collected what came next' };
    const broken = await catalog.advanceChain(older, { state: 'broken', reason }, TEN);
    expect(await catalog.chains('orders', HOME)).toEqual([broken, newer]);
    expect(await catalog.chains('orders', AWAY)).toEqual([aChain(NINE, { region: AWAY })]);
    expect(await catalog.chains('nobody', HOME)).toEqual([]);
  });

  it('only move forward: what comes late or twice changes nothing', async () => {
    const catalog = make();
    await catalog.openChain(aChain());
    const covered = await catalog.advanceChain(aChain(), { checkpoint: mark(TEN) }, TEN);
    expect(covered).toEqual({
      ...aChain(),
      checkpoint: TEN,
      checkpointMark: mark(TEN).mark,
      checkpointAt: TEN,
    });
    const late = [{ checkpoint: mark(later(NINE, minutes(5))) }, { checkpoint: mark(TEN) }];
    for (const change of late)
      expect(await catalog.advanceChain(aChain(), change, later(TEN, minutes(1)))).toEqual(covered);
    const truncated = await catalog.advanceChain(aChain(), { from: mark(later(NINE, minutes(30))) }, TEN);
    expect(await catalog.advanceChain(aChain(), { from: mark(NINE) }, TEN)).toEqual(truncated);
  });

  it('drop the reason of a pause when they run again, and never run again once they have ended', async () => {
    const catalog = make();
    await catalog.openChain(aChain());
    await catalog.advanceChain(
      aChain(),
      { state: 'paused', reason: { name: 'EngineBusy', message: 'by hand' } },
      TEN,
    );
    await catalog.advanceChain(aChain(), { state: 'running' }, later(TEN, hours(1)));
    expect(await catalog.chain(aChain())).toEqual({ ...aChain(), stateSince: later(TEN, hours(1)) });
    await catalog.advanceChain(aChain(), { state: 'stopped' }, later(TEN, hours(2)));
    await expect(catalog.advanceChain(aChain(), { state: 'running' }, TEN)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
  });

  it('that nobody opened are refused by name', async () => {
    await expect(make().advanceChain(aChain(), {}, TEN)).rejects.toMatchObject({ name: 'UnknownLogChain' });
    expect(await make().chain(aChain())).toBeUndefined();
  });

  it('take what several writers say at once', async () => {
    const catalog = make();
    await catalog.openChain(aChain());
    const marks = [3, 1, 4, 2].map((n) => mark(later(NINE, minutes(10 * n))));
    await Promise.all([
      ...marks.map((checkpoint) => catalog.advanceChain(aChain(), { checkpoint }, TEN)),
      catalog.advanceChain(aChain(), { state: 'paused' }, TEN),
    ]);
    expect(await catalog.chain(aChain())).toMatchObject({
      state: 'paused',
      checkpoint: later(NINE, minutes(40)),
    });
  });
});

describe('a chain whose record moves between the read and the write', () => {
  /** Before each of the first `times` puts, another writer gives the chain another time of its pause. */
  async function interrupted(times: number) {
    const world = catalogWorld();
    await world.catalog.openChain(aChain());
    world.before = ({ operation, input, call }) => {
      if (operation !== 'PutItem' || times-- <= 0) return;
      const { Item } = input as { readonly Item: Record<string, object> };
      world.dynamodb.call(
        'UpdateItem',
        {
          TableName: CATALOG_TABLE.name,
          Key: { pk: Item['pk'], sk: Item['sk'] },
          UpdateExpression: 'SET #state = :paused, stateSince = :since',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':paused': { S: 'paused' },
            ':since': { S: iso(later(NINE, minutes(times + 1))) },
          },
        },
        call,
      );
    };
    return world.catalog;
  }

  it('loses neither writer’s word', async () => {
    const catalog = await interrupted(2);
    await catalog.advanceChain(aChain(), { checkpoint: mark(TEN) }, TEN);
    expect(await catalog.chain(aChain())).toMatchObject({ state: 'paused', checkpoint: TEN });
  });

  it('is left to a later try when it never holds still', async () => {
    const catalog = await interrupted(100);
    await expect(catalog.advanceChain(aChain(), { checkpoint: mark(TEN) }, TEN)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
  });
});
