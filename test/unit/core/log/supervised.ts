import type { LogChain } from '../../../../core/log/chain.ts';
import { type SupervisedLog, superviseLog, type ToolTask } from '../../../../core/log/supervise.ts';
import { earlier, type Instant, minutes } from '../../../../core/time/instant.ts';
import { chainOf, clock, mark } from './chains.ts';

export const NOW = clock('12:00');
export const ago = (length: ReturnType<typeof minutes>): Instant => earlier(NOW, length);
/** `shop` has a chain from 09:00 that was seen a minute ago to cover up to three minutes ago, and a full in it. */
export const seen = { checkpoint: ago(minutes(3)), checkpointAt: ago(minutes(1)) };
export const CHAIN = chainOf('09:00', '11:57', { cluster: 'shop', ...seen });
export const FRESH = chainOf('09:00', '09:00', { cluster: 'shop' });
export const NEW = '20261121t120000z';

export const ours = (more: Partial<ToolTask> = {}): SupervisedLog['report'] => ({
  status: 'task',
  task: {
    status: 'running',
    name: 'holdfast-shop',
    storage: 's3://vault/shop/log/20261121t090000z',
    chain: CHAIN.chain,
    checkpoint: mark(ago(minutes(1))),
    ...more,
  },
});
export const foreign = ours({ name: 'pitr', storage: 's3://elsewhere/log', chain: undefined });
export const none = { status: 'no-task' } as const;
export const unreachable = {
  status: 'unknown',
  reason: { name: 'EngineBusy', message: 'PD does not answer' },
} as const;

export const supervise = (more: Partial<SupervisedLog>) =>
  superviseLog({
    cluster: 'shop',
    wanted: true,
    chain: CHAIN,
    report: ours(),
    newestFull: clock('10:00'),
    now: NOW,
    ...more,
  });

export const paused = (since: Instant, more: Partial<LogChain> = {}): LogChain => ({
  ...CHAIN,
  state: 'paused',
  stateSince: since,
  ...more,
});
export const ended = (state: 'broken' | 'stopped'): LogChain => ({ ...CHAIN, state });
