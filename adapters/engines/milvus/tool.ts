import {
  CaptureFailed,
  InvalidConfiguration,
  InvariantViolation,
  PermissionMissing,
  RecoveryPointNotRestorable,
  RestoreFailed,
  TargetNotEmpty,
  TargetNotUsable,
} from '../../../core/errors/registry.ts';
import type { MilvusReach } from '../../../core/plan/installation.ts';
import type { Tool, Verdict, Work } from '../shared/endings.ts';
import type { Errand } from '../shared/errand.ts';
import { quotedWords } from '../shared/words.ts';

/** The tool only warns when Milvus's garbage collection goes on, and it may then take away what is being copied. */
const GC_GOES_ON = /Pause GC failed/;

/** How the tool ended: cobra's `Error: …`, or a panic of its configuration. The warning belongs to it: it explains a missing log. */
const lastWords = (lines: readonly string[]): string[] => {
  const words = lines.filter((line) => /^(Error|panic): /.test(line.trim()));
  return words.length === 0
    ? []
    : [...lines.filter((line) => GC_GOES_ON.test(line)).slice(-1), ...words.slice(-3)];
};

/** What the tool said of the garbage collection that it could not pause; undefined when it did not say so. */
export const gcWarningIn = (lines: readonly string[]): string | undefined => {
  const line = lines.findLast((one) => GC_GOES_ON.test(one));
  return line === undefined ? undefined : quotedWords([line]);
};

const permission: Verdict = ({ what }, said) =>
  new PermissionMissing(
    `${what} was refused: ${said}; the task's role needs Milvus's bucket and the vault with their keys, and a policy of Milvus's bucket may have to name it`,
  );

const rootPath: Verdict = ({ what, of }, said) => {
  const way =
    'bucket and rootPath of reach must be those of the Milvus server (minio.bucketName and minio.rootPath in its own configuration)';
  return of === 'restore'
    ? new TargetNotUsable(`${what} found no logs to import: ${said}; ${way}`)
    : new InvalidConfiguration(`${what} did not find Milvus's own files: ${said}; ${way}`);
};

const bucket: Verdict = ({ what }, said) =>
  new InvalidConfiguration(
    `${what} did not find a bucket: ${said}; correct bucket of reach: the tool tries to create what is not there, and may not`,
  );

const unknownCollection: Verdict = ({ what }, said) =>
  new InvalidConfiguration(
    `${what} was refused: ${said}; correct the cluster's collections: each is database.collection, or database.* for all of one`,
  );

const exists: Verdict = ({ what }, said) =>
  new TargetNotEmpty(
    `${what} was refused, because a target collection exists: ${said}; a restore never overwrites: drop or rename it, and start the restore again`,
  );

const notThere: Verdict = ({ what }, said) =>
  new RecoveryPointNotRestorable(
    `${what} did not find the backup: ${said}; restore from another region or recovery point`,
  );

const credentials: Verdict = ({ what }, said) =>
  new PermissionMissing(
    `${what} was not let in by Milvus: ${said}; the secret of reach holds "username" and "password" of a user that may read every collection, and create them in a target`,
  );

const older: Verdict = ({ what }, said) =>
  new TargetNotUsable(
    `${what} was refused by the target's version: ${said}; a backup restores into the same Milvus or a newer one`,
  );

const ours: Verdict = ({ what }, said) =>
  new InvariantViolation(`milvus-backup takes no such command from us: ${what} ended, and ${said}`);

/** The first that fits decides. The tool's texts: contract of Milvus, sections 3, 4, 5.6, 6 and 11. */
const SIGNATURES: readonly (readonly [RegExp, Verdict])[] = [
  [/backup with name .* already exist/, 'emptied'],
  [/AccessDenied|Access Denied/, permission],
  [/NoSuchBucket|bucket does not exist/i, bucket],
  [/Pause GC failed[\s\S]*log .* not exist/, 'emptied'],
  [/log .* not exist|has no insert logs|no binlog to import|root path is empty/, rootPath],
  [/filter collection .* not found in milvus/, unknownCollection],
  [/collection already exist/, exists],
  [/backup .* not found/, notThere],
  [/auth check failure|Unauthenticated|PermissionDenied/i, credentials],
  [/older than|newer than|not support(ed)? (by|in) milvus/i, older],
  [/SlowDown|InternalError|ServiceUnavailable|ResourceExhausted|rate limit|quota|limit exceeded/i, 'emptied'],
  [
    /connection refused|i\/o timeout|no such host|deadline exceeded|code = Unavailable|create grpc client/,
    'unreached',
  ],
  [/^panic: |unknown (flag|command)|invalid (backup name|filter rule|--set)/m, ours],
];

/** A name is taken by whatever lies below it, so that what a run left has to go before the next. */
export const MILVUS_BACKUP: Tool = {
  lastWords,
  quoted: quotedWords,
  verdictOn: (words) => SIGNATURES.find(([pattern]) => pattern.test(words))?.[1],
  secret: { setting: 'reach.secret', holds: 'JSON with "username" and "password"' },
  killed: 'emptied',
};

type FailureOf = Pick<Work, 'of' | 'failed'>;
const OF: Readonly<Record<Work['of'], FailureOf>> = {
  capture: { of: 'capture', failed: CaptureFailed },
  restore: { of: 'restore', failed: RestoreFailed },
};

export const workOf = (of: Work['of'], what: string): Work => ({ what, ...OF[of] });

/** What a run of the tool in a cluster's network has in common with every other. */
export const runIn = (reach: MilvusReach): Pick<Errand, 'network' | 'tool' | 'address'> => ({
  network: reach,
  tool: MILVUS_BACKUP,
  address: {
    answers: `Milvus at ${reach.host}:${reach.port}`,
    seeTo: `see whether the address is right and Milvus is up, and whether tasks in ${reach.subnets.join(', ')} with ${reach.securityGroups.join(', ')} get to that port`,
  },
});
