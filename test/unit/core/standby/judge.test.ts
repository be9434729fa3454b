import { describe, expect, test } from 'vitest';
import { type Judgement, judge, type Seen } from '../../../../core/standby/judge.ts';
import type { FollowedDatabase } from '../../../../core/standby/record.ts';
import { hours, type Instant, instant, later, minutes } from '../../../../core/time/instant.ts';

const START = instant(Date.UTC(2026, 10, 21, 3));
const at = (minute: number): Instant => later(START, minutes(minute));
const none: Seen = { job: 'none' };
const silent: Seen = { job: 'unknown', reason: { name: 'ServiceUnavailable', message: 'nobody answers' } };
const running = (more: Partial<Extract<Seen, { job: 'there' }>> = {}): Seen => ({
  ...{ job: 'there', running: true, fullSync: false, lag: 0, seq: 100 },
  ...more,
});

/** Looks at these minutes, one after the other; what the last one led to. */
function looks(...seen: readonly (readonly [minute: number, seen: Seen])[]): Judgement {
  let before: FollowedDatabase | undefined;
  let last: Judgement | undefined;
  for (const [minute, one] of seen) {
    const askedAt = at(minute);
    last = judge({ cluster: 'olap', database: 'shop', before, seen: one, askedAt, lagBinlogs: 20 });
    before = last.now;
  }
  return last!;
}
const every = (step: number, upTo: number, seen: (minute: number) => Seen) =>
  Array.from({ length: upTo / step + 1 }, (_, n) => [n * step, seen(n * step)] as const);

describe('what to do next', () => {
  test('without a job one is started, also where one was before', () => {
    expect(looks([0, none]).act).toBe('start');
    expect(looks([0, running()], [5, none])).toMatchObject({ act: 'start', trouble: undefined });
  });

  test('a job that follows is left alone, however much is written', () => {
    const busy = looks(...every(5, 120, (minute) => running({ lag: 15, seq: 100 + minute })));
    expect(busy).toMatchObject({ act: 'nothing', trouble: undefined });
  });

  test('who does not answer is waited for, for a quarter of an hour', () => {
    expect(looks([0, running()], [5, silent], [15, silent]).trouble).toBeUndefined();
    const long = looks([0, running()], [5, silent], [20, silent]);
    expect(long).toMatchObject({ act: 'nothing', trouble: { name: 'StandbyBroken' } });
    expect(long.trouble!.message).toContain('since 2026-11-21T03:05:00Z: nobody answers');
  });

  test('a paused job is resumed after a quarter of an hour, in which somebody may promote by hand', () => {
    const paused = running({ running: false });
    expect(looks([0, paused], [14, paused])).toMatchObject({ act: 'nothing', trouble: undefined });
    expect(looks([0, paused], [15, paused])).toMatchObject({
      act: 'resume',
      trouble: { name: 'StandbyBroken' },
    });
  });

  test('a job that stands still while binlogs wait is restarted, and again a quarter of an hour later', () => {
    const still = running({ lag: 3, seq: 100 });
    expect(looks([0, still], [14, still]).act).toBe('nothing');
    expect(looks([0, still], [15, still])).toMatchObject({
      act: 'restart',
      trouble: { name: 'StandbyBroken' },
    });
    expect(looks([0, still], [15, still], [25, still])).toMatchObject({
      act: 'nothing',
      trouble: { name: 'StandbyBroken' },
    });
    expect(looks([0, still], [15, still], [30, still]).act).toBe('restart');
    const goesOn = running({ lag: 3, seq: 101 });
    expect(looks([0, still], [15, still], [20, goesOn])).toMatchObject({
      act: 'nothing',
      trouble: undefined,
    });
  });

  test('more binlogs than may wait are a lag, and so are those that nobody can count', () => {
    expect(looks([0, running({ lag: 20 })]).trouble).toBeUndefined();
    expect(looks([0, running({ lag: 21 })])).toMatchObject({
      act: 'nothing',
      trouble: { name: 'StandbyLagging' },
    });
    const uncounted = running({ lag: { name: 'StandbyRefused', message: 'BINLOG_NOT_FOUND_DB' } });
    expect(looks([0, uncounted], [10, uncounted]).trouble).toBeUndefined();
    expect(looks([0, uncounted], [15, uncounted])).toMatchObject({
      act: 'nothing',
      trouble: { name: 'StandbyLagging', message: expect.stringContaining('BINLOG_NOT_FOUND_DB') },
    });
  });

  test('a full sync has six hours, in which nothing that waits means anything', () => {
    const full = running({ fullSync: true, lag: 5_000, seq: 0 });
    const six = hours(6) / minutes(1);
    expect(looks([0, full], [six - 1, full])).toMatchObject({ act: 'nothing', trouble: undefined });
    expect(looks([0, full], [six, full]).trouble).toMatchObject({ name: 'StandbyLagging' });
  });
});

describe('how far it certainly reaches', () => {
  const reaches = (...seen: readonly (readonly [minute: number, seen: Seen])[]) => looks(...seen).now.reaches;

  test('is the moment of the question whenever nothing waits', () => {
    expect(reaches([0, running()])).toBe(at(0));
    expect(reaches([0, running()], [5, running()])).toBe(at(5));
  });

  test('stays where it was while something waits, or nobody answers, or everything is brought over again', () => {
    for (const seen of [running({ lag: 1, seq: 101 }), silent, none, running({ fullSync: true, lag: 0 })])
      expect(reaches([0, running()], [5, seen])).toBe(at(0));
  });

  test('is unknown until the first full sync has ended', () => {
    expect(reaches([0, running({ fullSync: true, lag: 0, seq: 0 })])).toBeUndefined();
    expect(reaches([0, running({ lag: 7 })])).toBeUndefined();
  });

  test('moves on under writes that never pause, where the syncer tells the head of the binlog', () => {
    const write = (seq: number, headSeq: number) => running({ lag: 3, seq, headSeq });
    expect(reaches([0, write(90, 100)], [5, write(99, 120)])).toBeUndefined();
    expect(reaches([0, write(90, 100)], [5, write(100, 120)])).toBe(at(0));
    // The head that was noted first is waited for: a later one would be out of reach for ever.
    expect(reaches([0, write(90, 100)], [5, write(95, 120)], [10, write(101, 130)])).toBe(at(0));
    expect(
      reaches([0, running({ lag: 3, seq: 90, headSeq: 0 })], [5, running({ lag: 3, seq: 95 })]),
    ).toBeUndefined();
    const three = [
      [0, write(90, 100)],
      [5, write(100, 120)],
      [10, write(110, 130)],
      [15, write(131, 140)],
    ] as const;
    expect(reaches(...three)).toBe(at(10));
  });
});
