import { describe, expect, test } from 'vitest';
import { type Ended, endingOf, explains, type Work } from '../../../../../adapters/engines/shared/endings.ts';
import { BR } from '../../../../../adapters/engines/tidb/endings.ts';
import { CaptureFailed, RestoreFailed } from '../../../../../core/errors/registry.ts';
import { ended } from './scripted-containers.ts';

const CAPTURE: Work = { what: 'br backup', of: 'capture', failed: CaptureFailed };
const RESTORE: Work = { what: 'br restore', of: 'restore', failed: RestoreFailed };

const meaning = (how: Ended, lines: readonly string[], work: Work): string => {
  const ending = endingOf(BR, how, lines, work);
  return ending.means === 'over' ? ending.error.name : ending.means;
};
const said = (error: string) => [`Error: ${error}`];

describe('what BR says when it ends with 1', () => {
  test.each([
    ['GC safepoint 1 exceed TS 2: [BR:Backup:ErrBackupGCSafepointExceeded]', 'anew', 'anew'],
    ['it has gap between full backup ts:1 and log backup ts:2', 'WindowNotCovered', 'WindowNotCovered'],
    [
      'restore log from 1 to 9, but the current existed log from 2 to 5',
      'WindowNotCovered',
      'WindowNotCovered',
    ],
    [
      'the full snapshot(from cluster ID:1) and log(from cluster ID:2) come from different cluster.: [BR:Common:ErrInvalidArgument]',
      'RecoveryPointNotRestorable',
      'RecoveryPointNotRestorable',
    ],
    [
      'which is different from that from 1 to 2 recorded in checkpoint.',
      'TargetNotUsable',
      'TargetNotUsable',
    ],
    [
      'log backup task is running: pitr, please stop the task before restore',
      'TargetNotUsable',
      'TargetNotUsable',
    ],
    ["backup lock file and sst file exist in s3://…, but hasn't checkpoint metadata", 'emptied', 'emptied'],
    ['the hashs of the configs are not the same. Please check the config', 'emptied', 'emptied'],
    ['[BR:ExternalStorage:ErrStorageInvalidPermission]', 'PermissionMissing', 'PermissionMissing'],
    ['put store1/x.sst: AccessDenied: [BR:KV:ErrKVStorage]', 'PermissionMissing', 'PermissionMissing'],
    ['s3 bucket and region are not matched, bucket=b', 'PermissionMissing', 'PermissionMissing'],
    ['ExpiredToken: The provided token has expired.', 'again', 'again'],
    ['[BR:KV:ErrKVStorage]tikv storage occur I/O error', 'again', 'again'],
    ['[BR:Backup:ErrBackupNoLeader]', 'again', 'again'],
    ['pd address (pd:2379) not available: [BR:PD:ErrPDUpdateFailed]', 'unreached', 'unreached'],
    ['[BR:PD:ErrPDLeaderNotFound]', 'again', 'again'],
    ['InternalError: We encountered an internal error, status code: 500', 'again', 'again'],
    ['SlowDown: Please reduce your request rate', 'again', 'again'],
    ['context canceled', 'again', 'again'],
    ['backup data checksum failed: a.sst may be changed', 'ChecksumMismatch', 'ChecksumMismatch'],
    ['parse backupmeta failed because of wrong aes cipher', 'ChecksumMismatch', 'ChecksumMismatch'],
    ['[BR:Restore:ErrRestoreChecksumMismatch]', 'ChecksumMismatch', 'ChecksumMismatch'],
    ['[BR:Restore:ErrRestoreNotFreshCluster]cluster is not fresh', 'TargetNotEmpty', 'TargetNotEmpty'],
    ['[BR:Restore:ErrDatabasesAlreadyExisted]', 'TargetNotEmpty', 'TargetNotEmpty'],
    ['[BR:Restore:ErrRestoreModeMismatch]', 'TargetNotUsable', 'TargetNotUsable'],
    ['[BR:Restore:ErrRestoreIncompatibleSys]', 'TargetNotUsable', 'TargetNotUsable'],
    ['[BR:Common:ErrVersionMismatch]', 'InvalidConfiguration', 'TargetNotUsable'],
    ['[BR:Common:ErrUndefinedDbOrTable]', 'InvalidConfiguration', 'InvalidInput'],
    ['[BR:Common:ErrInvalidArgument]invalid argument', 'InvariantViolation', 'InvariantViolation'],
    ['must set timezone when using datetime format ts', 'InvariantViolation', 'InvariantViolation'],
    ['something that nobody has seen before', 'CaptureFailed', 'RestoreFailed'],
  ])('%s', (error, capturing, restoring) => {
    expect(meaning(ended(1), said(error), CAPTURE)).toBe(capturing);
    expect(meaning(ended(1), said(error), RESTORE)).toBe(restoring);
  });

  test('stands in the message, without what is secret', () => {
    const ending = endingOf(BR, ended(1), said('cannot use access-key=ABCDEF of s3://vault/x'), CAPTURE);
    expect(ending).toMatchObject({
      means: 'over',
      error: { message: expect.stringMatching(/cannot use access-key=\*\*\* of s3:\/\/vault\/x/) },
    });
  });
});

describe('how a container ends', () => {
  test.each([
    ['out of memory', ended(137, 'OutOfMemoryError: Container killed due to memory usage'), 'again'],
    ['asked to end', ended(143), 'again'],
    ['stopped by a person', ended(1, 'Task stopped by user', 'UserInitiated'), 'again'],
    ['taken by ECS', ended(1, 'maintenance', 'TerminationNotice'), 'again'],
    ['no room', ended(undefined, 'Capacity is unavailable at this time.', 'TaskFailedToStart'), 'again'],
    ['no addresses', ended(undefined, 'RESOURCE:ENI', 'TaskFailedToStart'), 'again'],
    ['no image', ended(undefined, 'CannotPullContainerError: i/o timeout', 'TaskFailedToStart'), 'again'],
    [
      'no right to the secret',
      ended(
        undefined,
        'ResourceInitializationError: unable to pull secrets: AccessDeniedException',
        'TaskFailedToStart',
      ),
      'PermissionMissing',
    ],
    [
      'no such secret',
      ended(
        undefined,
        'ResourceInitializationError: unable to retrieve secret from asm: ResourceNotFoundException',
        'TaskFailedToStart',
      ),
      'InvalidConfiguration',
    ],
    [
      'a secret that lacks a key',
      ended(
        undefined,
        'ResourceInitializationError: retrieved secret from Secrets Manager did not contain json key ca',
        'TaskFailedToStart',
      ),
      'InvalidConfiguration',
    ],
    ['no program', ended(undefined, 'CannotStartContainerError: no such file', ''), 'CaptureFailed'],
  ])('%s', (_, how, expected) => {
    expect(meaning(how, [], CAPTURE)).toBe(expected);
    expect(explains(BR, how, [])).toBe(true);
  });

  test('out of memory says what helps', () => {
    const how = ended(137, 'OutOfMemoryError: Container killed due to memory usage');
    expect(endingOf(BR, how, [], CAPTURE)).toMatchObject({
      why: expect.stringContaining('needs more memory'),
    });
  });

  test('with 1 and no word of it the log is waited for', () => {
    expect(explains(BR, ended(1), [])).toBe(false);
    expect(explains(BR, ended(1), said('x'))).toBe(true);
  });
});
