import {
  CaptureFailed,
  ChecksumMismatch,
  type HoldfastError,
  InvalidConfiguration,
  InvalidInput,
  InvariantViolation,
  PermissionMissing,
  TargetNotEmpty,
  TargetNotUsable,
} from '../../../core/errors/registry.ts';
import type { ContainerState } from '../../../core/ports/containers.ts';
import { lastWords, quotedWords } from './last-words.ts';
import type { FailureClass } from './ports.ts';

export type Ended = Extract<ContainerState, { state: 'ended' }>;

/**
 * What a run of BR that did not succeed means. `again`: the same command on the same prefix goes on where it was.
 * `emptied`: the same command, once what it had written is gone, because nothing tells how far it was. `anew`: what it
 * was to continue is gone, so a full one begins.
 */
export type Ending =
  | { readonly means: Repeated; readonly why: string }
  | { readonly means: 'over'; readonly error: HoldfastError };

/** Which work ended: names and advice differ. */
export interface Work {
  /** For messages: `br backup full of orders-daily-…`. */
  readonly what: string;
  readonly of: 'capture' | 'restore';
  readonly failed: FailureClass;
}

export type Repeated = 'again' | 'emptied' | 'anew';

type Verdict = Repeated | ((work: Work, said: string) => HoldfastError);

const permission: Verdict = ({ what }, said) =>
  new PermissionMissing(
    `${what} was refused: ${said}; the task's role and the role of TiKV's own nodes both need the vault and its key, in the vault's own region`,
  );

const altered: Verdict = ({ what }, said) =>
  new ChecksumMismatch(
    `${what} met bytes that are not what was written: ${said}; do not restore from this recovery point in this region, and look at who wrote to the vault`,
  );

const notEmpty: Verdict = ({ what }, said) =>
  new TargetNotEmpty(
    `${what} was refused, because the target cluster is not empty: ${said}; a restore never overwrites: name the reach of a new cluster`,
  );

const notFit: Verdict = ({ what }, said) =>
  new TargetNotUsable(
    `${what} was refused, because the target cluster does not fit: ${said}; restore into a new cluster of the same version and settings`,
  );

const version: Verdict = ({ what, of }, said) =>
  of === 'restore'
    ? notFitFor(what, said)
    : new InvalidConfiguration(
        `${what} was refused: ${said}; BR has the version that the configuration names for the cluster: set it to the cluster's own`,
      );
const notFitFor = (what: string, said: string): HoldfastError =>
  new TargetNotUsable(
    `${what} was refused, because BR and the target cluster have different versions: ${said}; restore into a cluster of the configured version`,
  );

const unknownName: Verdict = ({ what, of }, said) =>
  of === 'restore'
    ? new InvalidInput(
        `${what} was refused: ${said}; the recovery point has no such database or table: name others`,
      )
    : new InvalidConfiguration(`${what} was refused: ${said}; correct the cluster's filter`);

const ours: Verdict = ({ what }, said) =>
  new InvariantViolation(`br takes no such command from us: ${what} ended, and ${said}`);

/** BR's errors (br/pkg/errors/errors.go) and those of S3 inside them. The first that fits decides: one error may name several. */
const SIGNATURES: readonly (readonly [RegExp, Verdict])[] = [
  [/Err(Backup|Restore)ChecksumMismatch|backup data checksum failed/, altered],
  // A role's session that ended in the middle of the work: the next attempt gets a new one.
  [/ExpiredToken|RequestExpired/, 'again'],
  [/ErrStorageInvalidPermission|AccessDenied|Access Denied|region are not match/, permission],
  [/ErrBackupGCSafepointExceeded|it has gap between full backup ts/, 'anew'],
  // An incremental run keeps no checkpoint; or the configuration changed between two attempts.
  [/hasn't checkpoint metadata|hashs of the configs are not the same/, 'emptied'],
  [/ErrRestoreNotFreshCluster|ErrDatabasesAlreadyExisted/, notEmpty],
  [/ErrRestoreModeMismatch|ErrRestoreIncompatibleSys/, notFit],
  [/ErrVersionMismatch/, version],
  [/ErrUndefinedDbOrTable/, unknownName],
  [/ErrKVStorage|ErrBackupNoLeader|BR:PD:|BR:KV:/, 'again'],
  [/\b(InternalError|ServiceUnavailable|SlowDown|RequestTimeout)\b|status code: 5\d\d/, 'again'],
  [
    /connection refused|i\/o timeout|context (deadline exceeded|canceled)|code = Unavailable|RequestError/,
    'again',
  ],
  [/ErrInvalidArgument|ErrStorageInvalidConfig|must set timezone|backup meta file exists/, ours],
];

/** How the container ended, without what BR said: its own words for 137 would come too late. */
const KILLED = 137;
const TERMINATED = 143;
/** ECS ends tasks for its own reasons, and people stop them; a run that goes on harms neither. */
const STOPPED = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'ServiceSchedulerInitiated',
  'UserInitiated',
]);

/** Whether it is known why it ended, or the log has to arrive first. */
export const explains = (ended: Ended, lines: readonly string[]): boolean =>
  ended.exitCode === undefined ||
  ended.exitCode === KILLED ||
  ended.exitCode === TERMINATED ||
  STOPPED.has(ended.code) ||
  lastWords(lines).length > 0;

/** What it means that a run ended otherwise than with 0. */
export function endingOf(ended: Ended, lines: readonly string[], work: Work): Ending {
  const { exitCode, code, why } = ended;
  const how = `${why || code || 'no reason given'}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`;
  if (exitCode === undefined) return neverStarted(work, how, code);
  if (exitCode === KILLED || exitCode === TERMINATED || STOPPED.has(code))
    return {
      means: 'again',
      why: /OutOfMemory/.test(why) ? `${how}: its task definition needs more memory` : how,
    };
  const words = lastWords(lines);
  const said = quotedWords(words);
  const [, verdict] = SIGNATURES.find(([pattern]) => pattern.test(words.join('\n'))) ?? [];
  if (typeof verdict === 'string') return { means: verdict, why: said };
  return {
    means: 'over',
    error:
      verdict?.(work, said) ??
      new work.failed(
        `${work.what} ended with exit code ${exitCode} (${why || code}), and ${said}; ${ADVICE}`,
      ),
  };
}

const ADVICE = 'look at the log of its task';

/** `TaskFailedToStart` and its kind: no room, no image, no secret, no network. */
function neverStarted({ what, failed }: Work, how: string, code: string): Ending {
  if (/AccessDenied|not authorized/i.test(how))
    return {
      means: 'over',
      error: new PermissionMissing(
        `${what} did not start: ${how}; the execution role of its task definition needs the image, the secret and the log group`,
      ),
    };
  if (
    /Capacity|RESOURCE:|ResourceInitializationError|CannotPullContainer|InternalError|Timeout|Spot/i.test(how)
  )
    return { means: 'again', why: how };
  if (STOPPED.has(code) || code === 'TaskFailedToStart') return { means: 'again', why: how };
  return { means: 'over', error: new failed(`${what} did not start: ${how}; ${ADVICE}`) };
}

export const captureOf = (what: string): Work => ({ what, of: 'capture', failed: CaptureFailed });
