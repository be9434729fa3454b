import {
  ChecksumMismatch,
  type HoldfastError,
  InvalidConfiguration,
  InvalidInput,
  InvariantViolation,
  LogChainBroken,
  PermissionMissing,
  RecoveryPointNotRestorable,
  TargetNotEmpty,
  TargetNotUsable,
  WindowNotCovered,
} from '../../../core/errors/registry.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Verdict, Work } from '../shared/endings.ts';
import { instantOfTso, parseTso } from './tso.ts';

const permission: Verdict = ({ what }, said) =>
  new PermissionMissing(
    `${what} was refused: ${said}; the task's role and the role of TiKV's own nodes both need the vault and its key, in the vault's own region`,
  );

const altered = ({ what }: Work, said: string): HoldfastError =>
  new ChecksumMismatch(
    `${what} met bytes that are not what was written: ${said}; do not restore from this recovery point in this region, and look at who wrote to the vault`,
  );

/** The data of a log lies below `v1/`, that of a snapshot beside its `backupmeta`. */
const gone: Verdict = (work, said) =>
  /download\S* v1\//.test(said)
    ? new LogChainBroken(
        `${work.what} met a hole in the log: ${said}; within the hour after a drill, else within a day, the log is compared with its twin in the other region, and ends before the hole where that has none either; until then restore a recovery point by its id`,
      )
    : altered(work, said);

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

const anotherUnfinished: Verdict = ({ what }, said) => {
  const [, until] = /from \d+ to (\d+) recorded in checkpoint/.exec(said) ?? [];
  const tso = until === undefined ? undefined : parseTso(until);
  const its = tso === undefined ? 'to what it restores' : `with "to":"${iso(instantOfTso(tso))}"`;
  return new TargetNotUsable(
    `${what} was refused, because another restore into the target cluster began and did not end: ${said}; ` +
      `start that one again, ${its}, and it goes on where it was; or empty the cluster, or name the reach of another`,
  );
};

const logRuns: Verdict = ({ what }, said) =>
  new TargetNotUsable(
    `${what} was refused, because the log of the target cluster is backed up: ${said}; a cluster that is restored into has no log task: name the reach of a new one`,
  );

const notInLog: Verdict = ({ what }, said) =>
  new WindowNotCovered(
    `${what} was refused, because the log in this vault does not lead from the snapshot to the instant: ${said}; ask for an instant that the log covers, or for a recovery point by its id`,
  );

const othersLog: Verdict = ({ what }, said) =>
  new RecoveryPointNotRestorable(
    `${what} was refused, because snapshot and log are of two clusters: ${said}; reach.pd led to another cluster in between: restore a recovery point by its id`,
  );

/** BR's errors (br/pkg/errors/errors.go) and those of S3 inside them. The first that fits decides: one error may name several. */
const SIGNATURES: readonly (readonly [RegExp, Verdict])[] = [
  [/Err(Backup|Restore)ChecksumMismatch|backup data checksum failed|parse backupmeta failed/, altered],
  // A role's session that ended in the middle of the work: the next attempt gets a new one.
  [/ExpiredToken|RequestExpired/, 'again'],
  [/ErrStorageInvalidPermission|AccessDenied|Access Denied|region are not match/, permission],
  [/it has gap between full backup ts|but the current existed log from/, notInLog],
  [/ErrBackupGCSafepointExceeded/, 'anew'],
  [/come from different cluster/, othersLog],
  [/recorded in checkpoint/, anotherUnfinished],
  [/log backup task is running/, logRuns],
  // An incremental run keeps no checkpoint; or the configuration changed between two attempts.
  [/hasn't checkpoint metadata|hashs of the configs are not the same/, 'emptied'],
  [/ErrRestoreNotFreshCluster|ErrDatabasesAlreadyExisted/, notEmpty],
  [/ErrRestoreModeMismatch|ErrRestoreIncompatibleSys/, notFit],
  [/ErrVersionMismatch/, version],
  [/ErrUndefinedDbOrTable/, unknownName],
  [/ErrPDUpdateFailed|pd address \(.*\) not available/, 'unreached'],
  [/download.*NoSuchKey/s, gone],
  [/ErrKVStorage|ErrBackupNoLeader|BR:PD:|BR:KV:/, 'again'],
  [/\b(InternalError|ServiceUnavailable|SlowDown|RequestTimeout)\b|status code: 5\d\d/, 'again'],
  [
    /connection refused|i\/o timeout|context (deadline exceeded|canceled)|code = Unavailable|RequestError/,
    'again',
  ],
  [/ErrInvalidArgument|ErrStorageInvalidConfig|must set timezone|backup meta file exists/, ours],
];

/** @param words all of BR's last ones; undefined when nobody has seen such before */
export const verdictOn = (words: string): Verdict | undefined =>
  SIGNATURES.find(([pattern]) => pattern.test(words))?.[1];
