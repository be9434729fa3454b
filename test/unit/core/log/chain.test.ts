import { describe, expect, it } from 'vitest';
import {
  advanced,
  CHAIN_LIFE,
  type ChainChange,
  type ChainState,
  chainId,
  chainStartOf,
  type LogChain,
  logPrefix,
} from '../../../../core/log/chain.ts';
import { chainOf, clock, mark, markOf } from './chains.ts';

const NOW = clock('12:00');
const STATES = Object.keys(CHAIN_LIFE) as ChainState[];

const became = (chain: LogChain, change: ChainChange, now = NOW): LogChain => {
  const next = advanced(chain, change, now);
  if (next instanceof Error) throw next;
  return next;
};

describe('a log chain', () => {
  const chain = chainOf('09:00', '10:00');

  it('covers more with every checkpoint, and remembers the engine’s own word and when it was seen', () => {
    expect(became(chain, { checkpoint: mark(clock('11:00')) })).toEqual({
      ...chain,
      checkpoint: clock('11:00'),
      checkpointMark: markOf(clock('11:00')),
      checkpointAt: NOW,
    });
  });

  it('does not change for a checkpoint that comes late or twice', () => {
    for (const time of ['09:30', '10:00'])
      expect(became(chain, { checkpoint: mark(clock(time)) })).toBe(chain);
  });

  it('begins later once it is truncated, and never earlier again', () => {
    const truncated = became(chain, { from: mark(clock('09:30')) });
    expect([truncated.from, truncated.fromMark]).toEqual([clock('09:30'), markOf(clock('09:30'))]);
    expect(became(truncated, { from: mark(clock('09:15')) })).toBe(truncated);
  });

  it('does not begin after what it covers', () => {
    expect(() => advanced(chain, { from: mark(clock('10:01')) }, NOW)).toThrow(
      'covers up to 2026-11-21T10:00:00Z and would begin at 2026-11-21T10:01:00Z',
    );
    // Both at once is one move: what counts is where it stands afterwards.
    const both = { from: mark(clock('10:30')), checkpoint: mark(clock('11:00')) };
    expect(became(chain, both)).toMatchObject({ from: clock('10:30'), checkpoint: clock('11:00') });
  });

  it('is paused with its reason and since when, and runs again without', () => {
    const reason = { name: 'EngineBusy', message: 'a person paused it' };
    const paused = became(chain, { state: 'paused', reason });
    expect(paused).toEqual({ ...chain, state: 'paused', stateSince: NOW, reason });
    expect(became(paused, { state: 'paused' }, clock('13:00'))).toBe(paused);
    expect(became(paused, { state: 'running' }, clock('13:00'))).toEqual({
      ...chain,
      stateSince: clock('13:00'),
    });
  });

  it.each(['broken', 'stopped'] as const)('never runs again once it is %s', (end) => {
    const ended = became(chain, { state: end, reason: { name: 'LogChainBroken', message: 'gone' } });
    const others = STATES.filter((state) => state !== end);
    expect(others.map((state) => (advanced(ended, { state }, NOW) as Error).name)).toEqual(
      others.map(() => 'ConcurrentUpdate'),
    );
    expect((advanced(ended, { state: 'running' }, NOW) as Error).message).toContain('begin a new one');
    expect(became(ended, { state: end, reason: { name: 'Other', message: 'later' } })).toBe(ended);
  });

  it('that has ended still takes what another region receives late', () => {
    const ended = became(chain, { state: 'broken' });
    expect(became(ended, { checkpoint: mark(clock('10:30')) }).checkpoint).toBe(clock('10:30'));
  });

  it('ends before what is lost of it, and covers nothing where that is its beginning', () => {
    const reason = { name: 'LogChainBroken', message: 'a file is gone' };
    const lost = became(chain, { lost: mark(clock('09:40')), reason });
    expect(lost).toMatchObject({ state: 'broken', reason, from: clock('09:00'), checkpoint: clock('09:40') });
    expect(became(lost, { lost: mark(clock('09:50')) })).toBe(lost);
    expect(became(chain, { lost: mark(clock('08:00')) }).checkpoint).toBe(clock('09:00'));
    const stopped = became(became(chain, { state: 'stopped' }), { lost: mark(clock('09:40')) });
    expect(stopped).toMatchObject({ state: 'stopped', checkpoint: clock('09:40') });
  });

  it('refuses the whole change when its state is refused', () => {
    const ended = became(chain, { state: 'stopped' });
    expect(advanced(ended, { state: 'running', checkpoint: mark(clock('11:00')) }, NOW)).toBeInstanceOf(
      Error,
    );
  });
});

it('a chain is named after the second of its start, and so is its folder', () => {
  expect(chainId(clock('09:00'))).toBe('20261121t090000z');
  expect(chainStartOf('20261121t090000z')).toBe(clock('09:00'));
  expect(chainStartOf('20261121')).toBeUndefined();
  expect(logPrefix('orders', '20261121t090000z')).toBe('orders/log/20261121t090000z/');
});
