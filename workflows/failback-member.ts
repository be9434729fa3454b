import { minutes, seconds } from '../core/time/instant.ts';
import { each, runMachine } from './asl/beyond.ts';
import { choice, fail, succeed, task, WEATHER, waitFor } from './asl/build.ts';
import { backup } from './backup.ts';

/* What holdfast-failback does for each member of a group. */

/** A backup gives up by itself; this waits a little longer than that. */
const BACKUP = seconds(backup.TimeoutSeconds + 3_600);

export const ONE = {
  'execution.$': '$.execution',
  'failback.$': '$.failback',
  'member.$': '$.member',
};

export const everyMember = (
  comment: string,
  startAt: string,
  next: string,
  states: Parameters<typeof each>[1],
) =>
  each(
    {
      comment,
      items: 'failback.members',
      select: {
        'execution.$': '$$.Execution.Id',
        'failback.$': '$.failback',
        'member.$': '$$.Map.Item.Value',
      },
      concurrency: 40,
      startAt,
      next,
      onError: 'Record the failure',
    },
    states,
  );

/** Why a member did not get through is written down, and ends the failback: what goes home goes home whole. */
export const endsWith = (why: string, end: string) => ({
  [why]: task('RecordMember', {
    parameters: { 'failover.$': '$.failback', 'member.$': '$.member', 'state.$': '$' },
    into: 'ended',
    next: end,
    retry: WEATHER,
    onError: end,
    timeout: minutes(2),
  }),
  [end]: fail('FailbackIncomplete', 'the reason stands with the member'),
});

/** A backup of each member on this side, and the wait until it is proven at home. */
export const protect = (
  run: 'first' | 'last',
  o: {
    readonly comment: string;
    readonly next: string;
    readonly names: readonly [string, string, string, string, string, string, string];
  },
) => {
  const [back, look, home, wait, done, why, end] = o.names;
  return everyMember(o.comment, back, o.next, {
    [back]: runMachine('backup', {
      comment: 'holdfast-backup of this region, which is the true side still.',
      name: `member.${run}`,
      input: { 'cluster.$': '$.member.cluster', note: 'on the way home', keepDays: 30 },
      into: 'backup',
      next: look,
      onError: look,
      timeout: BACKUP,
    }),
    [look]: task('CheckProtected', {
      comment: 'What counts is what the catalog says of the point and of its copy at home.',
      parameters: {
        'failback.$': '$.failback',
        'member.$': '$.member',
        'run.$': `$.member.${run}`,
        'state.$': '$',
      },
      into: 'protected',
      next: home,
      retry: WEATHER,
      onError: why,
      timeout: minutes(2),
    }),
    [home]: choice('protected.outcome', { home: done, waiting: wait }, wait),
    [wait]: waitFor('protected.pollAfterSeconds', look),
    [done]: succeed('It is proven at home.'),
    ...endsWith(why, end),
  });
};
