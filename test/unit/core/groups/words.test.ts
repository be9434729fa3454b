import { expect, test } from 'vitest';
import type { Move, MoveMember } from '../../../../core/groups/move.ts';
import { questionOf } from '../../../../core/groups/words.ts';
import { earlier, inSeconds, instant, minutes } from '../../../../core/time/instant.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 12));
const ago = (n: number) => earlier(NOW, minutes(n));

const move: Move = {
  ...{ id: 'failover-shop-1', kind: 'failover', group: 'shop', from: 'eu-west-1', to: 'eu-central-1' },
  ...{ state: 'asked', askedAt: NOW },
};
const member = (cluster: string, minutesAgo: number): MoveMember => ({
  ...{ move: move.id, group: 'shop', cluster, layer: 0, way: 'restore', state: 'planned' },
  ...{ instant: ago(minutesAgo), lossSeconds: inSeconds(minutes(minutesAgo)) },
  ...{ rpoSeconds: 3_600, rtoSeconds: 3_600, forecastSeconds: 600 },
});

test('a loss is counted until now, and until the other side was last heard of', () => {
  expect(questionOf(move, [member('orders', 90), member('files', 40)], ago(50))).toBe(
    'shop is to fail over from eu-west-1 to eu-central-1: 2 clusters, in about 10 min; up to 1 h 30 min of what was written last is given up, which is more than its objective for orders; that counts until now: eu-west-1 was last heard of 50 min ago, and until then it is 40 min, within every objective',
  );
});

test('what was over its objective by then is said to have been', () => {
  expect(questionOf(move, [member('orders', 200)], ago(50))).toMatch(
    /until then it is 2 h 30 min, which is more than its objective for orders$/,
  );
});

test('one figure is enough of a side that was heard of just now', () => {
  expect(questionOf(move, [member('orders', 20)], NOW)).toMatch(
    /up to 20 min of what was written last is given up$/,
  );
});
