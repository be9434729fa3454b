import { describe, expect, it } from 'vitest';
import type { SupervisedLog } from '../../../../core/log/supervise.ts';
import { hours, minutes } from '../../../../core/time/instant.ts';
import { mark } from './chains.ts';
import { ago, CHAIN, ended, none, ours, paused, supervise, unreachable } from './supervised.ts';

describe('warnings', () => {
  const levels = (more: Partial<SupervisedLog>) =>
    supervise(more).warnings.map(({ name, level }) => `${name} ${level}`);
  const at = (behind: ReturnType<typeof minutes>): Partial<SupervisedLog> => ({
    chain: { ...CHAIN, checkpoint: ago(behind), checkpointAt: ago(minutes(1)) },
    report: ours({ checkpoint: mark(ago(behind)) }),
  });
  const pausedFor = (length: ReturnType<typeof minutes>): Partial<SupervisedLog> => ({
    chain: paused(ago(length), { checkpoint: ago(minutes(1)) }),
    report: ours({ status: 'paused' }),
  });

  it.each([
    ['none while all is well', {}, []],
    ['none at 10 min behind', at(minutes(10)), []],
    ['beyond 10 min', at(minutes(11)), ['LogLagging warn']],
    ['at 30 min still', at(minutes(30)), ['LogLagging warn']],
    ['beyond 30 min', at(minutes(31)), ['LogLagging critical']],
    ['none for a pause of 2 h', pausedFor(hours(2)), []],
    ['beyond 2 h of pause', pausedFor(minutes(121)), ['LogPaused warn']],
    ['beyond 12 h of pause', pausedFor(minutes(721)), ['LogPaused critical']],
    ['none for a chain that has ended', { chain: ended('broken'), report: none }, []],
    ['none when no log is wanted', { ...at(hours(5)), wanted: false }, []],
    ['when the cluster cannot be reached', { report: unreachable }, ['LogUnknown warn']],
    [
      'when it cannot be reached, the lag goes on',
      { ...at(hours(1)), report: unreachable },
      ['LogUnknown warn', 'LogLagging critical'],
    ],
  ] as const)('%s', (_, more, expected) => {
    expect(levels(more)).toEqual(expected);
  });

  it('name the day that is left before the engine pauses the log by itself', () => {
    const say = (behind: ReturnType<typeof minutes>) =>
      supervise(at(behind)).warnings.find(({ name }) => name === 'LogLagging')?.message;
    expect(say(hours(24))).not.toContain('pauses it by itself');
    expect(say(hours(25))).toContain('at 2026-11-22T11:00:00Z the engine pauses it by itself');
  });

  it('name the hour at which a paused log breaks', () => {
    expect(supervise(pausedFor(hours(13))).warnings[0]?.message).toContain(
      'at 2026-11-21T23:00:00Z the engine stops holding what comes next',
    );
  });

  it('find a checkpoint that stands still although the task calls itself normal', () => {
    const still = (since: ReturnType<typeof minutes>, to = ago(minutes(3))): Partial<SupervisedLog> => ({
      chain: { ...CHAIN, checkpointAt: ago(since) },
      report: ours({ checkpoint: mark(to) }),
    });
    expect(levels(still(minutes(15)))).toEqual([]);
    expect(levels(still(minutes(16)))).toEqual(['LogStuck critical']);
    expect(levels(still(minutes(16), ago(minutes(1))))).toEqual([]);
  });

  it('do not call a paused log stuck', () => {
    const chain = paused(ago(hours(1)), { checkpoint: ago(minutes(3)), checkpointAt: ago(hours(1)) });
    expect(levels({ chain, report: ours({ status: 'paused', checkpoint: undefined }) })).toEqual([]);
  });
});
