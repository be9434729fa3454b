import type { TidbReach } from '../../../core/plan/installation.ts';
import { OWN_ROLES, readsFrom, type Storage, withCluster, withoutCluster, writesTo } from './argv.ts';
import { printTso, type Tso } from './tso.ts';

type Reach = Pick<TidbReach, 'pd' | 'tls'>;

/** Registers the log task and returns; TiKV's nodes do the work. One task per cluster. */
export const logStartArgv = (reach: Reach, task: string, to: Storage, from?: Tso): string[] =>
  withCluster(reach, [
    'log',
    'start',
    '--task-name',
    task,
    ...writesTo(to),
    ...(from === undefined ? [] : ['--start-ts', printTso(from)]),
    OWN_ROLES,
  ]);

const ofTask =
  (word: string) =>
  (reach: Reach, task: string): string[] =>
    withCluster(reach, ['log', word, '--task-name', task]);

/** Deletes the task. */
export const logStopArgv = ofTask('stop');
/** Keeps what the task needs for a day. */
export const logPauseArgv = ofTask('pause');
export const logResumeArgv = ofTask('resume');

/** Of all tasks: there is at most one, and it may be another than ours. */
export const logStatusArgv = (reach: Reach): string[] => withCluster(reach, ['log', 'status', '--json']);

/** The range that a log covers, from its storage alone. */
export const logMetadataArgv = (from: Storage): string[] =>
  withoutCluster(['log', 'metadata', ...readsFrom(from)]);

/** Deletes what lies before a timestamp. Without `-y` it would ask, and end with 0 when nobody answers. */
export const logTruncateArgv = (from: Storage, until: Tso): string[] =>
  withoutCluster(['log', 'truncate', ...writesTo(from), '--until', printTso(until), '-y']);
