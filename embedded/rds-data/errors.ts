import { AwsError } from '../service.ts';

/** The errors of the Data API as its service model has them, with their status. */
const fault =
  (name: string, status: number) =>
  (message: string): AwsError =>
    new AwsError(name, message, { status });

export const badRequest = fault('BadRequestException', 400);
export const databaseError = fault('DatabaseErrorException', 400);
export const databaseNotFound = fault('DatabaseNotFoundException', 404);
export const databaseUnavailable = fault('DatabaseUnavailableException', 504);
export const endpointNotEnabled = fault('HttpEndpointNotEnabledException', 400);
export const invalidSecret = fault('InvalidSecretException', 400);
export const notFound = fault('NotFoundException', 404);
export const secretsError = fault('SecretsErrorException', 400);
export const unsupportedResult = fault('UnsupportedResultException', 400);
