import { AwsError } from '../service.ts';

/** The errors of ECS, by their modelled names (ECS API Reference; JSON protocol, so there is no other code). */
const exception =
  (name: string) =>
  (message: string): AwsError =>
    new AwsError(name, message);

export const clientException = exception('ClientException');
export const invalidParameter = exception('InvalidParameterException');
export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');
export const conflict = (resourceIds: readonly string[]): AwsError =>
  new AwsError('ConflictException', 'The clientToken is in use by a RunTask request with other parameters.', {
    members: { resourceIds },
  });

/** Why a task ended before its container ran: a `stoppedReason`, which begins with the category of the error. */
export class NeverStarted extends Error {
  override readonly name = 'NeverStarted';
}
