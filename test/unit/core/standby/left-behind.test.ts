import { describe, expect, test } from 'vitest';
import { isLeftBehind, isLeftOver, newStandby, type StandbyRecord } from '../../../../core/standby/record.ts';
import { instant, later, minutes } from '../../../../core/time/instant.ts';

const NOON = instant(Date.UTC(2026, 10, 21, 12));
const at = (minute: number) => later(NOON, minutes(minute));
const record = (mode: StandbyRecord['mode'], since = 10): StandbyRecord => ({
  ...newStandby('olap', 'eu-central-1', NOON),
  ...{ mode, modeSince: at(since) },
});
const home = (since: number) => ({ active: 'eu-west-1', since: at(since) });
const away = (since: number) => ({ active: 'eu-central-1', since: at(since) });

describe('a standby is left behind', () => {
  test.each([
    ['when its group went home after it was promoted', record('promoted'), home(20), true],
    ['not while its group is there', record('promoted'), away(5), false],
    ['not by a move before it was promoted, as by hand', record('promoted'), home(5), false],
    ['not without a group', record('promoted'), undefined, false],
    ['not while it follows', record('following'), home(20), false],
  ] as const)('%s', (_, standby, epoch, left) => {
    expect(isLeftBehind(standby, epoch)).toBe(left);
  });
});

describe('what a standby holds may be written over', () => {
  const seen = { state: 'following', stateSince: at(30), movedAt: at(30), seq: 7 } as const;
  test.each([
    ['when it follows again since its group went home', record('following', 25), home(20), true],
    [
      'not when it followed before that: it may have been promoted by hand',
      record('following', 10),
      home(20),
      false,
    ],
    ['not once it has followed', { ...record('following', 25), databases: { shop: seen } }, home(20), false],
    ['never where its group has not been', record('following', 25), undefined, false],
    ['never while its group is there', record('following', 25), away(20), false],
  ] as const)('%s', (_, standby, epoch, over) => {
    expect(isLeftOver(standby, 'shop', epoch)).toBe(over);
  });
});
