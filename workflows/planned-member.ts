import { minutes, seconds } from '../core/time/instant.ts';
import { each, runMachine } from './asl/beyond.ts';
import { choice, fail, succeed, task, WEATHER, waitFor } from './asl/build.ts';
import type { State } from './asl/language.ts';
import { backup } from './backup.ts';
import { INCOMPLETE, type PlannedKind } from './contracts/failback.ts';

/* What a planned move does for each member of a group. */

/** A backup gives up by itself; this waits a little longer than that. */
const BACKUP = seconds(backup.TimeoutSeconds + 3_600);

export const ONE = {
  'execution.$': '$.execution',
  'planned.$': '$.planned',
  'member.$': '$.member',
};

export const everyMember = (
  comment: string,
  startAt: string,
  next: string,
  states: Parameters<typeof each>[1],
  of: 'members' | 'switched' = 'members',
) =>
  each(
    {
      comment,
      items: `planned.${of}`,
      select: {
        'execution.$': '$$.Execution.Id',
        'planned.$': '$.planned',
        'member.$': '$$.Map.Item.Value',
      },
      concurrency: 40,
      startAt,
      next,
      onError: 'Record the failure',
    },
    states,
  );

/** Why a member did not get through is written down, and ends the move: what changes sides does so whole. */
export const endsWith = (kind: PlannedKind, why: string, end: string) => ({
  [why]: task('RecordMember', {
    parameters: { 'failover.$': '$.planned', 'member.$': '$.member', 'state.$': '$' },
    into: 'ended',
    next: end,
    retry: WEATHER,
    onError: end,
    timeout: minutes(2),
  }),
  [end]: fail(INCOMPLETE[kind], 'the reason stands with the member'),
});

/** The names of the states that protect once. */
export interface Protecting {
  readonly back: string;
  readonly goesOn: string;
  readonly meanwhile: string;
  readonly look: string;
  readonly there: string;
  readonly wait: string;
  readonly done: string;
  readonly why: string;
  readonly end: string;
}

/** A backup of each member on the active side, and the wait until it is proven on the other. */
export const protect = (
  kind: PlannedKind,
  run: 'first' | 'last',
  o: { readonly comment: string; readonly next: string; readonly names: Protecting },
) => {
  const { back, look, there, wait, done, why, end } = o.names;
  return everyMember(o.comment, back, o.next, {
    ...BACK_UP[kind](run, o.names),
    [look]: task('CheckProtected', {
      comment: 'What counts is what the catalog says of the point and of its copy on the other side.',
      parameters: { ...ONE_RUN(run), 'state.$': '$' },
      into: 'protected',
      next: there,
      retry: WEATHER,
      onError: why,
      timeout: minutes(2),
    }),
    [there]: choice('protected.outcome', { there: done, waiting: wait }, wait),
    [wait]: waitFor('protected.pollAfterSeconds', look),
    [done]: succeed('It is proven there.'),
    ...endsWith(kind, why, end),
  });
};

const ONE_RUN = (run: 'first' | 'last') => ({
  'planned.$': '$.planned',
  'member.$': '$.member',
  'run.$': `$.member.${run}`,
});

/** The only difference between the two moves: on the way home the active side is this region, before it is the other. */
const BACK_UP: Readonly<
  Record<PlannedKind, (run: 'first' | 'last', names: Protecting) => Readonly<Record<string, State>>>
> = {
  failback: (run, { back, look }) => ({
    [back]: runMachine('backup', {
      comment: 'holdfast-backup of this region, which is the true side still.',
      name: `member.${run}`,
      input: { 'cluster.$': '$.member.cluster', note: 'on the way home', keepDays: 30 },
      into: 'backup',
      next: look,
      onError: look,
      timeout: BACKUP,
    }),
  }),
  switchover: (run, { back, goesOn, meanwhile, look, why }) => ({
    [back]: task('BackUpThere', {
      comment:
        'holdfast-backup at home, which is the true side still: an execution there cannot be waited for from here.',
      parameters: { ...ONE_RUN(run), 'state.$': '$' },
      into: 'backup',
      next: goesOn,
      retry: WEATHER,
      onError: why,
      timeout: minutes(2),
    }),
    [goesOn]: choice('backup.outcome', { there: look, waiting: meanwhile }, meanwhile),
    [meanwhile]: waitFor('backup.pollAfterSeconds', back),
  }),
};
