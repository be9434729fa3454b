import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../../adapters/aws/faults.ts';
import { BelowMinimumKeep } from '../../../../core/errors/registry.ts';

const sdkError = (name: string, more: object = {}): Error =>
  Object.assign(new Error('what aws said'), {
    name,
    $metadata: { httpStatusCode: 400, attempts: 3 },
    ...more,
  });

const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

describe('faultOf', () => {
  it.each([
    ['SlowDown', status(503), 'Throttled'],
    ['SomethingNew', status(429), 'Throttled'],
    ['RequestLimitExceeded', {}, 'Throttled'],
    ['TimeoutError', {}, 'ServiceUnavailable'],
    ['InternalError', status(500), 'ServiceUnavailable'],
    ['Error', { code: 'ECONNRESET', $metadata: {} }, 'ServiceUnavailable'],
    ['AccessDenied', status(403), 'PermissionMissing'],
    ['Unknown', status(403), 'PermissionMissing'],
    ['ExpiredTokenException', {}, 'PermissionMissing'],
    ['KMS.DisabledException', {}, 'KeyNotUsable'],
    ['KMSInvalidStateException', {}, 'KeyNotUsable'],
    ['KMSKeyNotAccessibleFault', {}, 'KeyNotUsable'],
    ['NoSuchBucket', status(404), 'ResourceMissing'],
    ['NotFound', status(404), 'ResourceMissing'],
    ['DBClusterNotFoundFault', status(404), 'ResourceMissing'],
    ['StateMachineDoesNotExist', {}, 'ResourceMissing'],
    ['PreconditionFailed', status(412), 'ConcurrentUpdate'],
    ['ConditionalRequestConflict', status(409), 'ConcurrentUpdate'],
    ['SnapshotQuotaExceededFault', {}, 'QuotaReached'],
    ['ExecutionLimitExceeded', {}, 'QuotaReached'],
    ['InvalidDBClusterStateFault', {}, 'EngineBusy'],
    ['InvalidDBClusterSnapshotStateFault', {}, 'EngineBusy'],
    ['InvalidParameterValue', {}, 'InvariantViolation'],
  ])('%s %j means %s', (name, more, fault) => {
    const error = sdkError(name, more);
    expect(faultOf(error)).toMatchObject({ name: fault, cause: error, facts: { awsError: name } });
  });

  it.each([
    [['None', 'TransactionConflict'], 'ConcurrentUpdate'],
    [['ThrottlingError', 'None'], 'Throttled'],
    [['ThrottlingError', 'ConditionalCheckFailed'], 'ConcurrentUpdate'],
    [['TransactionConflict', 'ValidationError'], 'InvariantViolation'],
    [['TransactionConflict', 'ItemCollectionSizeLimitExceeded'], 'InvariantViolation'],
  ])('a transaction canceled for %j means %s', (codes, fault) => {
    const error = sdkError('TransactionCanceledException', {
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
    expect(faultOf(error).name).toBe(fault);
  });

  it('lets errors of our own through as they are', () => {
    const refusal = new BelowMinimumKeep('the last one stays');
    expect(faultOf(refusal)).toBe(refusal);
  });

  it('calls what is no error a defect', () => {
    expect(faultOf('oops')).toMatchObject({
      name: 'InvariantViolation',
      message: expect.stringContaining('oops'),
    });
  });
});
