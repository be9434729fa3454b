import { AwsError } from '../service.ts';
import type { Item } from './values.ts';

/** DynamoDB's own error names and, as far as they are known, its sentences: code under test may log them. */
export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

/** The part of a request that is wrong: `Invalid ConditionExpression: …`. */
export const invalid = (what: string, message: string): AwsError => validation(`Invalid ${what}: ${message}`);

export const badParameter = (message: string): AwsError =>
  validation(`One or more parameter values were invalid: ${message}`);

export const noSuchTable = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'Requested resource not found');

/** `Item` is a member only when the caller asked for it and there was one. */
export const conditionFailed = (item: Item | undefined): AwsError =>
  new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    members: item ? { Item: item } : {},
  });

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export const canceled = (reasons: readonly CancellationReason[]): AwsError =>
  new AwsError(
    'TransactionCanceledException',
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${reasons.map((reason) => reason.Code).join(', ')}]`,
    { members: { CancellationReasons: reasons } },
  );

export const tokenReused = (): AwsError =>
  new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
