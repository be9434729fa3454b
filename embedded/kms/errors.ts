import { AwsError } from '../service.ts';

/** Errors of KMS. A JSON protocol: names only, no wire code; all of these answer 400 (KMS API Reference). */
export const notFound = (message: string) => new AwsError('NotFoundException', message);
export const disabled = (arn: string) => new AwsError('DisabledException', `${arn} is disabled.`);
export const pendingDeletion = (arn: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`);
export const notPendingDeletion = (arn: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is not pending deletion.`);
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');
export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  );
export const invalidUsage = (message: string) => new AwsError('InvalidKeyUsageException', message);
export const invalidSignature = () => new AwsError('KMSInvalidSignatureException', '');
export const unsupported = (message: string) => new AwsError('UnsupportedOperationException', message);
export const validation = (message: string) => new AwsError('ValidationException', message);
export const alreadyExists = (arn: string) =>
  new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
/** Decrypt does not tell a key that is gone from one of another region or one that is denied. */
export const outOfReach = () =>
  new AwsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
